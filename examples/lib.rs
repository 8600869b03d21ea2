//! Nothing of its own: each example is a program beside this file.

/// Has the snippets of the README compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;

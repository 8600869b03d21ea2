//! The attribute macros of threadkit.
#![forbid(unsafe_code)]

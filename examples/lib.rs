//! Nothing of its own: each example is a program beside this file.

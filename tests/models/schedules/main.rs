//! The runtime as a whole, in the code that ships, under many schedules: see `README.md`.

extern crate threadkit_model as threadkit;

mod explore;
mod lifecycle;

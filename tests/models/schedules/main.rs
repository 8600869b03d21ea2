//! The runtime as a whole, in the code that ships, under many schedules: see `README.md`.

// The name that generated code knows.
extern crate threadkit_model as threadkit;

mod event;
mod explore;
mod failure;
mod lifecycle;
mod local;
mod observe;
mod owners;
mod process;
mod reuse;
mod sources;
mod stop;
mod virtual_time;

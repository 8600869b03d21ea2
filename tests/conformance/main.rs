//! Rows of the conformance table that a libtest thread can show: libtest's threads are aliens, hence
//! daemons, and so is what they start. Where that matters the row is in `process/`.

mod end;
mod event;
mod join;
mod naming;
mod registry;
mod start;
mod timer;

//! Small classes with a fault each, which is found, and their sound twins, which are not blamed; and what is told.
#![cfg(threadkit_model)]

#[macro_use]
mod judge;

mod reports;

mod cases {
    mod double_starts;
    mod leaks;
    mod lost_updates;
    mod lost_wakeups;
    mod missed_stops;
    mod shutdown_orders;
    mod timeouts;
}

//! `#[threadkit::test]`: tests that fail are run by a harness of their own, which is this program again, and what it says
//! is read.

#[allow(clippy::ignore_without_reason, reason = "all for the same")]
#[allow(clippy::should_panic_without_expect, reason = "what is expected is not the point")]
mod cases;
mod child;
mod failures;
mod hooks;
mod leaks;
mod passes;
mod timeouts;
mod virtual_time;

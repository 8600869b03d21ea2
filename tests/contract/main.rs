//! The contract, sentence by sentence, as somebody writes it who knows nothing but the contract.
#![allow(
    clippy::items_after_statements,
    clippy::needless_borrows_for_generic_args,
    clippy::redundant_closure_for_method_calls,
    clippy::redundant_closure,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    clippy::explicit_iter_loop,
    clippy::wrong_self_convention,
    reason = "every way to write it, not only the best one"
)]

mod class_options;
mod classes;
mod failures;
mod joins;
mod locals;
mod names;
mod objects;
mod override_rule;
mod receivers;
mod refusals;
mod support;
mod traits;
mod whats_alive;

//! The contract, sentence by sentence, as somebody writes it who knows nothing but the contract.

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

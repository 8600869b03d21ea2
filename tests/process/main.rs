//! How processes with threads end, seen from outside: child programs (`scenarios/`), their output,
//! their exit code, and a watchdog for those that hang.

mod abort;
mod abuse;
mod caught;
mod child;
mod dumper;
mod exit;
mod failure;
mod fork;
mod hooks;
mod main_thread;
mod orderly;
mod owners;
mod reporters;
mod streams;

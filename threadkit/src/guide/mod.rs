//! The guide: from the first thread class to a program that stops, fails and ends as it should.
//!
//! Read the first two chapters in order. The others stand alone, so go where your question is.
//!
//! | chapter | it answers |
//! |---|---|
//! | [`first_class`] | How do I write a class, start it, and get its value? |
//! | [`receivers`] | `run(&mut self)`, `run(&self)` or `run(self)`? |
//! | [`constructors`] | What may `new` take and return? What are thread objects made of? |
//! | [`names_daemons_exit`] | What is a thread called, and does the process wait for it? |
//! | [`failures`] | What happens when a thread panics or returns an `Err`? |
//! | [`locals`] | How does each thread get data of its own? |
//! | [`stopping`] | How do I end a thread that blocks? |
//! | [`scopes`] | How does a thread borrow from the stack? |
//! | [`owning`] | Who stops and joins my threads, decides for all of them, restarts them? How do I know that they are ready? |
//! | [`watching`] | What are all these threads doing? |
//! | [`testing`] | How do I test a class, and the mistakes it should refuse? |
//! | [`async_code`] | How do threads and async code work side by side? |
//! | [`from_python`] | I know Python's `threading`: what is what? |
//! | [`from_std`] | I know `std::thread`: what changes? |
//! | [`libraries`] | My library starts threads: what should I watch out for? |
//! | [`not_for`] | When should I use something else? |
//! | [`conformance`] | Which behaviour of Python is kept, and which test shows it? |
//!
//! # Programs
//!
//! The folder `examples` of the repository has programs that do something real, short enough to copy
//! from: `cargo run --example NAME`.
//!
//! | example | it shows |
//! |---|---|
//! | `quickstart` | a thread for each of many files, a limited number at a time |
//! | `worker_pool` | a pool of threads for closures, which keeps its size when a job panics |
//! | `hash_tree` | workers that a channel feeds, a progress bar in a daemon, and Ctrl-C |
//! | `http_server` | threads that block in sockets, readiness, a graceful shutdown |
//! | `logger` | a class whose method other threads call, a bounded queue, nothing lost at the end |
//! | `watcher` | a thread that polls, is woken by its owner's calls, and ends with its owner |
//! | `blocking_client` | a blocking client whose thread owns an async runtime, and an error if that could not start |
//! | `watchdog` | a supervisor that restarts a worker when it fails |
//! | `supervision` | a tree of supervisors over three levels, and what came of a web of failures in it |
//! | `word_count` | the program of the README |
//! | `stopping` | one way to stop for each way to block |
//! | `embedded_python_style_locals` | `Local` as a field |
//! | `word_frequencies` | counts that each thread keeps for itself, summed at the end |
//! | `python_port` | a program of Python's documentation, line beside line |
//! | `top` | a screen of the threads of another program, and where each of them stands |
//! | `timeline` | a record of what the threads did, for a trace viewer |
//! | `tiny_jobs` | what a thread costs, beside rayon and tokio |

#[doc = include_str!("first_class.md")]
pub mod first_class {}

#[doc = include_str!("receivers.md")]
pub mod receivers {}

#[doc = include_str!("constructors.md")]
pub mod constructors {}

#[doc = include_str!("names_daemons_exit.md")]
pub mod names_daemons_exit {}

#[doc = include_str!("failures.md")]
pub mod failures {}

#[doc = include_str!("locals.md")]
pub mod locals {}

#[doc = include_str!("stopping.md")]
pub mod stopping {}

#[doc = include_str!("scopes.md")]
pub mod scopes {}

#[doc = include_str!("owning.md")]
pub mod owning {}

#[doc = include_str!("watching.md")]
#[doc = include_str!("../../doc/timeline.svg")]
pub mod watching {}

#[doc = include_str!("testing.md")]
pub mod testing {}

#[doc = include_str!("async_code.md")]
pub mod async_code {}

#[doc = include_str!("from_python.md")]
pub mod from_python {}

#[doc = include_str!("from_std.md")]
pub mod from_std {}

#[doc = include_str!("libraries.md")]
pub mod libraries {}

#[doc = include_str!("not_for.md")]
pub mod not_for {}

/// What Python promises, what that is here, and the test that shows it. The rows follow CPython's own
/// tests of `threading`, whose names are in brackets.
///
#[doc = include_str!("conformance.md")]
pub mod conformance {}

//! The guide: from the first thread class to a program that stops, fails and ends as it should.
//!
//! Read the first two chapters in order. The others stand alone, so go where your question is. Each ends with a link to the
//! next one.
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
//! | [`schedules`] | How do I try every order of the steps, and a pause of an hour? |
//! | [`async_code`] | How do threads and async code work side by side? |
//! | [`from_python`] | I know Python's `threading`: what is what? |
//! | [`from_std`] | I know `std::thread`: what changes? |
//! | [`libraries`] | My library starts threads: what should I watch out for? |
//! | [`reuse`] | How do I start a thread for work of a few microseconds? |
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
//! | `worker_pool` | a bounded pool of threads for closures, which keeps its size when a job panics; its workers wait at a condition variable, from which a stop wakes them |
//! | `hash_tree` | workers that a channel feeds, a progress bar in a daemon, and Ctrl-C |
//! | `http_server` | threads that block in sockets, readiness, a graceful shutdown |
//! | `logger` | a class whose method other threads call, a bounded queue, nothing lost at the end |
//! | `watcher` | a thread that polls, is woken by its owner's calls, and ends with its owner |
//! | `blocking_client` | a blocking client whose thread owns an async runtime, and an error if that could not start |
//! | `health_check` | a periodic task that others can ask how it does |
//! | `background_writer` | a bounded writer whose thread does the writing, and whose errors reach who writes |
//! | `watchdog` | a supervisor that restarts a worker when it fails |
//! | `supervision` | a tree of supervisors over three levels, and what came of a web of failures in it |
//! | `word_count` | the program of the README |
//! | `stopping` | one way to stop for each way to block |
//! | `embedded_python_style_locals` | `Local` as a field |
//! | `word_frequencies` | counts that each thread keeps for itself, summed at the end |
//! | `python_port` | a program of Python's documentation, line beside line |
//! | `top` | a screen of the threads of another program, and where each of them stands |
//! | `timeline` | a record of what the threads did, for a trace viewer |
//! | `schedules` | tests under schedules: a lost update, pauses of hours, the order of a shutdown |
//! | `tiny_jobs` | what a thread costs, beside rayon and tokio |

#[doc = include_str!("first_class.md")]
///
/// *Next: [`receivers`]. `run(&mut self)`, `run(&self)` or `run(self)`?*
pub mod first_class {}

#[doc = include_str!("receivers.md")]
///
/// *Next: [`constructors`]. What may `new` take and return? What are thread objects made of?*
pub mod receivers {}

#[doc = include_str!("constructors.md")]
///
/// *Next: [`names_daemons_exit`]. What is a thread called, and does the process wait for it?*
pub mod constructors {}

#[doc = include_str!("names_daemons_exit.md")]
///
/// *Next: [`failures`]. What happens when a thread panics or returns an `Err`?*
#[doc(alias("exit", "atexit", "fork"))]
pub mod names_daemons_exit {}

#[doc = include_str!("failures.md")]
///
/// *Next: [`locals`]. How does each thread get data of its own?*
pub mod failures {}

#[doc = include_str!("locals.md")]
///
/// *Next: [`stopping`]. How do I end a thread that blocks?*
pub mod locals {}

#[doc = include_str!("stopping.md")]
///
/// *Next: [`scopes`]. How does a thread borrow from the stack?*
#[doc(alias("cancellation", "Ctrl-C", "interrupt"))]
pub mod stopping {}

#[doc = include_str!("scopes.md")]
///
/// *Next: [`owning`]. Who stops and joins my threads, decides for all of them, restarts them? How do I know that they are ready?*
pub mod scopes {}

#[doc = include_str!("owning.md")]
///
/// *Next: [`watching`]. What are all these threads doing?*
pub mod owning {}

#[doc = include_str!("watching.md")]
#[doc = include_str!("../../doc/timeline.svg")]
///
/// *Next: [`testing`]. How do I test a class, and the mistakes it should refuse?*
pub mod watching {}

#[doc = include_str!("testing.md")]
///
/// *Next: [`schedules`]. How do I try every order of the steps, and a pause of an hour?*
pub mod testing {}

#[doc = include_str!("schedules.md")]
///
/// *Next: [`async_code`]. How do threads and async code work side by side?*
pub mod schedules {}

#[doc = include_str!("async_code.md")]
///
/// *Next: [`from_python`]. I know Python's `threading`: what is what?*
#[doc(alias = "tokio")]
pub mod async_code {}

#[doc = include_str!("from_python.md")]
///
/// *Next: [`from_std`]. I know `std::thread`: what changes?*
#[doc(alias("Lock", "RLock", "Condition", "Semaphore", "Barrier", "Queue", "setDaemon"))]
pub mod from_python {}

#[doc = include_str!("from_std.md")]
///
/// *Next: [`libraries`]. My library starts threads: what should I watch out for?*
#[doc(alias("JoinHandle", "is_finished"))]
pub mod from_std {}

#[doc = include_str!("libraries.md")]
///
/// *Next: [`reuse`]. How do I start a thread for work of a few microseconds?*
pub mod libraries {}

#[doc = include_str!("reuse.md")]
///
/// *Next: [`not_for`]. When should I use something else?*
#[doc(alias("ThreadPoolExecutor", "keep_alive", "cached pool"))]
pub mod reuse {}

#[doc = include_str!("not_for.md")]
///
/// *Next: [`conformance`]. Which behaviour of Python is kept, and which test shows it?*
#[doc(alias("ThreadPool", "rayon"))]
pub mod not_for {}

/// What Python promises, what that is here, and the test that shows it. The rows follow CPython's own
/// tests of `threading`, whose names are in brackets.
///
#[doc = include_str!("conformance.md")]
pub mod conformance {}

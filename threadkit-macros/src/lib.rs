//! The attribute macros of threadkit. Use them through the `threadkit` crate, which documents
//! the thread classes that they make.
//!
//! Before an attribute is expanded, the conditions in its item are settled: what is compiled out is not
//! judged. Then there are four steps: *parse* reads what was written and keeps what it cannot read as
//! tokens, *model* names what matters in it, *validate* collects every mistake, and *expand* writes the
//! code, with stubs where a mistake would have follow-up errors.
#![forbid(unsafe_code)]

use proc_macro::TokenStream;

mod base {
    //! What the attributes have in common.

    pub(crate) mod conditions;
    pub(crate) mod duration;
    pub(crate) mod errors;
    pub(crate) mod final_names;
    pub(crate) mod item_kind;
    pub(crate) mod options;
    pub(crate) mod tokens;
    pub(crate) mod types;
}
mod class_impl;
mod class_struct;
mod entry;
mod local;
#[cfg(test)]
mod tests;
mod thread_class;

/// # Where it stands
///
/// The attribute goes on the struct, where it takes the class options, and on the `impl` that holds `run`
/// and, if there is one, `new`. The struct stays exactly what was written; it gains `start` and
/// the `with_*` methods.
///
/// # Options of the struct
///
/// | option | meaning |
/// |---|---|
/// | `name = "download {url}"` | the name of each thread: a format string over the fields, evaluated when the thread is started (`{0}` for tuple structs) |
/// | `name = NAME` | the same name for each thread: the path of a `&str` constant, whose text is taken as it is |
/// | `daemon`, `daemon = false` | whether the process may end without waiting for the thread; inherited from the starter otherwise |
/// | `stack_size = 256 * 1024` | the size of the stack in bytes, a constant expression of type `usize` |
/// | `excepthook = path` | called with a failure of a thread of this class, instead of the global hook |
/// | `inherit = false` | a thread of this class takes no values of its starter's `#[inherit]` thread-locals |
/// | `reuse`, `reuse = false` | the system's thread is kept for the next object of this class: see `Builder::with_reuse` |
/// | `stall_after = "30s"` | a thread of this class that makes no progress for so long is reported: see `Builder::with_stall_after` |
/// | `crate = path` | where `threadkit` is found, if not under its own name; on the impl, too |
///
/// # Conditions
///
/// `#[cfg(..)]` may stand on the members of both, on fields, parameters and arguments: what is compiled out is
/// not judged, and nothing is made for it.
///
/// # The override rule
///
/// Only `new` and `run` may be overridden. Everything else belongs to the base and is final: a
/// method, constant or type of the class that bears one of these names does not compile. Other
/// methods are welcome, in any impl block.
///
#[doc = include_str!("../final-names.md")]
#[proc_macro_attribute]
pub fn thread_class(arguments: TokenStream, item: TokenStream) -> TokenStream {
    thread_class::expand(arguments.into(), &item.into()).into()
}

/// # The end of the process
///
/// When the body returns or panics, its `Err` is printed, the callbacks of `at_shutdown` run, those who
/// join the main thread go on, and the non-daemon threads are waited for. Then main's thread-locals are
/// destroyed, and the process ends with main's exit code, or with 101 after a panic. Until then
/// `std::process::exit` ends it at once, from any thread; in the destructor of one of main's
/// thread-locals std aborts the process, which is exiting already.
///
/// # Options
///
/// | option | meaning |
/// |---|---|
/// | `report_after = "10s"` | how long the final wait, and that of a `Guard` or `Group` that is dropped, is silent before it says on stderr who is waited for; with `"never"` it stays so |
/// | `stop = "daemons"`, `stop = "all"` | which threads are asked to stop when the body of `main` ends |
/// | `grace = "2s"` | how long the daemons asked to stop are then waited for |
/// | `crate = path` | where `threadkit` is found, if not under its own name |
#[proc_macro_attribute]
pub fn main(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::main(arguments.into(), &item.into()).into()
}

/// # What fails the test
///
/// The threads that the test starts, and those that they start, belong to it. Beside what fails any test, it fails
///
/// - if one of them failed, and nobody took the failure: by a `join`, a `value`, an await, a `Group`'s `join`,
///   `values` or `first`, a `Supervisor` that starts the child again, or a hook: that of the thread's class, or one
///   that the test has set by `set_excepthook`. The message has the thread's name, the failure and its place;
/// - if one of them is still alive when the body has returned and the grace has passed, a daemon as any other. The
///   message has their table, with the feature `stacks` their stacks, too;
/// - if the body has not returned after `timeout`, with the same.
///
/// If several of these have happened, the message tells of all. With `#[should_panic]`, a leak and a timeout are not
/// the panic that is expected.
///
/// A `Guard` takes no failure, since its drop tells nobody how the thread ended. Of a thread that was started by
/// none of this crate's means (by std, a runtime, a pool) nothing is known, nor of those that it starts.
///
/// # The threads of a test
///
/// The body runs on a thread of its own, with the name of the test: so the test can fail while the body hangs. It is
/// no daemon, and neither are the threads that it starts, unless they say so: a class is tested as it will run. The
/// process does not wait for threads that a test has left behind; they are asked to stop, and left alone.
///
/// A hook that is set in the test by `set_excepthook` is called for the threads of this test alone, and goes with
/// it: tests that run side by side do not hear each other's failures. What is written to stderr about the test's
/// threads goes where libtest captures it.
///
/// # Options
///
/// | option | meaning |
/// |---|---|
/// | `timeout = "60s"` | how long the body may take, in real time; without it, for ever |
/// | `grace = "1s"` | how long after the body's end threads may take to end; one second if nothing is said |
/// | `stop = "daemons"`, `stop = "all"` | which threads are asked to stop when the body has returned |
/// | `leaks = "daemons"` | daemons may outlive the test, such as the threads that a library keeps for the whole process |
/// | `time = "virtual"` | waits take no time: see below |
/// | `crate = path` | where `threadkit` is found, if not under its own name |
///
/// # Virtual time
///
/// With `time = "virtual"` the waits of this crate take no time: the test has a clock of its own, which stands while one of
/// its threads works, and goes to the next deadline when all of them wait. It holds for all that has a deadline:
/// `sleep`, `Timer`, `join_timeout` and `value_timeout`, the timeouts of `Event`, `Guard`, `Group` and
/// `start_ready_timeout`, the pauses, windows and graces of a `Supervisor`, and the grace of the test. `now` is the time of that clock. Go has this as `testing/synctest`.
///
/// If all threads wait, and none for a time, they are in a deadlock: the test fails at once, with the table that says who
/// waits for whom.
///
/// - A thread that blocks in something else (a lock, a channel or a sleep of std's, a socket, an executor) counts as one
///   that works, and time stands until it goes on. So a test hangs that waits in a channel of std's for what a thread
///   sends after a `sleep`: wait for an `Event` there. `timeout`, which is real, ends a test that hangs so.
/// - A thread that was not started here lives in real time. It may end a wait of the test's threads, by an `Event` or a
///   stop, but the clock does not wait for it. Nor is it waited for before a deadlock is told.
/// - `Instant::now` is real, and so are `stall_after`, `dump_after` and the ages in a table.
///
/// # Other attributes
///
/// It stands in the place of `#[test]`, and goes with `#[should_panic]`, `#[ignore]` and `#[cfg]`. What gives
/// arguments, such as `#[rstest]`, stands above it.
///
/// `use threadkit::test;` makes every `#[test]` of the module one of these. In a module with `use threadkit::*;` the
/// compiler does not know which of the two `#[test]` means, until one is imported by name: this one, or
/// `core::prelude::v1::test`.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::test(arguments.into(), &item.into()).into()
}

/// What `threadkit::local!` comes to with a declaration that it does not take.
#[doc(hidden)]
#[proc_macro]
pub fn __local_mistake(input: TokenStream) -> TokenStream {
    local::mistake(input.into()).into()
}

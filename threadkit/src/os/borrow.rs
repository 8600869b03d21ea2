//! What borrows: the threads of a scope, and what a stop wakes for as long as a call lasts; with the proofs that neither
//! outlives what it borrows.

use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::mem;
use std::panic;
use std::process;
use std::sync::Arc;

use crate::base::guest;
use crate::base::primitive::thread::{Builder, JoinHandle};
use crate::core::record::{OpenScope, Record};
use crate::core::stop::{CallbackKey, Registrar, StopState};

/// Where threads are started that borrow; see [`scope`](crate::scope()).
///
/// `'scope` is the life of the scope, which the threads do not outlive; `'env` is that of what they borrow
/// from outside.
///
/// # Examples
///
/// Handed to a function:
///
/// ```
/// use threadkit::{Scope, ScopedTarget, Thread, scope};
///
/// fn longest<'scope>(s: &'scope Scope<'scope, '_>, text: &'scope str) -> Thread<ScopedTarget<'scope, usize>> {
///     s.spawn(|| text.lines().map(str::len).max().unwrap_or(0))
/// }
///
/// let poem = String::from("to be\nor not to be");
/// assert_eq!(scope(|s| longest(s, &poem).value().unwrap()), 12);
/// ```
pub struct Scope<'scope, 'env: 'scope> {
    open: &'scope OpenScope,
    /// Invariant in both, as std's scope is: neither may be made shorter or longer.
    lifetimes: PhantomData<(&'scope mut &'scope (), &'env mut &'env ())>,
}

/// Calls `f` with a scope of `owner`, the current thread, and waits for its threads whether `f` returns or panics.
pub(crate) fn scope<'env, R>(
    owner: &Record,
    f: impl for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> R,
) -> R {
    let open = OpenScope::open(owner);
    let scope = Scope { open: &open, lifetimes: PhantomData };
    let outcome = guest::held_up(|| f(&scope));
    // What `spawn` counts on: it is not refused, and is not left by an unwind.
    to_the_end(|| open.wait(owner));
    open.close(owner);
    outcome.unwrap_or_else(|payload| panic::resume_unwind(payload))
}

/// Calls `f`, which must not be left early: the wait at the end of a scope, whose threads may still borrow. It does not
/// panic; if it ever did, to go on would be worse than to end the process.
fn to_the_end(f: impl FnOnce()) {
    struct AbortOnUnwind;

    impl Drop for AbortOnUnwind {
        fn drop(&mut self) {
            process::abort();
        }
    }

    let abort = AbortOnUnwind;
    f();
    mem::forget(abort);
}

/// What a thread of the system does for a thread of this crate: all that is the user's in it, and nothing of the end.
/// Whoever has it calls it, or drops it, before the thread is over.
pub(crate) struct Main(Box<dyn FnOnce() + Send>);

impl Main {
    pub(crate) fn new(main: impl FnOnce() + Send + 'static) -> Self {
        Self(Box::new(main))
    }

    pub(crate) fn call(self) {
        (self.0)();
    }
}

impl<'scope> Scope<'scope, '_> {
    /// Spawns the system's thread of `record`, which calls `main`.
    pub(crate) fn spawn_system(
        &self,
        record: &Arc<Record>,
        system: Builder,
        main: impl FnOnce() + Send + 'scope,
    ) -> io::Result<JoinHandle<()>> {
        system.spawn(self.main(record, main).0)
    }

    /// What the thread of `record` calls, for a thread of the system that knows no scope.
    pub(crate) fn main(&self, record: &Arc<Record>, main: impl FnOnce() + Send + 'scope) -> Main {
        // Before the system is asked. A thread that it refuses counts as over.
        self.open.enter(record);
        let main: Box<dyn FnOnce() + Send + 'scope> = Box::new(main);
        // SAFETY: Only the lifetime of a trait object changes. `main` does not outlive what it borrows:
        // - There is no `Scope` but the one that [`scope`] lends to `f`, for a `'scope` of which `f` knows only
        //   that `'env` outlives it. What `main` borrows is therefore that `Scope`, which leaves the stack after
        //   the wait, or outlives `'env`, hence the call of `scope`.
        // - `f` has ended, by a return or an unwind that is caught, when the wait begins, and the wait returns
        //   when every thread of the scope is over. Its last destructor says that, on the thread, when `main`
        //   has been called and dropped: none runs the user's code any longer. Where the system's thread is kept
        //   for another object, `thread/kept.rs` says it, on the thread as well, when `Main::call` has returned,
        //   which takes `main` with it; what std's thread-locals keep beyond that borrows nothing. Where the system
        //   refuses the thread, `main` is dropped before anybody is told. In a fork's child those count as over that
        //   stayed in the parent: none of them runs there. One that exits the process never is over.
        // - A thread is in the `OpenScope` before the system is asked for it, and threads are started by `f`
        //   and by the threads of the scope only: when all are over, it stays so.
        // - What std keeps of the thread beyond that is the `()` that `main` returns.
        Main(unsafe {
            mem::transmute::<Box<dyn FnOnce() + Send + 'scope>, Box<dyn FnOnce() + Send>>(main)
        })
    }
}

impl fmt::Debug for Scope<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").finish_non_exhaustive()
    }
}

/// Calls `f`; `wake` is called if the stop is requested meanwhile.
pub(crate) fn while_registered<R>(
    stop: &StopState,
    wake: &(dyn Fn() + Sync),
    f: impl FnOnce() -> R,
) -> R {
    // SAFETY: Only the lifetime of a reference changes. It is used by the callback alone, and `taken_back` sees to it that
    // the callback is neither kept nor called when this function has returned or unwound, while `wake` outlives it:
    // - `take_back` takes the callback off the list, or waits until another thread has called it, with its frames gone.
    // - The callback is not being called on this thread then: its frames would be above this one, which is about to go,
    //   and they end first, by returns or by an unwind that is caught in `guest::call`.
    // - A callback that is called at once, on this thread, has returned before `f` is called.
    // - In a fork's child a call on a thread that stayed in the parent is not waited for: none of it runs there.
    // `Sync` allows the call on another thread.
    let wake = unsafe { mem::transmute::<&(dyn Fn() + Sync), &'static (dyn Fn() + Sync)>(wake) };
    let key = stop.on_stop(Registrar::Thread, Box::new(wake));
    let taken_back = TakenBack { stop, key };
    let result = f();
    drop(taken_back);
    result
}

/// Takes the callback back, also in an unwind.
struct TakenBack<'a> {
    stop: &'a StopState,
    key: CallbackKey,
}

impl Drop for TakenBack<'_> {
    fn drop(&mut self) {
        // To leave it early would leave a callback that borrows.
        to_the_end(|| self.stop.take_back(self.key));
    }
}

#[cfg(all(test, unix, not(threadkit_model)))]
mod tests {
    use std::env;
    use std::os::unix::process::ExitStatusExt as _;
    use std::panic::catch_unwind;
    use std::process::{self, Command};

    use super::to_the_end;

    /// In a child, which is this very test in this very program.
    #[test]
    fn a_wait_that_unwinds_aborts_the_process() {
        const IS_CHILD: &str = "THREADKIT_TEST_UNWINDING_WAIT";
        if env::var_os(IS_CHILD).is_some() {
            let _ = catch_unwind(|| to_the_end(|| panic!("out of the wait")));
            process::exit(0);
        }
        to_the_end(|| ());
        let name = "os::borrow::tests::a_wait_that_unwinds_aborts_the_process";
        let mut child = Command::new(env::current_exe().unwrap());
        let status = child.args([name, "--exact"]).env(IS_CHILD, "1").output().unwrap().status;
        assert_eq!(status.signal(), Some(libc::SIGABRT), "{status}");
    }
}

//! A scope's life: what makes it safe that its threads borrow.

use std::io;
use std::mem;
use std::panic;

use crate::base::guest;
use crate::base::primitive::thread::{Builder, JoinHandle};
use crate::core::open_scope::OpenScope;
use crate::start::scope::Scope;

/// Calls `f` with a scope, and waits for the threads of `open` whether `f` returns or panics.
pub(crate) fn scope<'env, R>(
    open: &OpenScope,
    f: impl for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> R,
) -> R {
    let scope = Scope::new(open);
    let outcome = guest::held_up(|| f(&scope));
    // What `spawn` counts on. It has no early way out: it does not panic, and is not refused.
    open.wait();
    outcome.unwrap_or_else(|payload| panic::resume_unwind(payload))
}

/// Spawns the system's thread for one that is in the scope's [`OpenScope`] already.
pub(crate) fn spawn<'scope>(
    _: &Scope<'scope, '_>,
    system: Builder,
    main: impl FnOnce() + Send + 'scope,
) -> io::Result<JoinHandle<()>> {
    let main: Box<dyn FnOnce() + Send + 'scope> = Box::new(main);
    // SAFETY: Only the lifetime of a trait object changes. `main` does not outlive what it borrows:
    // - There is no `Scope` but the one that [`scope`] lends to `f`, for a `'scope` of which `f` knows only
    //   that `'env` outlives it. What `main` borrows is therefore that `Scope`, which leaves the stack after
    //   the wait, or outlives `'env`, hence the call of `scope`.
    // - `f` has ended, by a return or an unwind that is caught, when the wait begins, and the wait returns
    //   when every thread of the scope is over. Its last destructor says that, on the thread, when `main`
    //   has been called and dropped: none runs the user's code any longer. Where the system refuses the
    //   thread, std drops `main` before it says so. In a fork's child those count as over that stayed in the
    //   parent: none of them runs there. One that exits the process never is over.
    // - A thread is in the `OpenScope` before the system is asked for it, and threads are started by `f`
    //   and by the threads of the scope only: when all are over, it stays so.
    // - What std keeps of the thread beyond that is the `()` that `main` returns.
    let main = unsafe {
        mem::transmute::<Box<dyn FnOnce() + Send + 'scope>, Box<dyn FnOnce() + Send>>(main)
    };
    system.spawn(main)
}

//! A scope's life: what makes it safe that its threads borrow.

use std::io;
use std::panic;
use std::ptr;

use crate::join::OpenScope;
use crate::primitive::thread;
use crate::quiet;
use crate::scope::Scope;

/// Std's scope without the lifetime that it borrows from, which is that of a local of [`scope`].
pub(crate) trait System<'scope>: Sync {
    fn spawn(
        &'scope self,
        builder: thread::Builder,
        main: Box<dyn FnOnce() + Send + 'scope>,
    ) -> io::Result<()>;
}

impl<'scope> System<'scope> for thread::Scope<'scope, '_> {
    fn spawn(
        &'scope self,
        builder: thread::Builder,
        main: Box<dyn FnOnce() + Send + 'scope>,
    ) -> io::Result<()> {
        builder.spawn_scoped(self, main).map(drop)
    }
}

/// Calls `f` with a scope, and waits for the threads of `open` whether `f` returns or panics.
pub(crate) fn scope<'env, R>(
    open: &OpenScope,
    f: impl for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> R,
) -> R {
    let outcome = thread::scope(|system| {
        let scope = Scope::new(system, open);
        let lent = ptr::from_ref(&scope);
        // SAFETY:
        // - The pointer comes from a reference. `scope` is not moved or changed afterwards; it has no
        //   `Drop`, and what it refers to outlives std's scope.
        // - The lifetime of the reference becomes `'scope`, which `f` knows nothing of but that `'env`
        //   outlives it: neither what `f` returns nor anything outside of it can hold the reference.
        //   So only `f` and threads that were started in the scope have it.
        // - `f` has ended, by a return or an unwind that is caught, when `open.wait()` begins. That
        //   returns when every thread of the scope is over, which the last destructor on the thread
        //   says, so that none runs the user's code any longer. It has no early way out: it does not
        //   panic, and is not refused. `scope` leaves the stack only then.
        // - A thread is in `open` before the system is asked for it, and threads are started by `f` and
        //   the threads of the scope only: when `open` is empty, it stays so.
        let lent = unsafe { &*lent };
        let outcome = quiet::caught(|| f(lent));
        open.wait();
        outcome
    });
    outcome.unwrap_or_else(|payload| panic::resume_unwind(payload))
}

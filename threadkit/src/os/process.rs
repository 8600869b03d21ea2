//! What the process does on its way out, and what is done around its forks.

use crate::base::guest;
use crate::base::ident::ThreadId;

/// What is done when the process exits.
pub(crate) trait AtExit {
    fn at_exit();
}

/// Has `H` called when the process exits: `main` returned, or `exit` was called. The last given is called first.
pub(crate) fn at_exit<H: AtExit>() {
    extern "C" fn call<H: AtExit>() {
        // An unwind out of here would abort. Whatever panics has been reported.
        let _ = guest::caught(H::at_exit);
    }
    // SAFETY: `atexit` asks for a function that stays valid until the process exits and does not
    // unwind: `call` is static, and catches what it calls. It may be called from any thread. An
    // error (no memory for the list) is to lose what is done at exit; there is nobody to tell.
    let _ = unsafe { libc::atexit(call::<H>) };
}

/// What a fork holds from its beginning on. In the parent it is dropped.
pub(crate) trait Forking {
    /// In the child, where no other thread is.
    fn in_child(self: Box<Self>);
}

#[cfg(unix)]
pub(crate) use unix::at_fork;

#[cfg(not(unix))]
pub(crate) fn at_fork(prepare: fn() -> Box<dyn Forking>) {
    // Never called: it shows the compiler that what a fork needs is used, elsewhere.
    let _ = || {
        ThreadId::after_fork();
        prepare().in_child();
    };
}

#[cfg(unix)]
mod unix {
    use std::cell::RefCell;
    use std::sync::OnceLock;

    use super::{Forking, ThreadId};

    type Prepare = fn() -> Box<dyn Forking>;

    static PREPARE: OnceLock<Prepare> = OnceLock::new();

    thread_local! {
        /// What the current thread holds while it forks.
        static HELD: RefCell<Option<Box<dyn Forking>>> = const { RefCell::new(None) };
    }

    /// Has every fork of the process call `prepare` first; a second call does nothing.
    #[inline]
    pub(crate) fn at_fork(prepare: Prepare) {
        if PREPARE.get().is_none() {
            register(prepare);
        }
    }

    #[cold]
    fn register(prepare: Prepare) {
        PREPARE.get_or_init(|| {
            // SAFETY: `pthread_atfork` asks for functions that stay valid as long as the process may
            // fork, and that do not unwind: they are static, and allocate at most. An error (no
            // memory) leaves forks as they are without it.
            let _ = unsafe { libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child)) };
            prepare
        });
    }

    extern "C" fn before() {
        // Absent while `register` is about to set it: then there is nothing to hold yet.
        let Some(prepare) = PREPARE.get() else { return };
        let held = prepare();
        // Past the end of the thread there is no place to keep it: then nothing is held.
        let _ = HELD.try_with(|place| place.replace(Some(held)));
    }

    extern "C" fn in_parent() {
        drop(HELD.try_with(RefCell::take));
    }

    extern "C" fn in_child() {
        ThreadId::after_fork();
        if let Some(held) = HELD.try_with(RefCell::take).ok().flatten() {
            held.in_child();
        }
    }
}

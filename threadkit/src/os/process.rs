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

/// What is done around the forks of the process.
pub(crate) trait AtFork {
    /// Called when a fork begins, on the thread that forks.
    fn prepare() -> Box<dyn Forking>;
}

#[cfg(unix)]
pub(crate) use unix::at_fork;

#[cfg(not(unix))]
pub(crate) fn at_fork<H: AtFork>() {
    // Never called: it shows the compiler that what a fork needs is used, elsewhere.
    let _ = || {
        ThreadId::after_fork();
        H::prepare().in_child();
    };
}

#[cfg(unix)]
mod unix {
    use std::cell::RefCell;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::{AtFork, Forking, ThreadId};

    /// Every fork from now on calls the handlers. A flag, and no `Once`: a thread that forks while another is in here
    /// would leave a `Once` behind that is in progress for ever in the child. So two threads may register at once, and a
    /// child of such a fork once more; handlers that are called twice do nothing the second time.
    static REGISTERED: AtomicBool = AtomicBool::new(false);

    thread_local! {
        /// What the current thread holds while it forks.
        static HELD: RefCell<Option<Box<dyn Forking>>> = const { RefCell::new(None) };
    }

    /// Has every fork of the process call `H` first; a second call does nothing. There is one `H` in a process.
    #[inline]
    pub(crate) fn at_fork<H: AtFork>() {
        // Acquire, paired with the Release below: who sees it has the handlers registered.
        if !REGISTERED.load(Ordering::Acquire) {
            register::<H>();
        }
    }

    #[cold]
    fn register<H: AtFork>() {
        // SAFETY: `pthread_atfork` asks for functions that stay valid as long as the process may fork, and that do not
        // unwind: they are static, and allocate at most. It takes a lock of the C library's, which a fork waits for. An
        // error (no memory) leaves forks as they are without it.
        let _ = unsafe { libc::pthread_atfork(Some(before::<H>), Some(in_parent), Some(in_child)) };
        REGISTERED.store(true, Ordering::Release);
    }

    extern "C" fn before<H: AtFork>() {
        // Past the end of the thread there is no place to keep it: then nothing is held.
        let _ = HELD.try_with(|held| {
            let is_held = held.borrow().is_some();
            if !is_held {
                // Outside of the borrow: it takes locks, which is what it is for.
                let locks = H::prepare();
                held.replace(Some(locks));
            }
        });
    }

    extern "C" fn in_parent() {
        drop(HELD.try_with(RefCell::take));
    }

    extern "C" fn in_child() {
        match HELD.try_with(RefCell::take) {
            Ok(Some(held)) => {
                ThreadId::after_fork();
                held.in_child();
            }
            // The handlers were registered twice, and this is the second.
            Ok(None) => {}
            Err(_) => ThreadId::after_fork(),
        }
    }
}

//! A handler of the process's exit.

use std::sync::OnceLock;

use crate::base::guest;

static HANDLER: OnceLock<fn()> = OnceLock::new();

/// Has `handler` called when the process exits: `main` returned, or `exit` was called.
pub(crate) fn at_exit(handler: fn()) {
    extern "C" fn call() {
        if let Some(handler) = HANDLER.get() {
            // An unwind out of here would abort. Whatever panics has been reported.
            let _ = guest::caught(handler);
        }
    }
    HANDLER.get_or_init(|| handler);
    // SAFETY: `atexit` asks for a function that stays valid until the process exits and does not
    // unwind: `call` is static, and catches what it calls. It may be called from any thread. An
    // error (no memory for the list) is to lose the wait at exit; there is nobody to tell.
    let _ = unsafe { libc::atexit(call) };
}

//! The outermost frame of a thread that is started here.

use std::io;

use crate::base::primitive::thread::{Builder, JoinHandle};
use crate::os::local;

/// Spawns a thread that calls `main`, destroys its thread-locals of this crate, and calls what `main` gave.
pub(crate) fn spawn<A: FnOnce()>(
    system: Builder,
    main: impl FnOnce() -> A + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    system.spawn(|| outermost(main))
}

/// The frame that only std's are below of.
pub(super) fn outermost<A: FnOnce()>(main: impl FnOnce() -> A) {
    let last = main();
    // SAFETY: no frame below holds a reference into a value: they are std's, since `outermost` is the whole of what the
    // system's thread was given to call, and `main`, which called the user's, has returned.
    unsafe { local::destroy() };
    last();
}

//! Fork: the locks that a child needs are free in it, and it knows that it has one thread.

#[cfg(unix)]
pub(crate) use unix::install;

#[cfg(not(unix))]
pub(crate) fn install() {}

#[cfg(unix)]
mod unix {
    use std::cell::RefCell;
    use std::sync::{MutexGuard, Once};

    use crate::base::ident::ThreadId;
    use crate::core::registry::Registry;
    use crate::core::{graph, observe, registry};
    use crate::failure::{hook, panic_hook};
    use crate::os;
    use crate::process::shutdown;
    use crate::thread::current;

    /// The locks, in the order in which they are taken: no code of this crate holds one of them and
    /// takes another.
    struct Locks {
        registry: MutexGuard<'static, Registry>,
        graph: MutexGuard<'static, graph::Graph>,
        _shutdown: MutexGuard<'static, shutdown::Shutdown>,
        _hook: hook::HookGuard,
        _observers: observe::ObserversGuard,
        panic_hook: Option<MutexGuard<'static, ()>>,
        #[cfg(feature = "timeline")]
        _timelines: crate::watch::timeline::RecordingsGuard,
    }

    thread_local! {
        /// The locks that the current thread holds while it forks.
        static HELD: RefCell<Option<Locks>> = const { RefCell::new(None) };
    }

    /// Has every fork of the process pass through here.
    pub(crate) fn install() {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| {
            // SAFETY: `pthread_atfork` asks for functions that stay valid as long as the process may
            // fork, and that do not unwind: they are static, and allocate at most. An error (no
            // memory) leaves forks as they are without it.
            let _ = unsafe { libc::pthread_atfork(Some(prepare), Some(parent), Some(child)) };
        });
    }

    extern "C" fn prepare() {
        let locks = Locks {
            registry: registry::lock(),
            graph: graph::lock(),
            _shutdown: shutdown::lock(),
            _hook: hook::lock(),
            _observers: observe::lock(),
            panic_hook: panic_hook::lock(),
            #[cfg(feature = "timeline")]
            _timelines: crate::watch::timeline::lock(),
        };
        // Past the end of the thread there is no place to keep the locks: then they are not held.
        let _ = HELD.try_with(|held| held.replace(Some(locks)));
    }

    extern "C" fn parent() {
        drop(HELD.try_with(RefCell::take));
    }

    extern "C" fn child() {
        ThreadId::after_fork();
        if let Some(forked) = current::existing() {
            forked.record().set_native_id(os::thread::native_id());
        }
        if let Some(mut locks) = HELD.try_with(RefCell::take).ok().flatten() {
            locks.registry.after_fork(current::existing().as_ref());
            locks.graph.after_fork();
            panic_hook::after_fork(locks.panic_hook.as_ref());
        }
    }
}

//! Parts of the runtime, each in the code that ships, explored by loom: see `README.md`.

mod end;
mod local;
mod primitive;
mod stop;

/// What the parts are built on.
mod base {
    pub(crate) use crate::primitive;

    /// Here nobody has a clock of his own.
    pub(crate) mod clock {
        pub(crate) fn is_virtual() -> bool {
            false
        }
    }

    pub(crate) mod condvar {
        pub(crate) use crate::primitive::parking_lot::Condvar;
    }

    /// Here no process forks.
    pub(crate) mod ident {
        pub(crate) type Runner = loom::thread::ThreadId;

        pub(crate) fn runner() -> Runner {
            loom::thread::current().id()
        }

        pub(crate) fn forks() -> u64 {
            1
        }
    }

    /// Here a panic of user code is a failure of the model.
    pub(crate) mod guest {
        pub(crate) enum Blame {
            Thread,
            Nobody,
        }

        pub(crate) fn call<R>(f: impl FnOnce() -> R) -> R {
            f()
        }

        pub(crate) fn contain<R>(_: Blame, f: impl FnOnce() -> R) -> R {
            f()
        }

        pub(crate) fn drop<T>(value: T) {
            std::mem::drop(value);
        }
    }
}

/// Written once by one thread: loom fails the model where another reads it without being ordered after that.
#[derive(Default)]
struct Data(loom::cell::UnsafeCell<u32>);

// SAFETY: loom checks that no access races with a write.
unsafe impl Sync for Data {}

impl Data {
    fn new() -> Self {
        Self(loom::cell::UnsafeCell::new(0))
    }

    fn write(&self) {
        // SAFETY: nobody reads yet, or loom fails the model.
        self.0.with_mut(|data| unsafe { *data = 7 });
    }

    fn assert_written(&self) {
        // SAFETY: the write is over, or loom fails the model.
        assert_eq!(self.0.with(|data| unsafe { *data }), 7);
    }
}

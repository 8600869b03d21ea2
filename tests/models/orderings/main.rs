//! Parts of the runtime, each in the code that ships, explored by loom: see `README.md`.

mod end;
mod local;
mod primitive;
mod stop;

/// What the parts call when user code panics: here that is a failure of the model.
mod excepthook {
    pub(crate) fn guest_panicked(payload: Box<dyn std::any::Any + Send>) {
        std::panic::resume_unwind(payload);
    }
}

mod quiet {
    pub(crate) fn caught<R>(f: impl FnOnce() -> R) -> std::thread::Result<R> {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(f))
    }

    pub(crate) fn drop<T>(value: T) {
        std::mem::drop(value);
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

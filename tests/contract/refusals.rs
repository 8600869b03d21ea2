//! When the system refuses a thread, and when there are very many.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use threadkit::{Builder, StartError, Target, Thread, enumerate, main_thread, thread_class};

use crate::support::gate;

/// More than an address space has.
const IMPOSSIBLE: usize = usize::MAX / 2;

macro_rules! class {
    ($name:ident, $this:ident, $($receiver:tt)*) => {
        #[thread_class(name = "refused", stack_size = IMPOSSIBLE)]
        struct $name(Arc<()>, Vec<u8>);

        #[thread_class]
        impl $name {
            fn run($($receiver)*) -> usize {
                Arc::strong_count(&$this.0) + $this.1.len()
            }
        }
    };
}

class!(Shared, self, &self);
class!(Exclusive, self, &mut self);
class!(Consumed, self, self);

macro_rules! is_refused_whole {
    ($name:ident) => {{
        let part = Arc::new(());
        let object = $name(part.clone(), vec![1, 2, 3]);
        let error: StartError<$name> =
            Builder::new(object).with_daemon(true).try_start().unwrap_err();
        assert!(!enumerate().iter().any(|thread| thread.is::<$name>()));
        assert!(error.source().is_some());
        assert!(!error.to_string().is_empty());
        assert!(!format!("{error:?}").is_empty());
        let again = error.into_builder().try_start().unwrap_err();
        let thread = again.into_builder().with_stack_size(64 * 1024).start().unwrap();
        assert_eq!(thread.name(), "refused");
        assert!(thread.is_daemon());
        assert_eq!(thread.value().unwrap(), 5);
        let refused = Builder::new($name(part.clone(), Vec::new())).try_start().unwrap_err();
        assert_eq!(refused.into_builder().into_object().1.len(), 0);
        drop(thread);
        assert_eq!(Arc::strong_count(&part), 1);
        let start: io::Result<Thread<$name>> = $name(part.clone(), Vec::new()).start();
        start.unwrap_err();
        assert_eq!(Arc::strong_count(&part), 1, "a refused object is dropped");
    }};
}

#[test]
fn a_refused_object_comes_back_whole() {
    is_refused_whole!(Shared);
    is_refused_whole!(Exclusive);
    is_refused_whole!(Consumed);
}

#[test]
fn a_refused_start_is_an_error_of_io() {
    fn start() -> Result<(), Box<dyn Error + Send + Sync>> {
        Builder::new(Target::new(|| ())).with_stack_size(IMPOSSIBLE).try_start()?;
        Ok(())
    }
    let error = start().unwrap_err();
    assert!(error.is::<StartError<Target<()>>>());
    // Of half the address space and more, with 32 bits as with 64.
    for bytes in [usize::MAX, usize::MAX / 2 + 1, IMPOSSIBLE] {
        let refused = Builder::new(Target::new(|| ())).with_stack_size(bytes);
        let error: io::Error = refused.start().unwrap_err();
        assert!(error.raw_os_error().is_some(), "{bytes}: {error:?}");
    }
}

#[test]
fn what_a_refused_start_was_to_call_at_a_stop_is_kept() {
    let (calls, called) = std::sync::mpsc::channel();
    let builder = Builder::new(Target::new(std::thread::park)).with_stack_size(IMPOSSIBLE);
    let refused = builder.on_stop(move || calls.send(()).unwrap()).try_start().unwrap_err();
    let thread = refused.into_builder().with_stack_size(1 << 16).start().unwrap();
    thread.request_stop();
    thread.join().unwrap();
    called.recv().unwrap();
}

#[test]
fn ten_thousand_threads_at_once() {
    #[thread_class(stack_size = 16 * 1024)]
    struct One {
        gate: Arc<crate::support::Gate>,
        ran: Arc<AtomicUsize>,
        n: usize,
    }

    #[thread_class]
    impl One {
        fn run(&self) -> usize {
            self.gate.wait();
            // Relaxed: the joins order it before the look.
            self.ran.fetch_add(1, Ordering::Relaxed);
            self.n
        }
    }
    // Wine opens four files for each thread. Where a process may open no more, it ends the new thread before it begins,
    // be it that of another test.
    const MANY: usize = if cfg!(windows) { 1_000 } else { 10_000 };
    let (gate, key) = gate();
    let (gate, ran) = (Arc::new(gate), Arc::new(AtomicUsize::new(0)));
    let one = |n| One { gate: gate.clone(), ran: ran.clone(), n };
    let threads: Result<Vec<_>, _> = (0..MANY).map(|n| Builder::new(one(n)).try_start()).collect();
    // A machine that refuses so many has refused well if all that were started end.
    let threads = match threads {
        Ok(threads) => threads,
        Err(refused) => {
            drop(key);
            assert!(refused.into_builder().into_object().n > 100);
            return;
        }
    };
    assert!(enumerate().iter().filter(|thread| thread.is::<One>()).count() == MANY);
    drop(key);
    let sum: usize = threads.iter().map(|thread| thread.value().unwrap()).sum();
    assert_eq!(sum, MANY * (MANY - 1) / 2);
    assert_eq!(ran.load(Ordering::Relaxed), MANY);
    assert!(!enumerate().iter().any(|thread| thread.is::<One>()));
    assert!(main_thread().is_alive());
}

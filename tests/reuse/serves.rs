//! Which thread serves an object.

use std::cell::Cell;
use std::collections::HashSet;
use std::sync::{Arc, Barrier, mpsc};

use threadkit::{
    Builder, Group, ScopedTarget, Supervisor, Target, Thread, get_native_id, scope, thread_class,
};

use crate::kept;

#[thread_class(reuse)]
struct Meets(Arc<Barrier>);

#[thread_class]
impl Meets {
    fn run(&self) -> u64 {
        self.0.wait();
        get_native_id()
    }
}

/// No more than were alive at once, whatever comes after.
#[test]
fn as_many_as_were_alive_at_once() {
    let barrier = Arc::new(Barrier::new(8));
    let group = Group::start((0..8).map(|_| Meets(barrier.clone()))).unwrap();
    let ids: HashSet<u64> = group.values().unwrap().into_iter().collect();
    assert_eq!(ids.len(), 8);
    let one = Arc::new(Barrier::new(1));
    for _ in 0..200 {
        let id = Meets(one.clone()).start().unwrap().value().unwrap();
        assert!(ids.contains(&id), "a thread that was there");
    }
}

/// Whoever has heard of the end of an object starts the next on its thread.
#[test]
fn a_start_after_a_join_finds_the_thread() {
    let id = || (get_native_id(), "after a join");
    let (first, _) = kept(id).start().unwrap().value().unwrap();
    for _ in 0..500 {
        let thread = kept(id).start().unwrap();
        thread.join().unwrap();
        assert_eq!(thread.value().unwrap().0, first);
    }
}

#[test]
fn classes_do_not_mix() {
    thread_local! {
        static MET: Cell<u32> = const { Cell::new(0) };
    }
    fn meet() -> u32 {
        MET.replace(MET.get() + 1)
    }

    #[thread_class(reuse)]
    struct One;
    #[thread_class]
    impl One {
        fn run(&self) -> u32 {
            meet()
        }
    }
    #[thread_class(reuse)]
    struct Other;
    #[thread_class]
    impl Other {
        fn run(&self) -> u32 {
            meet()
        }
    }
    #[thread_class(reuse = false)]
    struct Never;
    #[thread_class]
    impl Never {
        fn run(&self) -> u32 {
            meet()
        }
    }

    // Std's thread-locals are those of the thread of the system, and met again.
    for before in 0..3 {
        assert_eq!(One.start().unwrap().value().unwrap(), before);
        assert_eq!(Other.start().unwrap().value().unwrap(), before);
        assert_eq!(Never.start().unwrap().value().unwrap(), 0);
    }
    assert_eq!(Builder::new(One).with_reuse(false).start().unwrap().value().unwrap(), 0);
    assert_eq!(Builder::new(Never).with_reuse(true).start().unwrap().value().unwrap(), 0);
    assert_eq!(Builder::new(Never).with_reuse(true).start().unwrap().value().unwrap(), 1);
}

#[test]
fn stacks_of_another_size_do_not_mix() {
    let id = || (get_native_id(), "stacks");
    let plain = kept(id).start().unwrap().value().unwrap().0;
    let large = kept(id).with_stack_size(4 << 20).start().unwrap().value().unwrap().0;
    assert_ne!(plain, large);
    assert_eq!(kept(id).start().unwrap().value().unwrap().0, plain);
    assert_eq!(kept(id).with_stack_size(4 << 20).start().unwrap().value().unwrap().0, large);
}

/// A refusal leaves nothing behind, and gives the object back.
#[test]
fn a_stack_that_nobody_has() {
    let refused = kept(|| "done").with_stack_size(usize::MAX / 2).try_start().unwrap_err();
    assert_eq!(refused.into_builder().with_stack_size(1).start().unwrap().value().unwrap(), "done");
}

#[thread_class(reuse)]
struct Borrows<'a>(&'a mut u64);

#[thread_class]
impl Borrows<'_> {
    fn run(&mut self) {
        *self.0 = get_native_id();
    }
}

/// The wait of a scope ends when nothing borrowed is in use; the thread of the system goes on.
#[test]
fn scopes() {
    let mut ids = [0; 3];
    for id in &mut ids {
        scope(|s| drop(s.start(Borrows(id)).unwrap()));
    }
    assert!(ids[0] != 0 && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let text = String::from("borrowed");
    for _ in 0..3 {
        let text = &text;
        let length = scope(|s| {
            let object = ScopedTarget::new(move || text.len());
            s.start(Builder::new(object).with_reuse(true)).unwrap().value().unwrap()
        });
        assert_eq!(length, 8);
    }
}

#[test]
fn a_supervisor_restarts_on_a_kept_thread() {
    #[thread_class(reuse, excepthook = threadkit::silent)]
    struct Feed(mpsc::Sender<u64>, Arc<std::sync::atomic::AtomicUsize>);

    #[thread_class]
    impl Feed {
        fn run(&self) -> Result<(), String> {
            self.0.send(get_native_id()).unwrap();
            let restarts = self.1.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            if restarts < 2 { Err("once more".into()) } else { Ok(()) }
        }
    }

    let (send, ids) = mpsc::channel();
    let restarts = Arc::default();
    let supervisor = Supervisor::new()
        .child("feed", move || Feed(send.clone(), Arc::clone(&restarts)))
        .start()
        .unwrap();
    let ids: HashSet<u64> = ids.iter().take(3).collect();
    // A supervisor hears of an end as a task does, on the thread that has ended, which is free again after that.
    assert!(ids.len() <= 2, "{ids:?}");
    supervisor.request_stop();
    let _ = supervisor.join();
}

/// `join` from many, `value`, and an erased handle, as of any thread.
#[test]
fn everybody_hears_of_the_end() {
    let (go, wait) = mpsc::channel::<()>();
    let thread = kept(move || wait.recv().is_err()).start().unwrap();
    let joiners: Vec<_> = (0..4)
        .map(|_| {
            let thread: Thread = thread.to_thread();
            threadkit::spawn(move || thread.join().is_ok())
        })
        .collect();
    drop(go);
    for joiner in joiners {
        assert!(joiner.value().unwrap());
    }
    assert!(thread.to_thread().downcast::<Target<bool>>().is_ok());
    assert!(thread.value().unwrap());
}

//! The race of a `Local` instance's end, its threads' ends and its visitors, explored by loom: every interleaving, and
//! every reordering that the atomics' orderings allow, of the code that ships.

// The model leaves some of it unused.
#[allow(dead_code)]
#[path = "../../../threadkit/src/os/local/node.rs"]
mod node;

/// What the nodes are built on: loom's.
mod sync {
    pub(super) use loom::cell::UnsafeCell;
    pub(super) use loom::sync::atomic::{AtomicU32, Ordering, fence};

    /// loom's, with `parking_lot`'s interface.
    pub(super) struct Mutex<T>(loom::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub(super) fn new(value: T) -> Self {
            Self(loom::sync::Mutex::new(value))
        }

        pub(super) fn lock(&self) -> loom::sync::MutexGuard<'_, T> {
            self.0.lock().expect("not poisoned")
        }
    }
}

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;

use loom::cell::UnsafeCell;
use loom::thread;

use node::{List, Node};

/// A value whose every access loom sees: a drop that is not ordered after a use fails the model.
struct Watched {
    cell: UnsafeCell<u32>,
    drops: Arc<AtomicUsize>,
}

// SAFETY: shared for reading only; loom checks that the drop is exclusive.
unsafe impl Sync for Watched {}

impl Watched {
    fn read(&self) {
        // SAFETY: as above.
        assert_eq!(self.cell.with(|cell| unsafe { *cell }), 7);
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        // SAFETY: exclusive, or loom fails the model.
        self.cell.with_mut(|cell| unsafe { *cell = 0 });
        self.drops.fetch_add(1, SeqCst);
    }
}

type Shared = Arc<List<Watched>>;

/// The first use in a thread, and one more.
fn first_use(list: &Shared, drops: &Arc<AtomicUsize>) -> Arc<Node<Watched>> {
    let value = Watched { cell: UnsafeCell::new(7), drops: Arc::clone(drops) };
    let node = list.add(1, value);
    // SAFETY: on the value's thread, which has not ended it; `T: Sync` besides.
    unsafe { node.value() }.read();
    node
}

/// Runs the model `f` with an instance, and checks that each of `values` was dropped once.
fn model(values: usize, f: impl Fn(&Shared, &Arc<AtomicUsize>) + Send + Sync + 'static) {
    loom::model(move || {
        let (list, drops) = (List::new(), Arc::new(AtomicUsize::new(0)));
        f(&list, &drops);
        assert_eq!(drops.load(SeqCst), values);
    });
}

#[test]
fn the_instance_is_dropped_as_a_thread_ends() {
    model(1, |list, drops| {
        let node = first_use(list, drops);
        let list = Arc::clone(list);
        let dropper = thread::spawn(move || list.end_all());
        node.end();
        dropper.join().unwrap();
    });
}

#[test]
fn the_instance_is_dropped_as_two_threads_end() {
    model(2, |list, drops| {
        let nodes = [first_use(list, drops), first_use(list, drops)];
        let ends = nodes.map(|node| thread::spawn(move || node.end()));
        list.end_all();
        for end in ends {
            end.join().unwrap();
        }
    });
}

#[test]
fn threads_begin_and_end_at_once() {
    model(2, |list, drops| {
        let threads = [(); 2].map(|()| {
            let (list, drops) = (Arc::clone(list), Arc::clone(drops));
            thread::spawn(move || first_use(&list, &drops).end())
        });
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

#[test]
fn a_visitor_comes_as_a_thread_begins_and_ends() {
    model(1, |list, drops| {
        let (theirs, drops) = (Arc::clone(list), Arc::clone(drops));
        let owner = thread::spawn(move || first_use(&theirs, &drops).end());
        let mut visits = 0;
        list.for_each(|value| {
            value.read();
            visits += 1;
        });
        assert!(visits <= 1);
        owner.join().unwrap();
    });
}

#[test]
fn two_visitors_come_as_a_thread_ends() {
    model(1, |list, drops| {
        let node = first_use(list, drops);
        let theirs = Arc::clone(list);
        let visitor = thread::spawn(move || theirs.for_each(Watched::read));
        let theirs = Arc::clone(list);
        let other = thread::spawn(move || theirs.for_each(Watched::read));
        node.end();
        visitor.join().unwrap();
        other.join().unwrap();
    });
}

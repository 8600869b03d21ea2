//! The race of a `Local` instance's end, its threads' ends and its visitors, explored by loom: every interleaving, and
//! every reordering that the atomics' orderings allow, of the code that ships.

// The model leaves some of it unused.
#[allow(dead_code)]
#[path = "../../../threadkit/src/os/local/node.rs"]
mod node;

/// What the nodes are built on: loom's.
mod sync {
    pub(super) use loom::cell::UnsafeCell;
    pub(super) use loom::sync::MutexGuard;
    pub(super) use loom::sync::atomic::{AtomicU32, Ordering};

    /// loom's, with `parking_lot`'s interface.
    pub(super) struct Mutex<T>(loom::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub(super) fn new(value: T) -> Self {
            Self(loom::sync::Mutex::new(value))
        }

        pub(super) fn lock(&self) -> MutexGuard<'_, T> {
            self.0.lock().expect("not poisoned")
        }
    }
}

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;

use loom::cell::UnsafeCell;
use loom::thread;

use node::{Ends, List, Node};

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

impl Watched {
    /// Alone with the value, or loom fails the model.
    fn write(&mut self) {
        // SAFETY: as it says.
        self.cell.with_mut(|cell| unsafe { *cell = 7 });
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
    model_of(Ends::Drop, values, f);
}

/// The same with an instance that keeps values, or does not.
fn model_of(
    ends: Ends,
    values: usize,
    f: impl Fn(&Shared, &Arc<AtomicUsize>) + Send + Sync + 'static,
) {
    loom::model(move || {
        let (list, drops) = (List::new(ends), Arc::new(AtomicUsize::new(0)));
        f(&list, &drops);
        assert_eq!(drops.load(SeqCst), values);
    });
}

/// What is visited now, each seen in full.
fn visit(list: &Shared) -> usize {
    let mut visits = 0;
    list.for_each(|value| {
        value.read();
        visits += 1;
    });
    visits
}

/// What was taken out is used, and dropped.
fn use_up(values: Vec<Watched>) -> usize {
    values.into_iter().map(|value| value.read()).count()
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
        assert!(visit(list) <= 1);
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

#[test]
fn a_kept_value_is_taken_as_its_thread_ends() {
    model_of(Ends::Keep, 1, |list, drops| {
        let node = first_use(list, drops);
        let owner = thread::spawn(move || node.end());
        let early = use_up(list.take_ended());
        owner.join().unwrap();
        assert_eq!(early + use_up(list.take_ended()), 1);
    });
}

#[test]
fn kept_values_are_taken_by_two_as_a_visitor_comes() {
    model_of(Ends::Keep, 2, |list, drops| {
        let (kept, node) = (first_use(list, drops), first_use(list, drops));
        kept.end();
        drop(kept);
        let theirs = Arc::clone(list);
        let other = thread::spawn(move || use_up(theirs.take_ended()));
        let theirs = Arc::clone(list);
        let visitor = thread::spawn(move || visit(&theirs));
        node.end();
        let taken = use_up(list.take_ended());
        let visits = visitor.join().unwrap();
        assert!(visits <= 2);
        let taken = taken + other.join().unwrap();
        assert_eq!(taken + use_up(list.take_ended()), 2, "each by one of them, or left for later");
    });
}

#[test]
fn a_keeping_instance_is_dropped_as_two_threads_end() {
    model_of(Ends::Keep, 2, |list, drops| {
        let nodes = [first_use(list, drops), first_use(list, drops)];
        let ends = nodes.map(|node| thread::spawn(move || node.end()));
        list.end_all();
        for end in ends {
            end.join().unwrap();
        }
    });
}

#[test]
fn an_instance_is_taken_apart_as_a_thread_ends() {
    for ends in [Ends::Drop, Ends::Keep] {
        model_of(ends, 2, move |list, drops| {
            let (own, node) = (first_use(list, drops), first_use(list, drops));
            let owner = thread::spawn(move || node.end());
            // SAFETY: nobody uses a value but the thread that ends its own.
            let taken = use_up(unsafe { list.take_all() });
            assert!(taken == 2 || ends == Ends::Drop && taken == 1);
            list.end_all();
            owner.join().unwrap();
            own.end();
        });
    }
}

#[test]
fn values_are_lent_as_a_thread_ends() {
    for ends in [Ends::Drop, Ends::Keep] {
        model_of(ends, 2, move |list, drops| {
            let (own, node) = (first_use(list, drops), first_use(list, drops));
            let owner = thread::spawn(move || node.end());
            // SAFETY: until the loop is over nothing else is done but the end of a thread.
            let lent = unsafe { list.lend() };
            assert!(lent.len() == 2 || ends == Ends::Drop && lent.len() == 1);
            for value in lent {
                value.write();
            }
            assert!(visit(list) <= 2);
            owner.join().unwrap();
            assert_eq!(visit(list), if ends == Ends::Keep { 2 } else { 1 });
            own.end();
            list.end_all();
        });
    }
}

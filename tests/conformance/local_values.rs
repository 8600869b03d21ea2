//! The values of a `Local` from outside of their threads: looked at, kept, lent, and taken out.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, mpsc};
use std::thread;

use threadkit::Local;

/// Counts how many of it there were and how many are dropped.
#[derive(Clone, Default)]
struct Count(Arc<AtomicU32>, Arc<AtomicU32>);

impl Count {
    fn made(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    fn dropped(&self) -> u32 {
        self.1.load(Ordering::Relaxed)
    }

    /// One that bears its number, from 1 on.
    fn one(&self) -> Counted {
        Counted(self.0.fetch_add(1, Ordering::Relaxed) + 1, self.clone())
    }
}

struct Counted(u32, Count);

impl Drop for Counted {
    fn drop(&mut self) {
        self.1.1.fetch_add(1, Ordering::Relaxed);
    }
}

fn numbers<'a>(values: impl IntoIterator<Item = &'a Counted>) -> Vec<u32> {
    let mut numbers: Vec<_> = values.into_iter().map(|counted| counted.0).collect();
    numbers.sort_unstable();
    numbers
}

/// A thread that has used an instance, and ends when it is told to.
struct User {
    thread: thread::JoinHandle<()>,
    end: mpsc::Sender<()>,
}

impl User {
    /// Its share of the instance is dropped when this returns.
    fn new<T: Send + Sync + 'static>(instance: &Arc<Local<T>>) -> Self {
        let (end, may_end) = mpsc::channel::<()>();
        let (used, was_used) = mpsc::channel::<()>();
        let instance = Arc::clone(instance);
        let thread = thread::spawn(move || {
            instance.with(|_| ());
            drop(instance);
            drop(used);
            let _ = may_end.recv();
        });
        assert!(was_used.recv().is_err());
        Self { thread, end }
    }

    fn end(self) {
        drop(self.end);
        self.thread.join().unwrap();
    }
}

#[test]
fn a_look_initialises_nothing() {
    let count = Count::default();
    let number = Local::new({
        let count = count.clone();
        move || count.one().0
    });
    assert_eq!(number.get(), None);
    assert_eq!(number.cloned(), None);
    assert_eq!(count.made(), 0);
    assert_eq!(number.with(|number| *number), 1);
    assert_eq!((number.get(), number.cloned()), (Some(1), Some(1)));
    thread::scope(|s| {
        s.spawn(|| assert_eq!((number.get(), number.cloned()), (None, None)));
    });
    assert_eq!(count.made(), 1);
}

#[test]
fn a_look_finds_any_of_many_instances() {
    let locals: Vec<_> = (0..100_u32).map(|i| Local::new(move || i)).collect();
    for (i, local) in locals.iter().enumerate().step_by(2) {
        assert_eq!(local.with(|number| *number) as usize, i);
    }
    for (i, local) in locals.iter().enumerate() {
        assert_eq!(local.get().map(|number| number as usize), (i % 2 == 0).then_some(i));
    }
}

#[test]
fn cloned_gives_what_is_not_copied() {
    let words = Local::new(|| RefCell::new(vec!["one"]));
    assert!(words.cloned().is_none());
    words.with_borrow_mut(|words| words.push("two"));
    assert_eq!(words.cloned().map(RefCell::into_inner), Some(vec!["one", "two"]));
    words.with_borrow(|words| assert_eq!(words.len(), 2));
}

#[test]
fn get_on_a_cell_is_what_it_is_on_a_key() {
    let optional = Local::new(|| Cell::new(None::<u8>));
    assert_eq!(optional.get(), None, "initialised, with that");
    optional.set(Some(3));
    assert_eq!(optional.get(), Some(3));
    let count = Local::new(|| Cell::new(40_u32));
    count.set(count.get() + 2);
    assert_eq!(count.get().pow(2), 1764);
}

#[test]
fn nothing_is_found_while_the_value_is_made_or_when_it_is_destroyed() {
    static NUMBER: LazyLock<Local<Option<u8>>> = LazyLock::new(|| {
        Local::new(|| {
            assert_eq!(NUMBER.get(), None);
            Some(5)
        })
    });
    struct Late(mpsc::Sender<[bool; 2]>);
    impl Drop for Late {
        fn drop(&mut self) {
            self.0.send([NUMBER.get().is_none(), NUMBER.cloned().is_none()]).unwrap();
        }
    }
    threadkit::local! { static LATE: RefCell<Option<Late>> = const { RefCell::new(None) }; }
    let (told, tells) = mpsc::channel();
    let thread = threadkit::spawn(move || {
        // Initialised first, it is destroyed last.
        LATE.set(Some(Late(told)));
        NUMBER.with(|_| ());
        NUMBER.get()
    });
    assert_eq!(thread.value().unwrap(), Some(Some(5)));
    thread.join().unwrap();
    assert_eq!(tells.recv(), Ok([true, true]));
}

#[test]
fn kept_values_outlive_their_threads_and_end_with_the_instance() {
    let count = Count::default();
    let instance = Arc::new(Local::keeping({
        let count = count.clone();
        move || count.one()
    }));
    for number in 1..=3 {
        let theirs = Arc::clone(&instance);
        let thread = threadkit::spawn(move || theirs.with(|own| own.0));
        assert_eq!(thread.value().unwrap(), number, "each begins with a value of its own");
        thread.join().unwrap();
    }
    let user = User::new(&instance);
    let mut visited = Vec::new();
    instance.for_each(|counted| visited.push(counted.0));
    visited.sort_unstable();
    assert_eq!(visited, [1, 2, 3, 4], "of three threads that ended, and of one that lives");
    assert_eq!(count.dropped(), 0);
    drop(Arc::into_inner(instance).unwrap());
    assert_eq!(count.dropped(), 4);
    user.end();
    assert_eq!(count.dropped(), 4, "none twice");
}

#[test]
fn what_ended_threads_left_behind_is_taken_once() {
    let count = Count::default();
    let instance = Arc::new(Local::keeping({
        let count = count.clone();
        move || count.one()
    }));
    assert!(instance.take_kept().is_empty());
    User::new(&instance).end();
    User::new(&instance).end();
    let user = User::new(&instance);
    let kept = instance.take_kept();
    assert_eq!(numbers(&kept), [1, 2]);
    assert!(instance.take_kept().is_empty());
    drop(kept);
    assert_eq!(count.dropped(), 2);
    user.end();
    assert_eq!(numbers(&instance.take_kept()), [3]);
    assert_eq!(count.dropped(), 3);
    drop(instance);
    assert_eq!(count.dropped(), 3);
}

#[test]
fn a_kept_value_that_is_visited_is_not_taken() {
    let instance = Arc::new(Local::keeping(|| AtomicU32::new(7)));
    User::new(&instance).end();
    let mut visits = 0;
    instance.for_each(|value| {
        visits += 1;
        assert!(instance.take_kept().is_empty());
        assert_eq!(value.load(Ordering::Relaxed), 7);
    });
    assert_eq!(visits, 1);
    assert_eq!(instance.take_kept().len(), 1);
}

#[test]
fn an_instance_that_does_not_keep_has_nothing_to_take() {
    let count = Count::default();
    let instance = Arc::new(Local::new({
        let count = count.clone();
        move || count.one()
    }));
    User::new(&instance).end();
    assert_eq!(count.dropped(), 1);
    assert!(instance.take_kept().is_empty());
}

#[test]
fn counts_are_summed_when_all_have_counted() {
    let hits = Local::keeping(|| Cell::new(0_u64));
    threadkit::scope(|s| {
        for n in 1..=4 {
            let hits = &hits;
            s.spawn(move || (0..n).for_each(|_| hits.set(hits.get() + 1)));
        }
    });
    let values = hits.into_values();
    assert_eq!(values.len(), 4);
    assert_eq!(values.map(Cell::into_inner).sum::<u64>(), 10);
}

#[test]
fn values_are_taken_out_of_threads_that_live() {
    let count = Count::default();
    let instance = Arc::new(Local::new({
        let count = count.clone();
        move || count.one()
    }));
    let users = [(); 3].map(|()| User::new(&instance));
    instance.with(|_| ());
    let values: Vec<_> = Arc::into_inner(instance).unwrap().into_values().collect();
    assert_eq!(numbers(&values), [1, 2, 3, 4]);
    users.into_iter().for_each(User::end);
    assert_eq!(count.dropped(), 0, "they are the taker's");
    drop(values);
    assert_eq!(count.dropped(), 4);
}

#[test]
fn values_are_changed_from_outside() {
    let mut instance = Local::new(|| Cell::new(1));
    assert_eq!(instance.iter_mut().len(), 0);
    instance.set(2);
    for value in instance.iter_mut() {
        *value.get_mut() += 40;
    }
    assert_eq!(instance.get(), 42);
    instance.iter_mut().for_each(|value| value.set(7));
    assert_eq!(instance.get(), 7);
}

/// An instance that three threads have used, of which one ends while its value is borrowed.
fn ends_while_borrowed(instance: Arc<Local<Counted>>, count: &Count) -> Local<Counted> {
    let [first, second] = [(); 2].map(|()| User::new(&instance));
    instance.with(|_| ());
    let mut instance = Arc::into_inner(instance).unwrap();
    let mut values: Vec<&mut Counted> = instance.iter_mut().collect();
    assert_eq!(numbers(values.iter().map(|value| &**value)), [1, 2, 3]);
    first.end();
    assert_eq!(count.dropped(), 0, "dropped while it is borrowed");
    for value in &mut values {
        value.0 += 10;
    }
    assert_eq!(numbers(values.iter().map(|value| &**value)), [11, 12, 13]);
    drop(values);
    second.end();
    instance
}

fn counting(keeping: bool) -> (Arc<Local<Counted>>, Count) {
    let count = Count::default();
    let theirs = count.clone();
    let init = move || theirs.one();
    let instance = if keeping { Local::keeping(init) } else { Local::new(init) };
    (Arc::new(instance), count)
}

/// What is done with an instance next.
type Next = fn(&mut Local<Counted>);

#[test]
fn a_value_whose_thread_ends_while_it_is_borrowed_ends_later() {
    let visit = |instance: &mut Local<Counted>| instance.for_each(|_| ());
    let borrow = |instance: &mut Local<Counted>| assert_eq!(instance.iter_mut().len(), 1);
    let first_use = |instance: &mut Local<Counted>| {
        thread::scope(|s| s.spawn(|| instance.with(|_| ())).join().unwrap());
    };
    for (next, dropped) in [(visit as Next, 2), (borrow, 2), (first_use, 3)] {
        let (instance, count) = counting(false);
        let mut instance = ends_while_borrowed(instance, &count);
        next(&mut instance);
        assert_eq!(count.dropped(), dropped);
        drop(instance);
        assert_eq!(count.dropped(), count.made());
    }
    let (instance, count) = counting(false);
    drop(ends_while_borrowed(instance, &count));
    assert_eq!(count.dropped(), 3);
    let (instance, count) = counting(false);
    let left = ends_while_borrowed(instance, &count).into_values();
    assert_eq!((left.len(), count.dropped()), (1, 2));
}

#[test]
fn a_kept_value_whose_thread_ends_while_it_is_borrowed_is_kept() {
    let (instance, count) = counting(true);
    let instance = ends_while_borrowed(instance, &count);
    assert_eq!(numbers(&instance.take_kept()), [11, 12]);
    assert_eq!(count.dropped(), 2);
    drop(instance);
    assert_eq!(count.dropped(), 3);
}

#[test]
fn kept_values_that_panic_are_all_dropped() {
    struct Bomb(Arc<AtomicU32>);
    impl Drop for Bomb {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
            panic!("on purpose");
        }
    }
    let dropped = Arc::new(AtomicU32::new(0));
    let theirs = Arc::clone(&dropped);
    let instance = Arc::new(Local::keeping(move || Bomb(Arc::clone(&theirs))));
    for _ in 0..3 {
        User::new(&instance).end();
    }
    assert_eq!(dropped.load(Ordering::Relaxed), 0);
    drop(instance);
    assert_eq!(dropped.load(Ordering::Relaxed), 3);
}

//! Typed thread-local data, as a thread class uses it.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use threadkit::{Local, Target, spawn, thread_class};

threadkit::local! {
    /// How often.
    pub(crate) static HITS: Cell<u64> = Cell::new(40);
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };

    #[inherit]
    static REQUEST: RefCell<Option<String>> = const { RefCell::new(None) };
}

#[test]
fn a_key_is_used_as_stds() {
    HITS.set(HITS.get() + 1);
    assert_eq!(HITS.replace(7), 41);
    assert_eq!(HITS.take(), 7);
    assert_eq!(HITS.with(Cell::get), 0);
    BUFFER.with_borrow_mut(|buffer| buffer.push(1));
    assert_eq!(BUFFER.with_borrow(Vec::len), 1);
    assert!(BUFFER.try_with(|buffer| buffer.borrow().is_empty()).is_ok_and(|empty| !empty));
    assert_eq!(spawn(|| (HITS.get(), BUFFER.take().len())).value().unwrap(), (40, 0));
}

#[thread_class]
struct Asks;

#[thread_class]
impl Asks {
    fn run(&self) -> Option<String> {
        REQUEST.with_borrow(Clone::clone)
    }
}

#[thread_class(inherit = false)]
struct AsksNobody;

#[thread_class]
impl AsksNobody {
    fn run(&self) -> Option<String> {
        REQUEST.with_borrow(Clone::clone)
    }
}

#[test]
fn a_value_is_inherited_at_the_start() {
    REQUEST.set(Some("r1".into()));
    let thread = Asks.start().unwrap();
    REQUEST.set(Some("r2".into()));
    assert_eq!(thread.value().unwrap().as_deref(), Some("r1"));
    assert_eq!(AsksNobody.start().unwrap().value().unwrap(), None);
    let target = Target::new(|| Asks.start().unwrap().value().unwrap()).start().unwrap();
    assert_eq!(target.value().unwrap().as_deref(), Some("r2"));
    let refused = REQUEST.with_borrow_mut(|_| Asks.start().map(|_| ()).unwrap_err());
    assert!(refused.to_string().contains("REQUEST"), "{refused}");
    assert!(Asks.start().is_ok());
}

#[test]
fn an_instance_has_a_value_for_each_thread() {
    let counts = Arc::new(Local::new(|| Cell::new(0_u32)));
    counts.set(1);
    let in_thread = counts.clone();
    let thread = spawn(move || {
        in_thread.set(in_thread.get() + 5);
        in_thread.replace(9)
    });
    assert_eq!(thread.value().unwrap(), 5);
    assert_eq!(counts.get(), 1);
    let names: Local<RefCell<Vec<u8>>> = Local::new(RefCell::default);
    names.with_borrow_mut(|names| names.push(1));
    assert_eq!(names.with_borrow(Vec::len), 1);
    let shared: Local<u8> = Local::new(|| 3);
    let _ = shared.with(|n| *n);
    let mut seen = Vec::new();
    shared.for_each(|n| seen.push(*n));
    assert_eq!(seen, [3]);
}

#[test]
fn a_look_initialises_no_value() {
    let level = Local::new(|| 7_u32);
    let user = Local::new(|| String::from("nobody"));
    assert_eq!((level.get(), user.cloned()), (None, None));
    assert_eq!((level.with(|n| *n), user.with(String::len)), (7, 6));
    assert_eq!((level.get(), user.cloned().as_deref()), (Some(7), Some("nobody")));
}

#[test]
fn what_threads_have_counted_is_summed_when_they_are_over() {
    let mut counts = Arc::new(Local::keeping(|| Cell::new(0_u64)));
    for n in 1..=3 {
        let counts = counts.clone();
        spawn(move || counts.set(counts.get() + n)).join().unwrap();
    }
    counts.set(10);
    let counts_alone = Arc::get_mut(&mut counts).unwrap();
    assert_eq!(counts_alone.iter_mut().map(|count| count.get()).sum::<u64>(), 16);
    for count in counts_alone.iter_mut() {
        *count.get_mut() *= 2;
    }
    assert_eq!(counts.take_kept().into_iter().map(Cell::into_inner).sum::<u64>(), 12);
    let rest: Vec<u64> =
        Arc::into_inner(counts).unwrap().into_values().map(Cell::into_inner).collect();
    assert_eq!(rest, [20]);
}

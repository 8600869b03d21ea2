//! Where classes may stand, and what they may be.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::thread::ThreadId as StdThreadId;

use threadkit::{Builder, Thread, ThreadClass, thread_class};

#[thread_class(name = "grid {rows}")]
struct Grid<T, const W: usize, F = fn(T) -> T>
where
    T: Debug,
    F: Fn(T) -> T,
{
    rows: usize,
    cells: [T; W],
    f: F,
}

#[thread_class]
impl<T, const W: usize, F> Grid<T, W, F>
where
    T: Debug + Copy + Send + Sync + 'static,
    F: Fn(T) -> T + Send + Sync + 'static,
{
    fn run(&self) -> [T; W] {
        self.cells.map(&self.f)
    }
}

#[test]
fn generic_over_types_constants_and_closures() {
    let thread = Grid { rows: 2, cells: [1, 2, 3], f: |n: i32| n * 2 }.start().unwrap();
    assert_eq!(thread.name(), "grid 2");
    assert_eq!(thread.class_name(), "Grid");
    assert_eq!(thread.value().unwrap(), [2, 4, 6]);
    let plain: Grid<u8, 1> = Grid { rows: 0, cells: [1], f: |n| n };
    assert_eq!(plain.start().unwrap().value().unwrap(), [1]);
}

#[thread_class]
struct Tuple<T: ?Sized>(Box<T>, PhantomData<fn(T)>);

#[thread_class]
impl<T: ?Sized + ToString + Send + Sync + 'static> Tuple<T> {
    fn run(&self) -> String {
        self.0.to_string()
    }
}

#[thread_class]
struct Unit;

#[thread_class]
impl Unit {
    fn run(&self) -> StdThreadId {
        std::thread::current().id()
    }
}

#[test]
fn tuples_units_and_unsized_parameters() {
    assert_eq!(Tuple::<str>("s".into(), PhantomData).start().unwrap().value().unwrap(), "s");
    assert_ne!(Unit.start().unwrap().value().unwrap(), std::thread::current().id());
}

mod outer {
    pub(super) mod inner {
        #[threadkit::thread_class]
        pub(in crate::classes) struct Deep {
            pub(super) n: u8,
        }

        #[threadkit::thread_class]
        impl Deep {
            pub(in crate::classes) fn new(n: u8) -> Self {
                Self { n }
            }

            fn run(&self) -> u8 {
                self.n
            }
        }
    }

    // The impl stands in another module than the struct.
    mod elsewhere {
        use super::Split;

        #[threadkit::thread_class]
        impl super::Split {
            pub(in crate::classes) const ANSWER: u8 = 42;

            fn run(&self) -> u8 {
                Split::ANSWER
            }
        }
    }

    #[threadkit::thread_class]
    pub(super) struct Split;
}

#[test]
fn in_modules_and_functions() {
    assert_eq!(outer::inner::Deep::new(3).start().unwrap().value().unwrap(), 3);
    assert_eq!(outer::Split.start().unwrap().value().unwrap(), 42);
    let closure = || {
        #[thread_class]
        struct Local;
        #[thread_class]
        impl Local {
            fn run(&self) -> &'static str {
                "local"
            }
        }
        Local.start().unwrap().value().unwrap()
    };
    assert_eq!(closure(), "local");
}

trait Job {
    type Answer: Send + 'static;
    const NAME: &'static str;
    fn work(&self) -> Self::Answer;
}

struct Add(u8, u8);

impl Job for Add {
    type Answer = u8;
    const NAME: &'static str = "add";
    fn work(&self) -> u8 {
        self.0 + self.1
    }
}

#[thread_class]
struct Runs<J: Job>(J);

#[thread_class]
impl<J: Job + Send + Sync + 'static> Runs<J> {
    fn run(&self) -> J::Answer {
        self.0.work()
    }
}

#[test]
fn an_output_by_a_trait_of_the_parameter() {
    let thread = Builder::new(Runs(Add(1, 2))).with_name(Add::NAME).start().unwrap();
    assert_eq!(thread.value().unwrap(), 3);
}

fn start_all<C: ThreadClass + 'static>(objects: impl IntoIterator<Item = C>) -> Vec<Thread<C>> {
    objects.into_iter().map(|object| Builder::new(object).start().unwrap()).collect()
}

#[test]
fn code_may_be_generic_over_classes() {
    let threads = start_all([Runs(Add(1, 2)), Runs(Add(3, 4))]);
    let sum: u8 = threads.iter().map(|thread| thread.value().unwrap()).sum();
    assert_eq!(sum, 10);
    let erased: Vec<Thread> = start_all([Unit]).into_iter().map(Thread::from).collect();
    assert!(erased[0].is::<Unit>());
}

/// Accepted; such a class starts in a scope.
#[allow(dead_code, reason = "declared, not started")]
#[thread_class(name = "{text}")]
struct Borrows<'a, 'b: 'a, T: 'a> {
    text: &'a str,
    more: &'b [T],
}

#[thread_class]
impl<'a, 'b: 'a, T: Sync + 'a> Borrows<'a, 'b, T> {
    fn new(text: &'a str, more: &'b [T]) -> Self {
        Self { text, more }
    }

    fn run(&self) -> (&'a str, usize) {
        (self.text, self.more.len())
    }
}

#[test]
fn a_class_that_borrows_is_declared_and_named() {
    let text = String::from("t");
    let object = Borrows::new(&text, &[1, 2]);
    let configured = object.with_name("b").with_daemon(true);
    assert_eq!(configured.into_object().run(), ("t", 2));
    fn handle<'a>(_: Option<&Thread<Borrows<'a, 'a, u8>>>) {}
    handle(None);
}

#[test]
fn raw_identifiers_and_odd_names() {
    #[allow(non_camel_case_types, reason = "what is tested")]
    #[thread_class(name = "{type} {r}")]
    struct r#dyn {
        r#type: u8,
        r: u8,
    }
    #[thread_class]
    impl r#dyn {
        fn run(&self) -> u8 {
            self.r#type + self.r
        }
    }
    let thread = r#dyn { r#type: 1, r: 2 }.start().unwrap();
    assert_eq!(thread.class_name(), "dyn");
    assert_eq!(thread.name(), "1 2");
    assert_eq!(thread.value().unwrap(), 3);
}

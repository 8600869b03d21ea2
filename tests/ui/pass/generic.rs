//! Classes with parameters of every kind.
use std::fmt::Debug;

use threadkit::thread_class;

#[thread_class(name = "{label} {items:?}")]
struct Sorter<'a, T, const N: usize = 3>
where
    T: Ord + Debug,
{
    label: &'a str,
    items: [T; N],
}

#[thread_class]
impl<T, const N: usize> Sorter<'static, T, N>
where
    T: Ord + Debug + Clone + Send + Sync + 'static,
{
    fn new(items: [T; N]) -> Self {
        Self { label: "sort", items }
    }

    fn run(&self) -> Vec<T> {
        let mut sorted = self.items.to_vec();
        sorted.sort();
        sorted
    }
}

/// One annotated impl for each instantiation.
#[thread_class]
struct Of<T>(T);

#[thread_class]
impl Of<u32> {
    fn run(&self) -> u32 {
        self.0
    }
}

#[thread_class]
impl Of<String> {
    fn run(self) -> String {
        self.0
    }
}

#[thread_class]
struct Tuple<T>(T, u8)
where
    T: Send + 'static;

#[thread_class]
impl<T> Tuple<T>
where
    T: Send + 'static,
{
    fn run(self) -> T {
        self.0
    }
}

/// A where clause without a bound.
#[thread_class]
struct Unbound(u8) where;

#[thread_class]
impl Unbound where {
    fn run(self) -> u8 {
        self.0
    }
}

fn main() {
    assert_eq!(Unbound(2).start().unwrap().value().unwrap(), 2);
    assert_eq!(Sorter::new([3, 1, 2]).start().unwrap().value().unwrap(), [1, 2, 3]);
    assert_eq!(Of(7_u32).start().unwrap().value().unwrap(), 7);
    assert_eq!(Of(String::from("seven")).start().unwrap().value().unwrap(), "seven");
    assert_eq!(Tuple("x", 1).start().unwrap().value().unwrap(), "x");
}

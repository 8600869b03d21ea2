//! Fields that are not aligned, or have a size only for some parameters.
use threadkit::thread_class;

#[thread_class(name = "packed {id} {width:>3}")]
#[repr(C, packed)]
struct Packed {
    id: u8,
    width: u32,
}

#[thread_class]
impl Packed {
    fn run(&self) -> u32 {
        self.width
    }
}

#[cfg_attr(all(), repr(packed(2)))]
#[thread_class(name = "tuple {0}")]
struct Tuple(u64);

#[thread_class]
impl Tuple {
    fn run(self) {}
}

#[thread_class(name = "tail {id}")]
struct Tail<T: ?Sized> {
    id: u8,
    last: T,
}

#[thread_class]
impl<T: Clone + Send + Sync> Tail<T> {
    fn run(&self) -> T {
        self.last.clone()
    }
}

#[thread_class]
struct Boxed<T>
where
    T: ?Sized,
{
    job: Box<T>,
}

#[thread_class]
impl<T: ?Sized + Fn() -> u8 + Send + Sync> Boxed<T> {
    fn run(&self) -> u8 {
        (self.job)()
    }
}

fn main() {
    assert_eq!(Packed { id: 1, width: 2 }.start().unwrap().name(), "packed 1   2");
    assert_eq!(Tuple(3).start().unwrap().name(), "tuple 3");
    let without_a_size: Box<Tail<[u8]>> = Box::new(Tail { id: 1, last: [1, 2] });
    assert_eq!(without_a_size.last.len(), 2);
    assert_eq!(Tail { id: 1, last: "last" }.start().unwrap().value().unwrap(), "last");
    let job: Box<dyn Fn() -> u8 + Send + Sync> = Box::new(|| 4);
    assert_eq!(Boxed { job }.start().unwrap().value().unwrap(), 4);
}

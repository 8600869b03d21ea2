//! What is compiled out is not judged, and nothing is made for it.
#![allow(unused_imports, dead_code)]
use std::rc::Rc;

use threadkit::thread_class;

#[thread_class(name = "worker {id}")]
#[cfg_attr(all(), derive(Debug))]
struct Worker<#[cfg(any())] T, #[cfg_attr(all(), cfg(all()))] U> {
    #[cfg(any())]
    absent: Rc<T>,
    #[cfg_attr(all(), cfg(any()))]
    without_a_size: [u8],
    #[cfg(any(unix, windows))]
    id: u32,
    value: U,
}

#[thread_class]
impl<#[cfg(any())] T: Missing, U: Send + Sync + Clone> Worker<U> {
    #[cfg(any(unix, windows))]
    fn new(id: u32, #[cfg(any())] missing: Missing, value: U) -> Self {
        Self { id, value }
    }

    #[cfg(not(any(unix, windows)))]
    fn new(self) -> u8 {
        1
    }

    #[cfg(not(any(unix, windows)))]
    async fn run<T>(&self, value: T) {}

    #[cfg_attr(all(), cfg(any(unix, windows)), allow(clippy::all))]
    fn run(&self, #[cfg(any())] more: u8) -> U {
        self.value.clone()
    }

    #[cfg(any())]
    fn run(self: Rc<Self>) -> impl Sized {}

    #[cfg_attr(all(), cfg(any()))]
    fn join(&self) {}

    #[cfg(any())]
    const name: u8 = 1;

    #[cfg(any())]
    type start = u8;
}

#[cfg(any())]
#[thread_class]
impl<U> Worker<U> {
    async fn run(&self) {}
}

#[thread_class(no_option)]
#[cfg(any())]
struct Absent;

#[thread_class]
#[cfg(any())]
impl Absent {
    fn join(&self) {}
}

macro_rules! either {
    ($name:ident, $condition:meta) => {
        #[thread_class]
        struct $name(#[$condition] u8, u8);

        #[thread_class]
        impl $name {
            #[$condition]
            fn run(&self) -> u8 {
                self.1
            }
            #[cfg(any())]
            #[$condition]
            fn run(&self) -> u8 {
                0
            }
        }
    };
}

either!(Both, cfg(all()));

fn main() {
    let thread = Worker::new(7, "value").start().unwrap();
    assert_eq!(thread.name(), "worker 7");
    assert_eq!(thread.value().unwrap(), "value");
    assert_eq!(Both(1, 2).start().unwrap().value().unwrap(), 2);
}

//! Fields that look as if they could not go to the thread, and can.
use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Mutex;

use threadkit::{Thread, ThreadClass, thread_class};

/// Sent by the word of its author.
#[thread_class]
struct Raw {
    buffer: *mut u8,
}

// SAFETY: the pointer is never read.
unsafe impl Send for Raw {}

#[thread_class]
impl Raw {
    fn run(&mut self) -> bool {
        self.buffer.is_null()
    }
}

/// Shared by the word of its author.
#[thread_class]
struct Counter(Cell<u32>);

// SAFETY: the cell is used by `run` only.
unsafe impl Sync for Counter {}

#[thread_class]
impl Counter {
    fn run(&self) -> u32 {
        self.0.get()
    }
}

/// Not shared, and need not be.
#[thread_class]
struct Owner<'a> {
    names: RefCell<Vec<&'a str>>,
    #[cfg(any())]
    cache: Missing,
    #[cfg(not(all()))]
    other: Rc<u8>,
    #[cfg_attr(all(), cfg(any()))]
    hidden: Rc<AlsoMissing>,
}

#[thread_class]
impl<'a> Owner<'a> {
    fn run(self) -> usize {
        self.names.borrow().len()
    }
}

/// Holds handles of its own class, and what it will return.
#[thread_class]
struct Linked {
    previous: Option<Thread<Self>>,
    value: Mutex<Option<<Linked as ThreadClass>::Output>>,
}

#[thread_class]
impl Linked {
    fn run(&self) -> u32 {
        let own = self.value.lock().unwrap().take().unwrap_or_default();
        self.previous.as_ref().map_or(0, |thread| thread.value().unwrap()) + own
    }
}

/// What a parameter stands for decides.
#[thread_class]
struct Generic<T, const N: usize> {
    items: [T; N],
    marker: PhantomData<fn() -> Rc<u8>>,
}

#[thread_class]
impl<T: Send, const N: usize> Generic<T, N> {
    fn run(&mut self) -> usize {
        self.items.len()
    }
}

/// Without a size, behind a box.
#[thread_class]
struct Boxed(Box<dyn Fn(&str) -> Rc<str> + Send + Sync>, fn(&str) -> &str);

#[thread_class]
impl Boxed {
    fn run(&self) -> usize {
        (self.0)((self.1)("four")).len()
    }
}

fn main() {
    assert!(Raw { buffer: std::ptr::null_mut() }.start().unwrap().value().unwrap());
    assert_eq!(Counter(Cell::new(2)).start().unwrap().value().unwrap(), 2);
    let owner = Owner { names: RefCell::new(vec!["a", "b"]) };
    assert_eq!(owner.start().unwrap().value().unwrap(), 2);
    let first = Linked { previous: None, value: Mutex::new(Some(3)) }.start().unwrap();
    let second = Linked { previous: Some(first), value: Mutex::new(Some(4)) }.start().unwrap();
    assert_eq!(second.value().unwrap(), 7);
    let generic = Generic { items: [Cell::new(1), Cell::new(2)], marker: PhantomData };
    assert_eq!(generic.start().unwrap().value().unwrap(), 2);
    assert_eq!(Boxed(Box::new(|text| text.into()), |text| text).start().unwrap().value().unwrap(), 4);
}

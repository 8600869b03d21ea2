use std::io;

use threadkit::thread_class;

/// Named fields and every option.
#[derive(Clone, Debug)]
#[thread_class(
    name = "worker {id} of {pool:>8}",
    daemon = false,
    stack_size = 64 * 1024,
    excepthook = threadkit::silent,
    inherit = false
)]
pub struct Worker {
    id: u32,
    pool: String,
}

#[thread_class]
impl Worker {
    /// A worker.
    pub fn new(id: u32, pool: impl Into<String>) -> Self {
        Self { id, pool: pool.into() }
    }

    fn run(&self) -> io::Result<usize> {
        std::fs::read_to_string(&self.pool).map(|text| text.len())
    }
}

/// A tuple struct that its thread owns.
#[derive(Debug, Default)]
#[thread_class(name = "counter {0}", daemon)]
pub struct Counter(u32, u32);

#[thread_class]
impl Counter {
    fn run(&mut self) {
        self.0 += self.1;
    }
}

/// A unit struct that its thread consumes, and whose `run` has no use for it.
#[derive(Clone, Copy, Debug)]
#[thread_class]
#[must_use = "in words of its own"]
pub struct Unit;

#[thread_class]
impl Unit {
    fn run(self) -> u32 {
        7
    }
}

/// Shared, and of no use to its `run` either.
#[derive(Debug)]
#[thread_class]
pub struct Ticker;

#[thread_class]
impl Ticker {
    fn run(&self) -> ! {
        loop {
            std::thread::park();
        }
    }
}

/// Parameters of every kind.
#[derive(Debug)]
#[thread_class(name = "{label}")]
pub struct Sorter<'a, T, const N: usize>
where
    T: Ord,
{
    label: &'a str,
    items: [T; N],
}

#[thread_class]
impl<'a, T, const N: usize> Sorter<'a, T, N>
where
    T: Ord + Clone + Send + Sync,
{
    /// Sorts the items, unless there are none.
    pub fn new(label: &'a str, items: [T; N]) -> Option<Self> {
        (N > 0).then_some(Self { label, items })
    }

    fn run(&self) -> Vec<T> {
        let mut sorted = self.items.to_vec();
        sorted.sort();
        sorted
    }
}

/// A lifetime alone.
#[derive(Debug)]
#[thread_class]
pub struct Borrower<'a> {
    text: &'a str,
}

#[thread_class]
impl Borrower<'_> {
    fn run(&self) -> usize {
        self.text.len()
    }
}

/// A parameter, and nothing to return. The object is neither shared nor changed.
#[derive(Debug)]
#[thread_class]
pub struct Holder<T> {
    held: T,
}

#[thread_class]
impl<T: AsRef<[u8]> + Send> Holder<T> {
    fn run(&mut self) {
        std::hint::black_box(self.held.as_ref());
    }
}

/// An activity for each instantiation.
#[derive(Clone, Debug, Default)]
#[thread_class(crate = threadkit)]
pub struct Parser<T> {
    /// What is parsed.
    pub text: T,
}

#[thread_class(crate = threadkit)]
impl Parser<String> {
    /// Nothing is not parsed.
    ///
    /// # Errors
    ///
    /// When there is nothing.
    pub fn new(text: String) -> Result<Self, io::Error> {
        let complete = (!text.is_empty()).then_some(Self { text });
        complete.ok_or_else(|| io::ErrorKind::InvalidInput.into())
    }

    fn run(&mut self) -> Result<u32, std::num::ParseIntError> {
        self.text.parse()
    }
}

#[thread_class(crate = threadkit)]
impl Parser<&'static str> {
    fn run(&self) -> bool {
        self.text.is_empty()
    }
}

/// Fields that exist on a condition.
#[derive(Debug, Default)]
#[thread_class]
pub struct Conditional {
    #[cfg(any(unix, windows))]
    handles: Vec<u8>,
    #[cfg(not(any(unix, windows)))]
    nothing: (),
}

#[thread_class]
impl Conditional {
    #[cfg(any(unix, windows))]
    fn run(self) -> Vec<u8> {
        self.handles
    }

    #[cfg(not(any(unix, windows)))]
    fn run(self) {
        self.nothing
    }
}

/// Out of fashion, but generated code has to name it.
#[derive(Debug)]
#[deprecated = "use `Worker`"]
#[thread_class]
pub struct Old;

#[allow(deprecated, reason = "it is defined here")]
#[thread_class]
impl Old {
    fn run(&self) {}
}

mod private {
    use threadkit::thread_class;

    #[derive(Debug)]
    #[thread_class]
    pub(super) struct Restricted {
        pub(super) id: u8,
    }

    #[thread_class]
    impl Restricted {
        fn run(&self) -> u8 {
            self.id
        }
    }

    #[thread_class]
    struct Private<T>(T);

    #[thread_class]
    impl<T: Send + 'static> Private<T> {
        fn run(self) -> T {
            self.0
        }
    }

    pub(super) fn restricted() -> Option<Restricted> {
        let id = Private(3).start().ok()?.value().ok()?;
        Some(Restricted { id })
    }
}

/// A class in a function, and started threads.
///
/// # Errors
///
/// When a thread cannot be started.
pub fn start_all() -> io::Result<usize> {
    #[thread_class]
    struct Local;

    #[thread_class]
    impl Local {
        fn run(&self) -> usize {
            1
        }
    }

    let id = private::restricted()
        .map(|object| object.start())
        .transpose()?
        .map_or(0, |thread| thread.id);
    let thread = Local.start()?;
    Ok(thread.value().unwrap_or(usize::from(id)))
}

macro_rules! class {
    ($(#[$attribute:meta])* $name:ident, $field:ident: $ty:ty, $format:literal) => {
        $(#[$attribute])*
        #[derive(Debug)]
        #[thread_class(name = $format)]
        pub struct $name {
            $field: $ty,
        }

        #[thread_class]
        impl $name {
            /// From its field.
            pub const fn new($field: $ty) -> Self {
                Self { $field }
            }

            fn run(&self) -> $ty {
                self.$field
            }
        }
    };
}

class!(
    /// Made by a macro.
    Made, size: u64, "made {size:?}"
);

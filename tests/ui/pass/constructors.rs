//! Every way to write `new`.
use std::fmt::Display;
use std::io;

use threadkit::thread_class;

macro_rules! class {
    ($name:ident, $($new:tt)+) => {
        #[thread_class]
        pub struct $name {
            text: String,
        }

        #[thread_class]
        impl $name {
            $($new)+

            fn run(&self) -> usize {
                self.text.len()
            }
        }
    };
}

type Made<T> = Result<T, io::Error>;

class!(Plain, pub fn new(text: &str) -> Self { Self { text: text.into() } });
class!(Named, fn new() -> Named { Named { text: String::new() } });
class!(Constant, const fn new() -> Self { Self { text: String::new() } });
class!(Patterns, fn new((a, b): (u8, u8), [c, ..]: [u8; 2]) -> Self { Self { text: format!("{a}{b}{c}") } });
class!(Generic, fn new<T: Display>(value: T) -> Self { Self { text: value.to_string() } });
class!(Implied, fn new(value: impl Display + Copy) -> Option<Self> { Some(Self { text: value.to_string() }) });
class!(Fallible, fn new() -> io::Result<Self> { Ok(Self { text: String::new() }) });
class!(Aliased, fn new() -> Made<Self> { Ok(Self { text: String::new() }) });
class!(GenericError, fn new<E: From<u8>>(fail: bool) -> Result<Self, E> {
    if fail { Err(1.into()) } else { Ok(Self { text: String::new() }) }
});
class!(Unsafe, unsafe fn new() -> Self { Self { text: String::new() } });
class!(Without, fn empty() -> Self { Self { text: String::new() } });

trait Make {
    fn new(text: &str) -> Self;
}

/// `new` of a trait, and of an impl that is not annotated.
macro_rules! without_new {
    ($name:ident $(<$parameter:ident>)?) => {
        #[thread_class]
        pub struct $name $(<$parameter>)? {
            text: String,
            $(more: Vec<$parameter>,)?
        }

        #[thread_class]
        impl $(<$parameter: Send + Sync>)? $name $(<$parameter>)? {
            fn run(&self) -> usize {
                $(let _: &Vec<$parameter> = &self.more;)?
                self.text.len()
            }
        }
    };
}

without_new!(ByTrait);
without_new!(Elsewhere);
without_new!(OfOne<T>);

impl Make for ByTrait {
    fn new(text: &str) -> Self {
        Self { text: text.into() }
    }
}

impl Elsewhere {
    pub fn new(text: &str) -> Self {
        Self { text: text.into() }
    }
}

impl OfOne<u8> {
    pub fn new(more: u8) -> Self {
        Self { text: String::new(), more: vec![more] }
    }
}

impl OfOne<u16> {
    pub fn new() -> Self {
        Self { text: String::new(), more: Vec::new() }
    }
}

fn main() {
    let _ = ByTrait::new("text").start().unwrap();
    let _ = Elsewhere::new("text").start().unwrap();
    let _ = OfOne::<u8>::new(1).start().unwrap();
    let _ = OfOne::<u16>::new().start().unwrap();
    let _ = Plain::new("text").start().unwrap();
    let _ = Named::new().start().unwrap();
    let _ = Constant::new().start().unwrap();
    let _ = Patterns::new((1, 2), [3, 4]).start().unwrap();
    let _ = Generic::new(1).start().unwrap();
    let _ = Implied::new('x').unwrap().start().unwrap();
    let _ = Fallible::new().unwrap().start().unwrap();
    let _ = Aliased::new().unwrap().start().unwrap();
    let _ = GenericError::new::<u64>(false).unwrap().start().unwrap();
    let _ = unsafe { Unsafe::new() }.start().unwrap();
    let _ = Without::empty().start().unwrap();
}

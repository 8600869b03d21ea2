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

fn main() {
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

//! Whatever resolves to a type that can be sent.
use std::error::Error;
use std::{fmt, io};

use threadkit::thread_class;

type Fallible<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

macro_rules! class {
    ($name:ident, $output:ty, $value:expr) => {
        #[thread_class]
        struct $name;

        #[thread_class]
        impl $name {
            fn run(&self) -> $output {
                $value
            }
        }

        let _: $output = $name.start().unwrap().value().unwrap();
    };
}

#[thread_class]
struct Never;

#[thread_class]
impl Never {
    fn run(&self) -> ! {
        loop {
            std::thread::park();
        }
    }
}

#[thread_class]
struct Generic<T, E>(Option<Result<T, E>>);

#[thread_class]
impl<T: Send + 'static, E: fmt::Debug + Send + 'static> Generic<T, E> {
    fn run(&mut self) -> Result<T, E> {
        self.0.take().unwrap()
    }
}

fn main() {
    class!(Unit, (), ());
    class!(Io, io::Result<usize>, Ok(1));
    class!(Aliased, Fallible, Ok(()));
    class!(Static, &'static str, "static");
    class!(Callback, fn(&str) -> &str, str::trim);
    class!(Boxed, Box<dyn Fn(&str) -> usize + Send>, Box::new(str::len));
    class!(Array, [u8; 1 + 1], [1, 2]);
    let generic = Generic::<_, String>(Some(Ok(1))).start().unwrap();
    assert_eq!(generic.value().unwrap(), Ok(1));
    let _ = || Never.start().unwrap();
}

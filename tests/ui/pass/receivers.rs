//! Every way to write the receiver of `run`.
#![allow(unused_mut)]
use threadkit::thread_class;

macro_rules! class {
    ($name:ident, $($receiver:tt)+) => {
        #[thread_class]
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        struct $name(u8);

        #[thread_class]
        impl $name {
            fn run($($receiver)+) -> u8 {
                7
            }
        }

        assert_eq!($name::default().start().unwrap().value().unwrap(), 7);
    };
}

#[thread_class]
struct Unconditional;

#[thread_class]
impl Unconditional {
    fn run(&self) where {}
}

fn main() {
    Unconditional.start().unwrap().join().unwrap();
    class!(Shared, &self);
    class!(Exclusive, &mut self);
    class!(Consumed, self);
    class!(ConsumedMutably, mut self);
    class!(TypedShared, self: &Self);
    class!(TypedExclusive, self: &mut Self);
    class!(Typed, self: Self);
}

//! Blamed where the type was written, not in the macro.
use threadkit::thread_class;

macro_rules! worker {
    ($name:ident, $field:ty) => {
        #[thread_class]
        struct $name {
            field: $field,
        }

        #[thread_class]
        impl $name {
            fn run(&self) {}
        }
    };
}

worker!(Worker, std::rc::Rc<u8>);

fn main() {}

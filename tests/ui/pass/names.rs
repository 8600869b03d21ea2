//! Every form of the `name` option.
use threadkit::thread_class;

macro_rules! class {
    ($name:ident, $field:ident: $ty:ty, $format:literal) => {
        #[thread_class(name = $format)]
        struct $name {
            $field: $ty,
            width: usize,
        }

        #[thread_class]
        impl $name {
            fn run(&self) {}
        }
    };
}

class!(FromMacro, url: &'static str, "get {url:>width$}|{url}");

#[thread_class(name = "{0}-{2:>1$}", daemon, stack_size = 64 * 1024)]
struct Tuple(u8, usize, char);

#[thread_class]
impl Tuple {
    fn run(&self) {}
}

#[thread_class(name = "{type} {{literal}} {match:?}")]
struct Keywords {
    r#type: u8,
    r#match: u8,
}

#[thread_class]
impl Keywords {
    fn run(&self) {}
}

#[thread_class(name = r#"raw "worker""#, daemon = false)]
struct Plain;

#[thread_class]
impl Plain {
    fn run(&self) {}
}

fn main() {
    let thread = FromMacro { url: "x", width: 3 }.start().unwrap();
    assert_eq!(&*thread.name(), "get   x|x");
    assert_eq!(&*Tuple(1, 3, 'c').start().unwrap().name(), "1-  c");
    assert_eq!(&*Keywords { r#type: 1, r#match: 2 }.start().unwrap().name(), "1 {literal} 2");
    assert_eq!(&*Plain.start().unwrap().name(), "raw \"worker\"");
    assert_eq!(&*Plain.with_name("given").start().unwrap().name(), "given");
}

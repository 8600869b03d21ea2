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

const LABEL: &str = "a {label}";

#[thread_class(name = LABEL)]
struct Labelled;

#[thread_class]
impl Labelled {
    fn run(&self) {}
}

trait Named {
    const NAME: &'static str;
}

struct Reader;

impl Named for Reader {
    const NAME: &'static str = "reader";
}

#[thread_class(name = N::NAME)]
struct Generic<N: Named>(N);

impl Generic<Reader> {
    const OWN: &'static str = "own";
}

#[thread_class]
impl<N: Named + Send + Sync> Generic<N> {
    fn run(&self) {}
}

#[thread_class(name = Generic::<Reader>::OWN)]
struct OfAnother;

#[thread_class]
impl OfAnother {
    fn run(&self) {}
}

fn main() {
    let thread = FromMacro { url: "x", width: 3 }.start().unwrap();
    assert_eq!(&*thread.name(), "get   x|x");
    assert_eq!(&*Tuple(1, 3, 'c').start().unwrap().name(), "1-  c");
    assert_eq!(&*Keywords { r#type: 1, r#match: 2 }.start().unwrap().name(), "1 {literal} 2");
    assert_eq!(&*Plain.start().unwrap().name(), "raw \"worker\"");
    assert_eq!(&*Labelled.start().unwrap().name(), "a {label}");
    assert_eq!(&*Generic(Reader).start().unwrap().name(), "reader");
    assert_eq!(&*OfAnother.start().unwrap().name(), "own");
    assert_eq!(&*Plain.with_name("given").start().unwrap().name(), "given");
}

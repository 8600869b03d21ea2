//! The options of a class, and what wins over them.

use threadkit::{Target, current_thread, stop_requested, thread_class};

const fn pages(n: usize) -> usize {
    n * 4096
}

#[thread_class(name = "download {url} {size:>4}{{}} {size:#x}", daemon, stack_size = pages(16) + 256 * 1024)]
struct Download {
    url: &'static str,
    size: u32,
}

#[thread_class]
impl Download {
    fn run(&self) -> String {
        current_thread().name().to_string()
    }
}

#[test]
fn the_name_is_a_format_of_the_fields() {
    let thread = Download { url: "a/b", size: 12 }.start().unwrap();
    assert_eq!(thread.name(), "download a/b   12{} 0xc");
    assert!(thread.is_daemon());
    assert_eq!(thread.value().unwrap(), "download a/b   12{} 0xc");
}

#[test]
fn the_object_wins_over_the_class() {
    let thread = Download { url: "u", size: 1 }.with_name("mine").with_daemon(false);
    let thread = thread.start().unwrap();
    assert_eq!(thread.name(), "mine");
    assert!(!thread.is_daemon());
    thread.join().unwrap();
}

#[test]
fn the_name_is_evaluated_at_the_start() {
    #[thread_class(name = "{0}-{1:?}")]
    struct Tuple(u8, Option<u8>);

    #[thread_class]
    impl Tuple {
        fn run(&mut self) {}
    }
    let mut object = Tuple(1, None);
    object.1 = Some(7);
    let thread = object.start().unwrap();
    assert_eq!(thread.name(), "1-Some(7)");
    thread.join().unwrap();
}

#[thread_class(daemon = false)]
struct Holds;

#[thread_class]
impl Holds {
    fn run(self) -> (bool, bool) {
        let inherited = Target::new(|| current_thread().is_daemon()).start().unwrap();
        (current_thread().is_daemon(), inherited.value().unwrap())
    }
}

#[thread_class]
struct Inherits;

#[thread_class]
impl Inherits {
    fn run(self) -> bool {
        current_thread().is_daemon()
    }
}

#[test]
fn daemon_is_the_objects_or_the_classs_or_the_starters() {
    // A test function is an alien thread, hence a daemon.
    assert!(current_thread().is_daemon());
    assert!(Inherits.start().unwrap().value().unwrap());
    assert_eq!(Holds.start().unwrap().value().unwrap(), (false, false));
    assert_eq!(Holds.with_daemon(true).start().unwrap().value().unwrap(), (true, true));
}

#[test]
fn an_empty_name_counts_as_none() {
    #[thread_class(name = "{0}")]
    struct Named(String);

    #[thread_class]
    impl Named {
        fn run(&self) {}
    }
    let thread = Named(String::new()).start().unwrap();
    assert!(thread.name().starts_with("Named-"), "{}", thread.name());
    let thread = Named("x".into()).with_name("").start().unwrap();
    assert!(thread.name() == "x" || thread.name().starts_with("Named-"), "{}", thread.name());
}

#[test]
fn a_stack_of_the_size_asked_for() {
    #[thread_class(stack_size = 16 * 1024 * 1024)]
    struct Deep(u32);

    #[thread_class]
    impl Deep {
        fn dig(depth: u32) -> u64 {
            let ballast = std::hint::black_box([u64::from(depth); 512]);
            if depth == 0 { ballast[0] } else { ballast[1] + Self::dig(depth - 1) }
        }

        fn run(&self) -> u64 {
            Self::dig(self.0)
        }
    }
    // 8 MiB of frames and more.
    assert_eq!(Deep(1500).start().unwrap().value().unwrap(), 1500 * 1501 / 2);
    // The least that the system gives may not hold two frames of that size.
    assert_eq!(Target::new(|| 1).with_stack_size(1).start().unwrap().value().unwrap(), 1);
    assert!(!stop_requested());
}

macro_rules! by_macro {
    ($(#[$meta:meta])* $vis:vis $name:ident { $($field:ident: $ty:ty),* } $format:literal, $stack:expr, $run:block) => {
        $(#[$meta])*
        #[thread_class(name = $format, stack_size = $stack)]
        $vis struct $name { $($field: $ty),* }

        #[thread_class]
        impl $name {
            fn run(&self) -> String $run
        }
    };
}

by_macro! {
    /// Made by a macro.
    #[derive(Clone)]
    pub(crate) Made { id: u8 } "made {id}", pages(20), { current_thread().name().to_string() }
}

#[test]
fn options_come_through_macro_rules() {
    assert_eq!(Made { id: 4 }.start().unwrap().value().unwrap(), "made 4");
}

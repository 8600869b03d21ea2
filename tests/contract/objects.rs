//! The stages of a thread: an object, a configured object, a thread; and `new`.

use std::fs;
use std::io;
use std::path::PathBuf;

use threadkit::{Builder, Target, Thread, thread_class};

/// Counts the words of one file.
#[thread_class]
struct WordCount {
    path: PathBuf,
}

#[thread_class]
impl WordCount {
    fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn run(&self) -> io::Result<usize> {
        Ok(fs::read_to_string(&self.path)?.split_whitespace().count())
    }
}

#[test]
fn the_example_of_the_contract() -> Result<(), Box<dyn std::error::Error>> {
    let this = WordCount::new(file!().strip_prefix("tests/").unwrap()).start()?;
    let manifest = WordCount::new("Cargo.toml").with_name("manifest").start()?;
    manifest.join()?;
    assert_eq!(manifest.name(), "manifest");
    assert_eq!(manifest.class_name(), "WordCount");
    assert!(this.value()?? + manifest.value()?? > 100);
    Ok(())
}

#[test]
fn the_struct_stays_what_was_written() {
    #[thread_class(daemon)]
    #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
    struct Plain {
        name: String,
        start: u8,
        join: Option<Box<Plain>>,
    }

    #[thread_class]
    impl Plain {
        fn run(&self) -> String {
            self.name.clone()
        }

        fn with_retries(mut self, retries: u8) -> Self {
            self.start = retries;
            self
        }
    }
    let object = Plain { name: "n".into(), ..Plain::default() };
    assert_eq!(object, object.clone());
    let Plain { name, start: 0, join: None } = object.clone() else { panic!() };
    assert_eq!(name, "n");
    let thread = object.with_retries(3).with_stack_size(1 << 17).start().unwrap();
    assert_eq!(thread.start, 3);
    assert!(thread.is_daemon());
    assert_eq!(thread.name, "n");
    assert_ne!(thread.name(), "n");
    assert_eq!(thread.value().unwrap(), "n");
}

#[test]
fn a_builder_configures_and_gives_the_object_back() {
    let builder = Builder::new(WordCount::new("x"))
        .with_name("a")
        .with_name("b")
        .with_daemon(true)
        .with_stack_size(100_000);
    let object: WordCount = builder.into_object();
    assert_eq!(object.path, PathBuf::from("x"));
    let thread: Thread<WordCount> = object.with_daemon(true).with_name("b").start().unwrap();
    assert_eq!((&*thread.name(), thread.is_daemon()), ("b", true));
    assert!(thread.value().unwrap().is_err());
}

struct Bad;

type Made<T> = Result<T, Bad>;

macro_rules! constructed {
    ($name:ident, ($($parameters:tt)*) -> $output:ty, $body:expr) => {
        #[thread_class]
        struct $name(u32);

        #[thread_class]
        impl $name {
            fn new($($parameters)*) -> $output {
                $body
            }

            fn run(&self) -> u32 {
                self.0
            }
        }
    };
}

constructed!(Fallible, (n: u32) -> Result<Self, Bad>, if n > 0 { Ok(Self(n)) } else { Err(Bad) });
constructed!(Aliased, (n: u32) -> Made<Self>, if n > 0 { Ok(Self(n)) } else { Err(Bad) });
constructed!(Optional, ((a, b): (u32, u32)) -> Option<Self>, Some(Self(a + b)));
constructed!(ByName, ([a, ..]: [u32; 3]) -> ByName, Self(a));
constructed!(Mutable, (mut n: u32, f: impl FnOnce(u32) -> u32) -> Self, { n += 1; Self(f(n)) });
constructed!(Wild, (_: &str, &n: &u32) -> Self, Self(n));

#[test]
fn new_takes_anything_and_returns_the_object_or_why_not() {
    assert!(Fallible::new(0).is_err());
    assert_eq!(Fallible::new(2).ok().unwrap().start().unwrap().value().unwrap(), 2);
    assert_eq!(Aliased::new(2).ok().unwrap().start().unwrap().value().unwrap(), 2);
    assert_eq!(Optional::new((1, 2)).unwrap().start().unwrap().value().unwrap(), 3);
    assert_eq!(ByName::new([4, 5, 6]).start().unwrap().value().unwrap(), 4);
    assert_eq!(Mutable::new(1, |n| n * 10).start().unwrap().value().unwrap(), 20);
    assert_eq!(Wild::new("", &9).start().unwrap().value().unwrap(), 9);
}

#[test]
fn a_generic_new_and_none_at_all() {
    #[thread_class]
    struct Of<T>(Vec<T>);

    #[thread_class]
    impl<T: Send + Sync + 'static> Of<T> {
        fn new<I>(items: I) -> Self
        where
            I: IntoIterator,
            I::Item: Into<T>,
        {
            Self(items.into_iter().map(Into::into).collect())
        }

        fn run(&self) -> usize {
            self.0.len()
        }
    }
    assert_eq!(Of::<u64>::new([1_u32, 2]).start().unwrap().value().unwrap(), 2);
    let target = Target::new(|| "no new but its own").start().unwrap();
    assert_eq!(target.class_name(), "Target");
    assert_eq!(target.value().unwrap(), "no new but its own");
}

//! Classes in functions, in modules, under `cfg`, and of every visibility.
#![deny(warnings)]
#![allow(clippy::items_after_statements)]

mod outer {
    pub(crate) mod inner {
        #[threadkit::thread_class]
        #[derive(Debug, Default)]
        pub(in crate::outer) struct Restricted {
            pub(super) id: u8,
        }

        #[threadkit::thread_class]
        impl Restricted {
            fn run(&self) -> u8 {
                self.id
            }
        }
    }

    pub(crate) fn run() -> u8 {
        inner::Restricted { id: 4 }.start().unwrap().value().unwrap()
    }
}

#[threadkit::thread_class]
#[cfg(any())]
struct Absent {
    missing: Missing,
}

#[threadkit::thread_class]
#[cfg(any())]
impl Absent {
    fn run(&self) -> Missing {}
}

#[threadkit::thread_class]
struct PerPlatform;

#[threadkit::thread_class]
impl PerPlatform {
    #[cfg(unix)]
    fn run(&self) -> &'static str {
        "unix"
    }

    #[cfg(not(unix))]
    fn run(&mut self) -> Missing {}
}

fn main() {
    #[threadkit::thread_class]
    #[must_use = "in words of its own"]
    struct Local;

    #[threadkit::thread_class]
    impl Local {
        fn run(&self) -> u8 {
            3
        }
    }

    assert_eq!(Local.start().unwrap().value().unwrap(), 3);
    assert_eq!(outer::run(), 4);
    #[cfg(unix)]
    assert_eq!(PerPlatform.start().unwrap().value().unwrap(), "unix");
}

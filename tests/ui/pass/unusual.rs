//! What hardly anybody writes, and is right.

/// Classes that are called as what the prelude has.
mod names_of_the_prelude {
    use threadkit::thread_class;

    #[thread_class(name = "{0}-{1:?}")]
    pub struct Vec(u8, core::option::Option<u8>);

    #[thread_class]
    impl Vec {
        pub fn new() -> Self {
            Vec(1, None)
        }

        fn run(self) {}
    }

    #[thread_class]
    pub struct String;

    #[thread_class]
    impl String {
        fn run(&self) {}
    }

    #[thread_class]
    pub struct Option;

    #[thread_class]
    impl Option {
        fn run(&self) -> core::result::Result<(), std::string::String> {
            Ok(())
        }
    }

    #[thread_class(daemon)]
    pub struct Send;

    #[thread_class]
    impl Send {
        fn run(&self) {}
    }
}

/// What the compiler does not believe, and the author promises.
mod promised {
    use std::cell::Cell;
    use std::marker::PhantomData;
    use std::rc::{Rc, Weak};

    use threadkit::thread_class;

    #[thread_class]
    pub struct Shared {
        at: *mut u8,
        count: Cell<u8>,
    }

    // SAFETY: nobody does anything with them.
    unsafe impl Send for Shared {}
    unsafe impl Sync for Shared {}

    #[thread_class]
    impl Shared {
        pub fn new() -> Self {
            Self { at: std::ptr::null_mut(), count: Cell::new(0) }
        }

        fn run(&self) {
            assert!(self.at.is_null());
        }

        pub fn count(&self) -> &Cell<u8> {
            &self.count
        }
    }

    #[thread_class]
    pub struct OfAny<T>(PhantomData<fn(T)>, Weak<u8>);

    // SAFETY: the weak pointer is to nothing.
    unsafe impl<T> Send for OfAny<T> {}

    #[thread_class]
    impl<T> OfAny<T> {
        pub fn new() -> Self {
            Self(PhantomData, Weak::new())
        }

        fn run(self) -> bool {
            self.1.upgrade().is_none()
        }
    }

    pub type OfRc = OfAny<Rc<u8>>;
}

/// A trait that has `new`, and an output that is another's.
mod jobs {
    use threadkit::thread_class;

    pub trait Job: Send + Sync {
        type Output: Send + 'static;

        fn new() -> Self;
        fn work(&self) -> Self::Output;
    }

    #[thread_class]
    pub struct Worker<J: Job>(J);

    #[thread_class]
    impl<J> Worker<J>
    where
        J: Job,
    {
        pub fn new() -> Self {
            Self(J::new())
        }

        fn run(&self) -> J::Output {
            self.0.work()
        }
    }

    #[thread_class]
    pub struct Itself;

    #[thread_class]
    impl Itself {
        fn run(&self) {}
    }

    impl Job for Itself {
        type Output = Result<u8, Box<dyn std::error::Error + Send + Sync>>;

        fn new() -> Self {
            Self
        }

        fn work(&self) -> Self::Output {
            Ok(7)
        }
    }
}

/// An instance in whatever is generic over its values.
mod locals {
    use threadkit::Local;

    pub struct Holds<T: 'static>(pub Local<T>);

    impl<T: Send + Default> Holds<T> {
        pub fn new() -> Self {
            Self(Local::default())
        }
    }

    impl<T> Holds<T> {
        pub fn is_there(&self) -> bool {
            self.0.try_with(|_| ()).is_ok()
        }
    }
}

fn main() {
    use jobs::Job as _;

    let _ = names_of_the_prelude::Vec::new().start().unwrap();
    let _ = names_of_the_prelude::String.start().unwrap();
    let _ = names_of_the_prelude::Option.start().unwrap();
    let _ = names_of_the_prelude::Send.start().unwrap();
    let _ = promised::Shared::new().start().unwrap().count();
    assert!(promised::OfRc::new().start().unwrap().value().unwrap());
    let worker = jobs::Worker::<jobs::Itself>::new().start().unwrap();
    assert_eq!(worker.value().unwrap().unwrap(), 7);
    let _ = jobs::Itself::new().start().unwrap();
    assert!(locals::Holds::<u8>::new().is_there());
}

//! What is final, and what is not.

use threadkit::{Thread, main_thread, thread_class};

trait Joins {
    fn join(&self) -> &'static str;
    fn value(&self) -> &'static str {
        "the trait's"
    }
    fn start(&self) -> &'static str
    where
        Self: Sized,
    {
        "the trait's"
    }
}

#[thread_class]
struct Class {
    join: u8,
    value: u8,
}

impl Joins for Class {
    fn join(&self) -> &'static str {
        "the trait's"
    }
}

#[thread_class]
impl Class {
    fn run(&self) -> u8 {
        self.join + self.value
    }
}

impl Class {
    fn with_retries(self, _: u8) -> Self {
        self
    }

    fn into_builder(self) -> u8 {
        self.join
    }

    fn is(&self, other: &Self) -> bool {
        self.join == other.join
    }

    fn downcast(&self) -> u8 {
        self.value
    }

    fn try_start(&self) -> u8 {
        9
    }
}

#[test]
fn a_traits_method_is_called_on_the_object_and_the_bases_on_the_thread() {
    let object = Class { join: 1, value: 2 }.with_retries(3);
    assert_eq!(object.join(), "the trait's");
    assert_eq!(Joins::value(&object), "the trait's");
    assert_eq!(object.value(), "the trait's");
    assert_eq!(Class::join(&object), "the trait's");
    assert_eq!(<Class as Joins>::join(&object), "the trait's");
    assert_eq!(Joins::start(&object), "the trait's");
    let thread = object.start().unwrap();
    let joined: Result<(), threadkit::JoinError> = thread.join();
    joined.unwrap();
    assert_eq!(thread.value().unwrap(), 3);
}

#[test]
fn methods_of_the_erased_handle_and_the_builder_are_free() {
    let thread = Class { join: 1, value: 2 }.start().unwrap();
    assert!(thread.is(&Class { join: 1, value: 0 }));
    assert_eq!(thread.downcast(), 2);
    assert_eq!(thread.try_start(), 9);
    assert_eq!(Class { join: 7, value: 2 }.into_builder(), 7);
    assert!(!main_thread().is::<Class>());
    let erased: Thread = thread.into();
    assert!(erased.is::<Class>());
}

//! From the start of a thread to the return of those who join it.

use threadkit::{JoinError, spawn};

use crate::explore::explore;

/// Of two threads that ask for the value one gets it, and the other hears that it is gone.
#[test]
fn a_value_is_taken_once() {
    explore(|| {
        let thread = spawn(|| 7);
        let theirs = thread.clone();
        let other = spawn(move || theirs.value());
        let mine = thread.value();
        let others = other.value().unwrap();
        match (mine, others) {
            (Ok(7), Err(JoinError::NoValue)) | (Err(JoinError::NoValue), Ok(7)) => {}
            both => panic!("{both:?}"),
        }
        assert!(!thread.is_alive());
    });
}

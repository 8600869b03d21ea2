//! A race, for the sanitizer of threads to report: if it says nothing of this, its silence on the other programs
//! means nothing.

use std::cell::UnsafeCell;
use std::sync::{Arc, Barrier};

use threadkit::spawn;

struct Unguarded(UnsafeCell<u32>);

// SAFETY: there is none, and that is the point. What the two threads do with it is harmless on the machines of today:
// an aligned word is written as a whole.
unsafe impl Sync for Unguarded {}

/// Two threads write at one place, and nothing orders them: what either does before the barrier comes before both
/// writes, and what it does afterwards the other does not look at.
pub(crate) fn race() {
    let place = Arc::new(Unguarded(UnsafeCell::new(0)));
    let both_are_here = Arc::new(Barrier::new(2));
    let writers = [1, 2].map(|value| {
        let (place, both_are_here) = (Arc::clone(&place), Arc::clone(&both_are_here));
        spawn(move || {
            both_are_here.wait();
            // SAFETY: as above.
            unsafe { place.0.get().write(value) };
        })
    });
    for writer in writers {
        writer.join().unwrap();
    }
}

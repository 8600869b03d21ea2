//! Who has finished, and how often.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// A place for each thread of a round.
pub(crate) struct Census {
    counts: Vec<AtomicU8>,
    next: AtomicUsize,
}

impl Census {
    pub(crate) fn new(threads: usize) -> Self {
        Self { counts: (0..threads).map(|_| AtomicU8::new(0)).collect(), next: AtomicUsize::new(0) }
    }

    /// The number of the next thread.
    pub(crate) fn next(&self) -> usize {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// A thread is through.
    pub(crate) fn count(&self, number: usize) {
        let before = self.counts[number].fetch_add(1, Ordering::Relaxed);
        assert_eq!(before, 0, "{number} is counted twice");
    }

    pub(crate) fn given(&self) -> usize {
        self.next.load(Ordering::Relaxed)
    }

    /// Of the first `given`, those for which `due` holds are counted, and no others.
    pub(crate) fn check(&self, given: usize, due: impl Fn(usize) -> bool) {
        for (number, count) in self.counts.iter().enumerate() {
            let due = u8::from(number < given && due(number));
            assert_eq!(count.load(Ordering::Relaxed), due, "of {number}");
        }
    }
}

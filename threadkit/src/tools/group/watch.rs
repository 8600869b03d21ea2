//! [`Watch`]: which of a group's threads is over next.

use std::sync::Arc;

use slab::Slab;

use crate::base::ident::ThreadId;
use crate::core::record::Record;
use crate::join::future::Awaiting;
use crate::join::{self, JoinError};
use crate::thread::current::{current_thread, get_ident};
use crate::tools::ends::Ends;

/// Which of some threads is over next. Its lists are in step with that of the threads, out of which they are taken by
/// [`swap_remove`](Self::swap_remove), so that a step costs the same in a group of any size.
pub(super) struct Watch {
    ends: Arc<Ends>,
    /// Shared with the graph of joins while somebody waits for them.
    threads: Arc<Vec<Arc<Record>>>,
    /// In step with `threads`.
    seats: Vec<Seat>,
    /// The place of each seat, by its key.
    places: Slab<usize>,
    /// Who was looked for among the threads, since nobody may wait for himself.
    asker: Option<ThreadId>,
}

struct Seat {
    key: usize,
    /// Has the thread's end put in the key.
    _end: Awaiting,
}

impl Watch {
    pub(super) fn new<'a>(threads: impl ExactSizeIterator<Item = &'a Arc<Record>>) -> Self {
        let count = threads.len();
        let mut watch = Self {
            ends: Arc::default(),
            threads: Arc::new(Vec::with_capacity(count)),
            seats: Vec::with_capacity(count),
            places: Slab::with_capacity(count),
            asker: None,
        };
        threads.for_each(|thread| watch.push(thread));
        watch
    }

    pub(super) fn push(&mut self, thread: &Arc<Record>) {
        let key = self.places.insert(self.threads.len());
        let end = self.ends.watch(key, thread);
        self.seats.push(Seat { key, _end: end });
        // Nobody waits, so nobody shares the list, but for a dump of the moment.
        Arc::make_mut(&mut self.threads).push(thread.clone());
        if self.asker == Some(thread.ident()) {
            self.asker = None;
        }
    }

    /// Takes a thread out; the last one takes its place.
    pub(super) fn swap_remove(&mut self, place: usize) {
        Arc::make_mut(&mut self.threads).swap_remove(place);
        let seat = self.seats.swap_remove(place);
        self.places.remove(seat.key);
        if let Some(moved) = self.seats.get(place) {
            self.places[moved.key] = place;
        }
    }

    /// The place of a thread whose join does not wait, if there is one. The caller takes it out.
    ///
    /// Where no end has put its key in, all threads are looked at: a join returns in the moment before its thread does that.
    pub(super) fn try_next(&mut self) -> Option<usize> {
        let known = self.asking().or_else(|| self.over());
        known.or_else(|| self.threads.iter().position(|thread| thread.is_over()))
    }

    /// Waits for that. There has to be a thread.
    pub(super) fn next(&mut self) -> Result<usize, JoinError> {
        if let Some(place) = self.asking().or_else(|| self.over()) {
            return Ok(place);
        }
        let current = current_thread();
        let _waiting = join::enter_first_of(current.record_arc(), &self.threads)?;
        loop {
            self.ends.wait();
            if let Some(place) = self.over() {
                return Ok(place);
            }
        }
    }

    /// The place of the current thread, which is looked for once as long as it is not put in.
    fn asking(&mut self) -> Option<usize> {
        let current = get_ident();
        if self.asker == Some(current) {
            return None;
        }
        let place = self.threads.iter().position(|thread| thread.ident() == current);
        self.asker = Some(current).filter(|_| place.is_none());
        place
    }

    fn over(&mut self) -> Option<usize> {
        loop {
            let key = self.ends.take()?;
            // A key that is given again may have been put in by the thread that had it before.
            let place = self.places.get(key).copied();
            let ended = |place: &usize| {
                let thread = &self.threads[*place];
                thread.is_over() || thread.is_dummy()
            };
            if let Some(place) = place.filter(ended) {
                return Some(place);
            }
        }
    }
}

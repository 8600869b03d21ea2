//! [`Pause`]: what a thread waits for that is no other thread.

use super::record::Record;
use crate::base::primitive::sync::atomic::Ordering;
use crate::core::observe::{self, Moment, Wait};

/// What a thread waits for that is no other thread.
#[derive(Clone, Copy)]
pub(crate) enum Pause {
    Sleep = 1,
    Stop,
    Event,
    EventOrStop,
    Scope,
}

impl Pause {
    const ALL: [Self; 5] = [Self::Sleep, Self::Stop, Self::Event, Self::EventOrStop, Self::Scope];
}

/// A pause of the current thread, while it lasts.
pub(crate) struct Paused<'a>(&'a Record);

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        self.0.pause.store(0, Ordering::Relaxed); // as in `begin_pause`
        observe::tell(self.0, Moment::Waited);
    }
}

impl Record {
    /// Lets [`dump`](crate::dump) and who listens know. Called by the thread itself.
    pub(crate) fn begin_pause(&self, pause: Pause) -> Paused<'_> {
        observe::tell(self, Moment::Waits(Wait::Pause(pause)));
        self.pause.store(pause as u8, Ordering::Relaxed); // Relaxed: it says nothing of other data
        Paused(self)
    }

    pub(crate) fn pause(&self) -> Option<Pause> {
        // Relaxed: as in `begin_pause`.
        let pause = self.pause.load(Ordering::Relaxed);
        Pause::ALL.into_iter().find(|known| *known as u8 == pause)
    }
}

//! When a silence is a stall: the judgement, apart from the clocks and the system that tell of a thread.

use std::time::{Duration, Instant};

use super::Stall;

/// A thread that is watched, and what it has said.
pub(super) struct Silence {
    limit: Duration,
    /// What the thread's number was at the last look.
    seen: u64,
    /// Since when it has been that.
    since: Instant,
    /// What the thread had used by then.
    used: Used,
    /// For how long since then the process was stopped.
    stopped: Duration,
    /// For how long since then the watchdog had no processor, and so perhaps the thread had none.
    starved: Duration,
    told: Told,
}

/// What has been reported of a silence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    /// That nobody is to blame for it, so far.
    Excuse,
    /// That it is a stall, which began then.
    Stall(Instant),
}

/// What the system says of a thread's time.
#[derive(Clone, Copy)]
pub(super) struct Used {
    pub(super) cpu: Option<Duration>,
    /// Ready to run, without a processor.
    pub(super) delay: Duration,
}

impl Used {
    /// Before the thread has begun.
    pub(super) const NOTHING: Self = Self { cpu: Some(Duration::ZERO), delay: Duration::ZERO };
}

/// A thread at one moment.
#[derive(Clone, Copy)]
pub(super) struct Sight {
    pub(super) now: Instant,
    pub(super) count: u64,
    /// It waits for something that this crate knows, or has not begun.
    pub(super) waits: bool,
    pub(super) used: Used,
}

/// Why the watchdog came late.
#[derive(Clone, Copy)]
pub(super) enum Late {
    /// The process was stopped, and with it all of its threads.
    Stopped(Duration),
    /// The watchdog had no processor.
    Starved(Duration),
}

impl Silence {
    pub(super) fn new(limit: Duration, now: Instant, seen: u64) -> Self {
        let nothing = Duration::ZERO;
        let used = Used::NOTHING;
        Self {
            limit,
            seen,
            since: now,
            used,
            stopped: nothing,
            starved: nothing,
            told: Told::Nothing,
        }
    }

    /// Of its delay the thread had so much before it was watched.
    pub(super) fn begin_with(&mut self, delay: Duration) {
        self.used.delay = delay;
    }

    /// The watchdog was late, for which the thread is not to blame, if it is silent.
    pub(super) fn excuse(&mut self, late: Late) {
        match late {
            Late::Stopped(late) => self.stopped += late,
            Late::Starved(late) => self.starved += late,
        }
    }

    /// Looks at the thread, and says what is to be told of it.
    pub(super) fn look(&mut self, sight: Sight) -> Option<Stall> {
        if sight.count != self.seen || sight.waits {
            return self.end(sight);
        }
        let silent = sight.now.saturating_duration_since(self.since);
        if silent < self.limit || matches!(self.told, Told::Stall(_)) {
            return None;
        }
        // When the machine has no time, the thread may have waited for a processor, or for another thread that did: of
        // two tellings of the same time the longer counts. Less than there is between two looks is no matter.
        let starved = self.starved.max(sight.used.delay.saturating_sub(self.used.delay));
        let excused = self.stopped.saturating_add(starved);
        let excused = if excused < self.limit / 4 { Duration::ZERO } else { excused };
        let blamed = silent.saturating_sub(excused);
        if blamed >= self.limit {
            self.told = Told::Stall(self.since + excused);
            let cpu_time = sight.used.cpu.zip(self.used.cpu);
            let cpu_time = cpu_time.map(|(now, then)| now.saturating_sub(then));
            return Some(Stall::Silent { silent: blamed, cpu_time });
        }
        if self.told == Told::Excuse {
            return None;
        }
        self.told = Told::Excuse;
        Some(if self.stopped >= starved {
            Stall::Stopped { lasted: self.stopped }
        } else {
            Stall::Starved { lasted: starved }
        })
    }

    /// The thread is over.
    pub(super) fn over(&self, now: Instant) -> Option<Stall> {
        let Told::Stall(begun) = self.told else { return None };
        Some(Stall::Ended { after: now.saturating_duration_since(begun) })
    }

    /// The thread has said something.
    fn end(&mut self, Sight { now, count, used, .. }: Sight) -> Option<Stall> {
        let told = self.told;
        *self = Self { used, ..Self::new(self.limit, now, count) };
        let Told::Stall(begun) = told else { return None };
        Some(Stall::WentOn { after: now.saturating_duration_since(begun) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = seconds(20);

    const fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    /// A thread that says nothing, looked at every five seconds of a clock that stands still but for that.
    struct Watched {
        silence: Silence,
        sight: Sight,
    }

    impl Watched {
        fn new() -> Self {
            let now = Instant::now();
            let sight = Sight { now, count: 0, waits: false, used: Used::NOTHING };
            Self { silence: Silence::new(LIMIT, now, 0), sight }
        }

        fn look(&mut self) -> Option<Stall> {
            self.sight.now += seconds(5);
            self.silence.look(self.sight)
        }

        fn late_look(&mut self, late: Late) -> Option<Stall> {
            let (Late::Stopped(by) | Late::Starved(by)) = late;
            self.sight.now += by;
            self.silence.excuse(late);
            self.look()
        }

        fn looks(&mut self, count: usize) -> Vec<Option<Stall>> {
            (0..count).map(|_| self.look()).collect()
        }
    }

    fn silent(silent: u64, cpu_time: u64) -> Stall {
        Stall::Silent { silent: seconds(silent), cpu_time: Some(seconds(cpu_time)) }
    }

    #[test]
    fn a_silence_is_told_once_and_its_end() {
        let mut thread = Watched::new();
        assert_eq!(thread.looks(3), [None; 3]);
        thread.sight.used.cpu = Some(seconds(19));
        assert_eq!(thread.looks(3), [Some(silent(20, 19)), None, None]);
        thread.sight.count += 1;
        assert_eq!(thread.look(), Some(Stall::WentOn { after: seconds(35) }));
        // From there on it begins anew, and so does the count of the time on a processor.
        assert_eq!(thread.looks(4), [None, None, None, Some(silent(20, 0))]);
        let over = thread.silence.over(thread.sight.now);
        assert_eq!(over, Some(Stall::Ended { after: seconds(20) }));
    }

    #[test]
    fn a_wait_is_no_silence() {
        let mut thread = Watched::new();
        thread.sight.waits = true;
        assert_eq!(thread.looks(10), [None; 10]);
        thread.sight.waits = false;
        assert_eq!(thread.looks(4), [None, None, None, Some(silent(20, 0))]);
        thread.sight.waits = true;
        assert_eq!(thread.look(), Some(Stall::WentOn { after: seconds(25) }));
        assert_eq!(thread.silence.over(thread.sight.now), None);
    }

    #[test]
    fn a_process_that_was_stopped_is_not_to_blame_and_told_once() {
        let mut thread = Watched::new();
        assert_eq!(
            thread.late_look(Late::Stopped(seconds(3600))),
            Some(Stall::Stopped { lasted: seconds(3600) })
        );
        // Of the twenty seconds of the thread's own five have passed.
        assert_eq!(thread.looks(3), [None, None, Some(silent(20, 0))]);
    }

    #[test]
    fn short_stops_add_up() {
        let mut thread = Watched::new();
        for _ in 0..2 {
            assert_eq!(thread.late_look(Late::Stopped(seconds(4))), None);
        }
        // After 23 seconds, of which 8 are excused.
        assert_eq!(thread.look(), Some(Stall::Stopped { lasted: seconds(8) }));
        assert_eq!(thread.look(), Some(silent(20, 0)));
    }

    #[test]
    fn a_machine_without_time_is_not_to_blame_either() {
        let mut thread = Watched::new();
        assert_eq!(
            thread.late_look(Late::Starved(seconds(30))),
            Some(Stall::Starved { lasted: seconds(30) })
        );
        assert_eq!(thread.looks(3), [None, None, Some(silent(20, 0))]);
    }

    #[test]
    fn a_thread_that_had_no_processor_has_not_stalled() {
        let mut thread = Watched::new();
        thread.looks(3);
        thread.sight.used.delay = seconds(18);
        assert_eq!(thread.look(), Some(Stall::Starved { lasted: seconds(18) }));
        thread.sight.used.delay = seconds(23);
        assert_eq!(thread.look(), None, "told");
        // It has a processor, and says nothing.
        assert_eq!(thread.looks(4), [None, None, None, Some(silent(22, 0))]);
    }

    #[test]
    fn the_same_time_is_excused_once() {
        let mut thread = Watched::new();
        thread.sight.used.delay = seconds(12);
        assert_eq!(thread.late_look(Late::Starved(seconds(12))), None);
        assert_eq!(thread.look(), Some(Stall::Starved { lasted: seconds(12) }));
        assert_eq!(thread.looks(2), [None, Some(silent(20, 0))]);
    }

    #[test]
    fn what_is_shorter_than_the_time_between_two_looks_is_no_matter() {
        let mut thread = Watched::new();
        thread.sight.used.delay = seconds(2);
        assert_eq!(thread.late_look(Late::Stopped(seconds(2))), None);
        assert_eq!(thread.looks(3), [None, None, Some(silent(22, 0))]);
    }
}

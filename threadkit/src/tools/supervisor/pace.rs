//! [`Pace`]: how often children are restarted, and after which pause.

use std::collections::VecDeque;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::time::{Duration, Instant};

/// How often children are restarted, and after which pause.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// So many restarts in the window, and no more.
    pub(super) most: usize,
    pub(super) window: Duration,
    /// The bounds of a pause that is not the first.
    pub(super) shortest: Duration,
    pub(super) longest: Duration,
}

impl Pace {
    /// The number of restarts is Elixir's; Erlang's is one in five seconds.
    pub(super) const DEFAULT: Self = Self {
        most: 3,
        window: Duration::from_secs(5),
        shortest: Duration::from_millis(100),
        longest: Duration::from_secs(30),
    };

    /// The pause before a restart that follows so many others of the same child. There is none before the first. From
    /// then on it doubles, and where in the upper half it ends is left to chance: of many that failed together, not all
    /// are to come back at the same moment.
    pub(super) fn pause(&self, before: u32, chance: u16) -> Duration {
        let Some(doublings) = before.checked_sub(1) else { return Duration::ZERO };
        let doubled =
            self.shortest.saturating_mul(1_u32.checked_shl(doublings).unwrap_or(u32::MAX));
        let low = doubled.min(self.longest / 2).max(self.shortest);
        let high = doubled.saturating_mul(2).min(self.longest).max(low);
        low + high.saturating_sub(low) / u32::from(u16::MAX) * u32::from(chance)
    }
}

/// A number that differs from call to call, from the keys that std gives each hash map.
pub(super) fn chance() -> u16 {
    let hash = RandomState::new().hash_one(());
    u16::try_from(hash >> 48).expect("16 bits are left")
}

/// When children were restarted, as far back as it matters.
#[derive(Default)]
pub(super) struct Restarts(VecDeque<Instant>);

impl Restarts {
    /// Counts a restart, unless it would be one too many.
    pub(super) fn allow(&mut self, pace: &Pace, now: Instant) -> bool {
        let past = |restart: &Instant| now.duration_since(*restart) >= pace.window;
        while self.0.front().is_some_and(past) {
            self.0.pop_front();
        }
        let allowed = self.0.len() < pace.most;
        if allowed {
            self.0.push_back(now);
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    const PACE: Pace =
        Pace { most: 2, window: SECOND, shortest: SECOND, longest: Duration::from_secs(10) };

    #[test]
    fn the_pause_grows_between_its_bounds() {
        assert_eq!(PACE.pause(0, u16::MAX), Duration::ZERO);
        for (before, low, high) in [(1, 1, 2), (2, 2, 4), (3, 4, 8), (4, 5, 10), (5, 5, 10)] {
            assert_eq!(PACE.pause(before, 0).as_secs(), low);
            // A division that is not exact leaves some nanoseconds out.
            let longest = PACE.pause(before, u16::MAX) + SECOND / 1000;
            assert_eq!(longest.as_secs(), high);
        }
        for before in 1..100 {
            for chance in [0, 1, 1 << 15, u16::MAX] {
                let pause = PACE.pause(before, chance);
                assert!((PACE.shortest..=PACE.longest).contains(&pause), "{pause:?}");
            }
        }
    }

    #[test]
    fn bounds_may_be_nothing_or_everything() {
        let none = Pace { shortest: Duration::ZERO, longest: Duration::ZERO, ..PACE };
        let ever = Pace { shortest: Duration::MAX, longest: Duration::MAX, ..PACE };
        let from_nothing = Pace { shortest: Duration::ZERO, ..PACE };
        for before in [1, 2, 40, u32::MAX] {
            assert_eq!(none.pause(before, u16::MAX), Duration::ZERO);
            assert_eq!(ever.pause(before, u16::MAX), Duration::MAX);
            assert!(from_nothing.pause(before, u16::MAX) <= PACE.longest);
        }
    }

    #[test]
    fn so_many_restarts_in_a_window_and_no_more() {
        let start = Instant::now();
        let mut restarts = Restarts::default();
        let mut allow = |millis| restarts.allow(&PACE, start + Duration::from_millis(millis));
        assert!(allow(0) && allow(500));
        assert!(!allow(999));
        assert!(allow(1000), "the first is past");
        assert!(!allow(1499));
        assert!(allow(1500));
    }

    #[test]
    fn none_at_all_may_be_allowed() {
        let pace = Pace { most: 0, ..PACE };
        assert!(!Restarts::default().allow(&pace, Instant::now()));
    }
}

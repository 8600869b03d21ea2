//! Who goes on: the choices of one schedule, all of which follow from its seed.

use fastrand::Rng;

use super::TaskId;
use crate::seed::{Plan, Seed};

/// What kind of step it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Of the test's own, that changes something.
    Change,
    /// Of the test's own, that looks.
    Look,
    /// Inside of the runtime, that changes something.
    InnerChange,
    /// Inside of the runtime, that looks.
    InnerLook,
}

impl Kind {
    pub(super) fn is_inner(self) -> bool {
        matches!(self, Self::InnerChange | Self::InnerLook)
    }
}

/// Makes the choices.
pub(crate) struct Strategy {
    rng: Rng,
    way: Way,
    /// See [`Seed`].
    inner: u8,
    /// The latest step was one of the test's own.
    own: bool,
    /// Choices so far.
    pub(crate) choices: usize,
    /// How often the same thread went on though others could have.
    in_a_row: usize,
}

enum Way {
    /// Any thread, each with a weight of its own; with a chance to stay with the current one.
    Random { weights: Vec<u32>, stay: u32 },
    /// The thread of the highest priority, but for a few changes: "A Randomized Scheduler with Probabilistic Guarantees
    /// of Finding Bugs", by Burckhardt and others.
    Pct { priorities: Vec<i64>, changes: Vec<usize>, lowest: i64 },
}

/// A thread that went on for so long lets others go on: what spins waits for them.
const FAIR: usize = 500;

impl Strategy {
    pub(crate) fn new(seed: &Seed) -> Self {
        let mut rng = Rng::with_seed(u64::from(seed.number));
        let way = match seed.plan {
            Plan::Random => {
                let stay = [0, 50, 80, 95][rng.usize(..4)];
                Way::Random { weights: Vec::new(), stay }
            }
            Plan::Pct { switches, choices } => {
                let changes = (0..switches).map(|_| rng.usize(1..choices.max(2))).collect();
                Way::Pct { priorities: Vec::new(), changes, lowest: 0 }
            }
        };
        Self { rng, way, inner: seed.inner, own: true, choices: 0, in_a_row: 0 }
    }

    /// A new thread.
    pub(crate) fn add(&mut self, id: TaskId) {
        match &mut self.way {
            Way::Random { weights, .. } => {
                weights.resize(id, 1);
                weights.push([1, 1, 2, 8, 32][self.rng.usize(..5)]);
            }
            Way::Pct { priorities, .. } => {
                priorities.resize(id, 1);
                priorities.push(self.rng.i64(1..i64::MAX));
            }
        }
    }

    /// Whether a step is one at which others may go on. Of those inside of the runtime there are many, so chance says
    /// which, but for the first behind one of the test's own: it begins what the test calls.
    pub(crate) fn minds(&mut self, inner: bool) -> bool {
        let follows_own = std::mem::replace(&mut self.own, !inner);
        !inner || follows_own || self.rng.u8(..self.inner) == 0
    }

    pub(crate) fn chance(&mut self, of: u32) -> bool {
        self.rng.u32(..of) == 0
    }

    pub(crate) fn pick(&mut self, among: usize) -> usize {
        self.rng.usize(..among)
    }

    /// Chooses among those who could go on, of whom the current one may be one.
    pub(crate) fn choose(
        &mut self,
        ready: &[TaskId],
        current: Option<TaskId>,
        yielding: bool,
    ) -> TaskId {
        let [first, _, ..] = ready else { return ready[0] };
        let _ = first;
        self.choices += 1;
        let yielding = yielding || self.in_a_row > FAIR;
        let next = match &mut self.way {
            Way::Random { weights, stay } => match current {
                Some(current) if !yielding && self.rng.u32(..100) < *stay => current,
                _ => {
                    let others = |id: &&TaskId| !(yielding && current == Some(**id));
                    let total: u32 = ready.iter().filter(others).map(|id| weights[*id]).sum();
                    let mut at = self.rng.u32(..total);
                    let chosen = ready.iter().filter(others).find(|id| {
                        let found = at < weights[**id];
                        at = at.saturating_sub(weights[**id]);
                        found
                    });
                    *chosen.expect("the weights add up")
                }
            },
            Way::Pct { priorities, changes, lowest } => {
                if let Some(current) =
                    current.filter(|_| yielding || changes.contains(&self.choices))
                {
                    *lowest -= 1;
                    priorities[current] = *lowest;
                }
                *ready.iter().max_by_key(|id| priorities[**id]).expect("there are some")
            }
        };
        self.in_a_row = if Some(next) == current { self.in_a_row + 1 } else { 0 };
        next
    }
}

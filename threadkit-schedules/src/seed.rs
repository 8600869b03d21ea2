//! The seed of a schedule: short enough to be pasted.

use std::fmt;
use std::str::FromStr;

/// How the choices are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// At random.
    Random,
    /// By priority, with so many switches among so many choices.
    Pct { switches: usize, choices: usize },
}

/// All that a schedule follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seed {
    pub(crate) plan: Plan,
    /// At one in so many steps inside of the runtime others may go on.
    pub(crate) inner: u8,
    pub(crate) number: u32,
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.plan {
            Plan::Random => write!(f, "r{}-{:08x}", self.inner, self.number),
            Plan::Pct { switches, choices } => {
                write!(f, "p{}-{switches}-{choices}-{:08x}", self.inner, self.number)
            }
        }
    }
}

impl FromStr for Seed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parse(text.trim()).ok_or_else(|| {
            format!("{text:?} is not a seed: one looks like `r4-0123abcd` or `p1-2-64-0123abcd`")
        })
    }
}

fn parse(text: &str) -> Option<Seed> {
    let (plan, number) = text.rsplit_once('-')?;
    let number = u32::from_str_radix(number, 16).ok()?;
    let (inner, plan) = if let Some(inner) = plan.strip_prefix('r') {
        (inner, Plan::Random)
    } else {
        let mut parts = plan.strip_prefix('p')?.split('-');
        let inner = parts.next()?;
        let [switches, choices] = [parts.next()?, parts.next()?].map(str::parse);
        let plan = Plan::Pct { switches: switches.ok()?, choices: choices.ok()? };
        (inner, Some(plan).filter(|_| parts.next().is_none())?)
    };
    let inner = inner.parse().ok().filter(|inner| *inner > 0)?;
    Some(Seed { plan, inner, number })
}

#[cfg(test)]
mod tests {
    use super::{Plan, Seed};

    #[test]
    fn a_seed_is_read_back() {
        for plan in [Plan::Random, Plan::Pct { switches: 2, choices: 64 }] {
            let seed = Seed { plan, inner: 4, number: 0x12_ab };
            assert_eq!(seed.to_string().parse(), Ok(seed));
        }
        for wrong in [
            "",
            "r",
            "r4-",
            "r4-xyz",
            "r0-1",
            "r-1",
            "p-1",
            "p2-00001234",
            "17",
            "p1-2--1",
            "p1-2-3-4-5",
        ] {
            assert!(wrong.parse::<Seed>().is_err(), "{wrong}");
        }
    }
}

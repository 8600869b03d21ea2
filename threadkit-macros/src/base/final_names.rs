//! The names that a thread class may not use for its own methods.

use std::sync::LazyLock;

/// The list, as the documentation of `#[thread_class]` shows it.
const TABLE: &str = include_str!("../../final-names.md");

/// One final name, and what to say to who used it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FinalName {
    pub(crate) name: &'static str,
    does: &'static str,
    instead: &'static str,
}

/// Those that the struct's attribute defines on the object itself.
const ON_THE_OBJECT: [&str; 4] = ["start", "with_name", "with_daemon", "with_stack_size"];

static FINAL_NAMES: LazyLock<Vec<FinalName>> =
    LazyLock::new(|| TABLE.lines().skip(2).map(FinalName::parse).collect());

impl FinalName {
    /// The final name that `name` is.
    pub(crate) fn find(name: &str) -> Option<Self> {
        FINAL_NAMES.iter().find(|known| known.name == name).copied()
    }

    /// The names that the object itself does not have: reserved on it all the same.
    pub(crate) fn reserved() -> impl Iterator<Item = &'static str> {
        FINAL_NAMES.iter().map(|known| known.name).filter(|name| !ON_THE_OBJECT.contains(name))
    }

    /// What is wrong, why, and what to do instead; of a function that takes no object, too.
    pub(crate) fn message(self, takes_object: bool) -> String {
        let Self { name, does, instead } = self;
        let instead = if takes_object { instead } else { "give the function another name" };
        format!(
            "`{name}` is final: a thread class overrides only `new` and `run`\n\
             note: the base's `{name}` {does}\n\
             help: {instead}"
        )
    }

    /// A row of the table.
    fn parse(row: &'static str) -> Self {
        let mut cells = row.trim_matches('|').split('|').map(str::trim);
        let mut cell = || cells.next().expect("three cells a row");
        Self { name: cell().trim_matches('`'), does: cell(), instead: cell() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_whole_and_no_name_stands_twice() {
        let names: Vec<_> = FINAL_NAMES.iter().map(|known| known.name).collect();
        assert_eq!(names.len(), 23);
        for (at, known) in FINAL_NAMES.iter().enumerate() {
            assert!(!known.does.is_empty() && !known.instead.is_empty(), "{known:?}");
            assert!(!names[..at].contains(&known.name), "{known:?}");
        }
        assert_eq!(FinalName::reserved().count(), names.len() - ON_THE_OBJECT.len());
    }
}

//! What is expected of a class with a fault, and of its sound twin.

use std::panic::catch_unwind;

use threadkit_schedules::schedules;

/// In how many schedules each fault is to be found, as the documentation says.
const SCHEDULES: usize = 1000;

/// A class in two forms.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) file: &'static str,
    pub(crate) source: &'static str,
    /// The thread that the message is to name.
    pub(crate) thread: &'static str,
    pub(crate) faulty: fn(),
    pub(crate) sound: fn(),
}

/// Declares a case as a module with two functions: `run::<SOUND>()`.
macro_rules! cases {
    ($($name:ident names $thread:literal;)*) => {$(
        #[test]
        fn $name() {
            $crate::judge::Case {
                name: stringify!($name),
                file: file!(),
                source: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../", file!())),
                thread: $thread,
                faulty: self::classes::$name::<false>,
                sound: self::classes::$name::<true>,
            }
            .judge();
        }
    )*};
}

impl Case {
    pub(crate) fn judge(&self) {
        let report = self.report();
        let number = report.split(' ').nth(1).unwrap();
        println!("{}: found in schedule {number}\n{report}", self.name);
        assert!(
            report.contains(self.thread),
            "{}: {} is not named:\n{report}",
            self.name,
            self.thread
        );
        let lines = self.marked();
        assert!(!lines.is_empty(), "{}: no line is marked", self.name);
        let named = |line: &usize| report.contains(&format!("{}:{line}:", self.file));
        assert!(lines.iter().any(named), "{}: none of {lines:?} is named:\n{report}", self.name);
        schedules(SCHEDULES, self.sound);
    }

    fn report(&self) -> String {
        let faulty = self.faulty;
        let found = catch_unwind(|| schedules(SCHEDULES, faulty));
        let payload = found.expect_err(&format!("{}: the fault is not found", self.name));
        *payload.downcast().expect("a report")
    }

    /// The lines of the case that bear a mark.
    fn marked(&self) -> Vec<usize> {
        let begin = format!("fn {}<const SOUND", self.name);
        let mark = format!("// fault: {}", self.name);
        assert!(self.source.contains(&begin));
        let lines = self.source.lines().enumerate();
        lines.filter(|(_, line)| line.ends_with(&mark)).map(|(at, _)| at + 1).collect()
    }
}

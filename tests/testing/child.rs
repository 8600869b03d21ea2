//! Runs tests of `cases` by libtest, in a process of its own.

use std::env;
use std::process::Stdio;

/// What the harness said of some tests.
#[derive(Debug)]
pub(crate) struct Report {
    success: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the tests of `cases` whose names begin so.
pub(crate) fn run(cases: &str) -> Report {
    run_with(cases, &[])
}

/// The same with more arguments for the harness.
pub(crate) fn run_with(cases: &str, arguments: &[&str]) -> Report {
    let mut command = threadkit_tests::command(env::current_exe().expect("it is there"));
    command.args(["--ignored", &format!("cases::{cases}")]).args(arguments);
    command.env_remove("RUST_BACKTRACE").env_remove("RUST_LIB_BACKTRACE").stdin(Stdio::null());
    let output = command.output().expect("the harness runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Report {
        success: output.status.success(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

impl Report {
    /// All of them passed, and nothing was said.
    #[track_caller]
    pub(crate) fn passes(self, count: usize) -> Self {
        assert!(self.success, "{self:#?}");
        self.counts(count, 0).silent()
    }

    /// None of them passed.
    #[track_caller]
    pub(crate) fn fails(self, count: usize) -> Self {
        assert!(!self.success, "{self:#?}");
        self.counts(0, count)
    }

    #[track_caller]
    pub(crate) fn counts(self, passed: usize, failed: usize) -> Self {
        let result = format!("{passed} passed; {failed} failed;");
        assert!(self.stdout.contains(&result), "{result} in {self:#?}");
        self
    }

    /// Nothing goes past what libtest captures.
    #[track_caller]
    pub(crate) fn silent(self) -> Self {
        assert_eq!(self.stderr, "", "{self:#?}");
        self
    }

    /// `text` stands `times` times in what libtest has captured.
    #[track_caller]
    pub(crate) fn says(&self, text: &str, times: usize) {
        assert_eq!(self.stdout.matches(text).count(), times, "{text:?} in {self:#?}");
    }

    /// What libtest has captured of one test.
    #[track_caller]
    pub(crate) fn of(&self, test: &str) -> &str {
        let head = format!("---- cases::{test} stdout ----\n");
        let output = self.stdout.split(&head).nth(1);
        let output = output.unwrap_or_else(|| panic!("{test} in {self:#?}"));
        output.split("\n---- cases::").next().unwrap().split("\nfailures:\n").next().unwrap()
    }
}

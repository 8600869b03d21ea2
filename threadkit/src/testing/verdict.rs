//! What is wrong with a test's threads, in words, and what comes of it.

use std::process::ExitCode;
use std::sync::Arc;

use super::TestOptions;
use crate::base::guest::Payload;
use crate::core::record::Record;
use crate::core::test::FailureOf;
use crate::thread::erased;
use crate::watch::dump;

/// What comes of a test.
pub(super) enum Verdict {
    Ended(ExitCode),
    Panicked(Payload),
    Failed(String),
}

/// Something for which the test fails.
pub(super) struct Problem {
    text: String,
    /// It is a panic, or its like, which `#[should_panic]` may mean.
    is_failure: bool,
}

impl Problem {
    pub(super) fn timed_out(options: &TestOptions, threads: Vec<Arc<Record>>) -> Self {
        let timeout = options.timeout.unwrap_or_default();
        let head = format!("the test has not returned within {timeout:?}; its threads:");
        Self::with_table(&head, threads)
    }

    pub(super) fn deadlock(threads: Vec<Arc<Record>>) -> Self {
        let head =
            "the threads of the test are in a deadlock: all of them wait, and none for a time:";
        let mut problem = Self::with_table(head, threads);
        problem.text.push_str("note: a thread that threadkit has not started may not be waited for where time is virtual\n");
        problem
    }

    pub(super) fn leaked(options: &TestOptions, threads: Vec<Arc<Record>>) -> Self {
        let (count, grace) = (threads.len(), options.grace);
        let which = if count == 1 {
            String::from("1 thread of the test is")
        } else {
            format!("{count} threads of the test are")
        };
        let has_daemon = threads.iter().any(|thread| thread.is_daemon());
        let head = format!("{which} still alive {grace:?} after its end:");
        let mut problem = Self::with_table(&head, threads);
        problem.text.push_str(
            "help: stop it and join it before the test ends, as a `Guard` does, or give it more time by `grace`",
        );
        if has_daemon {
            problem.text.push_str("; `leaks = \"daemons\"` lets daemons be");
        }
        problem.text.push('\n');
        problem
    }

    fn with_table(head: &str, threads: Vec<Arc<Record>>) -> Self {
        let threads: Vec<_> = threads.into_iter().map(erased).collect();
        Self { text: format!("{head}\n{}", dump::fullest_of(&threads)), is_failure: false }
    }

    /// The failures that nobody took, if there are any.
    pub(super) fn failures(failures: &[FailureOf]) -> Option<Self> {
        let mut text = match failures.len() {
            0 => return None,
            1 => String::from("a thread of the test failed, and nobody took its failure:\n"),
            count => {
                format!(
                    "threads of the test failed {count} times, and nobody took their failures:\n"
                )
            }
        };
        text.extend(failures.iter().map(ToString::to_string));
        text.push_str(
            "help: a failure is taken by `join` or `value`, or by an excepthook: of the class, or set in the test\n",
        );
        Some(Self { text, is_failure: true })
    }
}

/// `outcome` is how the body ended, if it did. All problems are told, one after the other.
pub(super) fn of(
    options: &TestOptions,
    outcome: Option<Result<ExitCode, Payload>>,
    problems: &[Problem],
) -> Verdict {
    let text = problems.iter().map(|problem| &*problem.text).collect::<Vec<_>>().join("\n");
    let text = text.trim_end();
    // A leak is not the panic that is expected: the test ends without one, and fails for that.
    let ends_quietly = options.should_panic && problems.iter().any(|problem| !problem.is_failure);
    match outcome {
        _ if ends_quietly => {
            eprintln!("{text}");
            Verdict::Ended(ExitCode::FAILURE)
        }
        Some(Ok(code)) if problems.is_empty() => Verdict::Ended(code),
        Some(Err(payload)) => {
            if !problems.is_empty() {
                eprintln!("{text}");
            }
            Verdict::Panicked(payload)
        }
        _ => Verdict::Failed(text.to_owned()),
    }
}

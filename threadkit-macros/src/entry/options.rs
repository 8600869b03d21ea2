//! The options of `#[threadkit::main]` and `#[threadkit::test]`.

use std::time::Duration;

use proc_macro2::TokenStream;

use crate::base::duration::{self, FORMS};
use crate::base::errors::Errors;
use crate::base::options::{Argument, Place};
use crate::base::tokens::Runtime;

/// Who is asked to stop when the body ends.
#[derive(Clone, Copy)]
pub(super) enum Stop {
    Daemons,
    All,
}

/// How long the final wait is silent.
#[derive(Clone, Copy)]
pub(super) enum ReportAfter {
    Time(Duration),
    Never,
}

/// What `#[threadkit::main(..)]` says.
#[derive(Default)]
pub(super) struct MainOptions {
    pub(super) runtime: Runtime,
    pub(super) report_after: Option<ReportAfter>,
    pub(super) stop: Option<Stop>,
    pub(super) grace: Option<Duration>,
}

/// What `#[threadkit::test(..)]` says.
#[derive(Default)]
pub(super) struct TestOptions {
    pub(super) runtime: Runtime,
    pub(super) timeout: Option<Duration>,
    pub(super) stop: Option<Stop>,
    pub(super) grace: Option<Duration>,
    /// Daemons may outlive the test.
    pub(super) leaks_daemons: bool,
    pub(super) virtual_time: bool,
}

pub(super) fn of_main(arguments: TokenStream, errors: &mut Errors) -> MainOptions {
    let mut options = MainOptions::default();
    let arguments = Place::Main.read(arguments, errors);
    let stops = arguments.iter().any(|argument| argument.key == "stop");
    for argument in &arguments {
        match argument.key.to_string().as_str() {
            "report_after" => options.report_after = report_after(argument, errors),
            "stop" => options.stop = stop(argument, errors),
            "grace" => {
                options.grace = duration::read(argument, errors);
                if !stops {
                    errors.blame(
                        &argument.key,
                        "`grace` is how long threads that were asked to stop are waited for, and none is asked\n\
                         help: add `stop = \"daemons\"` or `stop = \"all\"`",
                    );
                }
            }
            _ => options.runtime = argument.runtime(errors).unwrap_or_default(),
        }
    }
    options
}

pub(super) fn of_test(arguments: TokenStream, errors: &mut Errors) -> TestOptions {
    let mut options = TestOptions::default();
    for argument in &Place::Test.read(arguments, errors) {
        match argument.key.to_string().as_str() {
            "timeout" => options.timeout = duration::read(argument, errors),
            "stop" => options.stop = stop(argument, errors),
            "grace" => options.grace = duration::read(argument, errors),
            "leaks" => options.leaks_daemons = is_word(argument, "daemons", errors),
            "time" => options.virtual_time = is_word(argument, "virtual", errors),
            _ => options.runtime = argument.runtime(errors).unwrap_or_default(),
        }
    }
    options
}

/// Whether the value is the only one that there is.
fn is_word(argument: &Argument, word: &str, errors: &mut Errors) -> bool {
    let form = format!("`\"{word}\"`");
    let Some(text) = argument.string(&form, errors) else { return false };
    if text.value() == word {
        return true;
    }
    argument.ill_typed::<()>(&form, errors).is_some()
}

fn report_after(argument: &Argument, errors: &mut Errors) -> Option<ReportAfter> {
    let form = format!("a duration in a string, {FORMS}, or `\"never\"`");
    let text = argument.string(&form, errors)?;
    if text.value() == "never" {
        return Some(ReportAfter::Never);
    }
    duration::read_as(argument, &form, errors).map(ReportAfter::Time)
}

fn stop(argument: &Argument, errors: &mut Errors) -> Option<Stop> {
    let form = "`\"daemons\"` or `\"all\"`";
    match argument.string(form, errors)?.value().as_str() {
        "daemons" => Some(Stop::Daemons),
        "all" => Some(Stop::All),
        _ => argument.ill_typed(form, errors),
    }
}

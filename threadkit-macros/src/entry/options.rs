//! The options of `#[threadkit::main]`.

use std::time::Duration;

use proc_macro2::TokenStream;

use crate::base::errors::Errors;
use crate::base::options::{Argument, Place};
use crate::base::runtime::Runtime;

/// Who is asked to stop when the body of `main` ends.
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
pub(super) struct EntryOptions {
    pub(super) runtime: Runtime,
    pub(super) report_after: Option<ReportAfter>,
    pub(super) stop: Option<Stop>,
    pub(super) grace: Option<Duration>,
}

pub(super) fn read(arguments: TokenStream, errors: &mut Errors) -> EntryOptions {
    let mut options = EntryOptions::default();
    let arguments = Place::Main.read(arguments, errors);
    let stops = arguments.iter().any(|argument| argument.key == "stop");
    for argument in &arguments {
        match argument.key.to_string().as_str() {
            "report_after" => options.report_after = report_after(argument, errors),
            "stop" => options.stop = stop(argument, errors),
            "grace" => {
                options.grace =
                    time(argument, &format!("a duration in a string: {DURATIONS}"), errors);
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

fn report_after(argument: &Argument, errors: &mut Errors) -> Option<ReportAfter> {
    let form = format!("a duration in a string, {DURATIONS}, or `\"never\"`");
    let text = argument.string(&form, errors)?;
    if text.value() == "never" {
        return Some(ReportAfter::Never);
    }
    time(argument, &form, errors).map(ReportAfter::Time)
}

fn time(argument: &Argument, form: &str, errors: &mut Errors) -> Option<Duration> {
    let text = argument.string(form, errors)?;
    duration(&text.value()).or_else(|| argument.ill_typed(form, errors))
}

fn stop(argument: &Argument, errors: &mut Errors) -> Option<Stop> {
    let form = "`\"daemons\"` or `\"all\"`";
    match argument.string(form, errors)?.value().as_str() {
        "daemons" => Some(Stop::Daemons),
        "all" => Some(Stop::All),
        _ => argument.ill_typed(form, errors),
    }
}

/// Durations as attributes take them, for messages.
const DURATIONS: &str = "`\"10s\"`, `\"500ms\"`, `\"2m\"` or `\"1.5s\"`";

const UNITS: [(&str, f64); 5] =
    [("ms", 1e-3), ("s", 1.0), ("min", 60.0), ("m", 60.0), ("h", 3600.0)];

/// Reads a duration.
fn duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = &text[number.len()..];
    let (_, seconds) = UNITS.iter().find(|(known, _)| *known == unit)?;
    let number = number.trim_end();
    let plain = number.starts_with(|c: char| c.is_ascii_digit());
    let value = plain.then(|| number.parse::<f64>().ok())??;
    Duration::try_from_secs_f64(value * seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_durations() {
        for (text, expected) in [
            ("10s", Some(Duration::from_secs(10))),
            ("500ms", Some(Duration::from_millis(500))),
            ("2m", Some(Duration::from_secs(120))),
            ("1.5s", Some(Duration::from_millis(1500))),
            ("1 h", Some(Duration::from_secs(3600))),
            ("10", None),
            ("s", None),
            ("-1s", None),
            ("1e999s", None),
            ("infs", None),
            ("10 years", None),
            ("", None),
        ] {
            assert_eq!(duration(text), expected, "{text}");
        }
    }
}

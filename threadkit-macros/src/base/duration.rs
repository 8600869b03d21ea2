//! Durations as attributes take them: a number and a unit, in a string.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::quote;

use crate::base::errors::Errors;
use crate::base::options::Argument;

/// The value of an option that takes nothing else.
pub(crate) fn read(argument: &Argument, errors: &mut Errors) -> Option<Duration> {
    read_as(argument, &format!("a duration in a string: {FORMS}"), errors)
}

/// The value of an option, which the message calls `form` when it is none.
pub(crate) fn read_as(argument: &Argument, form: &str, errors: &mut Errors) -> Option<Duration> {
    let text = argument.string(form, errors)?;
    parse(&text.value()).or_else(|| argument.ill_typed(form, errors))
}

/// The expression in generated code.
pub(crate) fn tokens(duration: Duration) -> TokenStream {
    let (seconds, nanos) = (duration.as_secs(), duration.subsec_nanos());
    quote!(__threadkit::__private::Duration::new(#seconds, #nanos))
}

/// Durations as attributes take them, for messages.
pub(crate) const FORMS: &str = "`\"10s\"`, `\"500ms\"`, `\"2m\"` or `\"1.5s\"`";

const UNITS: [(&str, f64); 5] =
    [("ms", 1e-3), ("s", 1.0), ("min", 60.0), ("m", 60.0), ("h", 3600.0)];

fn parse(text: &str) -> Option<Duration> {
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
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}

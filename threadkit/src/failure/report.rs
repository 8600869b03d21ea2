//! What stderr is told of a failure.

use std::fmt::Write as _;

use crate::core::backtrace::PanicBacktrace;
use crate::core::exception::{Exception, ExceptionKind, PanicLocation};
use crate::core::record::Record;
use crate::os;
use crate::thread::current::with_current;

/// Of a failure, whatever its kind.
pub(crate) fn report(exception: &Exception, thread: &Record) -> String {
    let (name, id) = (exception.thread_name(), thread.native_id().unwrap_or_default());
    let mut text = match exception.kind() {
        ExceptionKind::Panic => {
            panic_report(&name, id, exception.location().as_ref(), exception.message())
        }
        ExceptionKind::Error => {
            format!(
                "thread '{name}' ({}) failed: {}\n",
                exception.class_name(),
                exception.message()
            )
        }
    };
    for source in exception.sources() {
        // Writing to a string does not fail.
        let _ = writeln!(text, "  caused by: {source}");
    }
    if exception.kind() == ExceptionKind::Error {
        if let Some(location) = thread.start_location {
            let class = thread.class_path().map(|path| format!("class {path}, "));
            let _ = writeln!(text, "  {}started at {location}", class.unwrap_or_default());
        }
    }
    push_backtrace(&mut text, exception.backtrace());
    text
}

fn push_backtrace(text: &mut String, backtrace: Option<&str>) {
    if let Some(backtrace) = backtrace {
        let _ = write!(text, "stack backtrace:\n{backtrace}"); // writing to a string does not fail
    }
}

/// In the words of std's panic hook, whose place it takes.
fn panic_report(name: &str, id: u64, location: Option<&PanicLocation>, message: &str) -> String {
    let place = location.map(|location| format!(" at {location}")).unwrap_or_default();
    format!("\nthread '{name}' ({id}) panicked{place}:\n{message}\n")
}

/// A panic whose message was held back, and which comes to no boundary.
pub(crate) fn report_lost(
    message: &str,
    location: Option<&PanicLocation>,
    backtrace: Option<&PanicBacktrace>,
) {
    with_current(|thread| {
        let record = thread.record();
        let id = record.native_id().unwrap_or_default();
        let mut text = panic_report(&record.name(), id, location, message);
        push_backtrace(&mut text, backtrace.map(PanicBacktrace::text));
        os::stderr::write(&text);
    });
}

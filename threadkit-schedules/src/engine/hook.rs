//! The panic hook: panics in an execution are noted, and said only if the schedule fails.

use std::backtrace::Backtrace;
use std::panic::{self, PanicHookInfo};
use std::sync::{Arc, Once, OnceLock};

use super::{try_with, with};
use crate::runtime;

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Sync + Send>;

static PROGRAM: OnceLock<Arc<Hook>> = OnceLock::new();

/// Keeps the program's hook, before shuttle puts its own in its place.
pub(crate) fn prepare() {
    PROGRAM.get_or_init(|| {
        let hook: Arc<Hook> = Arc::new(panic::take_hook());
        let program = hook.clone();
        panic::set_hook(Box::new(move |info| program(info)));
        hook
    });
}

/// Takes shuttle's place, which reports each panic as a failure: called in an execution, when shuttle has installed its.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        drop(panic::take_hook());
        panic::set_hook(Box::new(|info| {
            if try_with(|execution| execution.finished) == Some(false) {
                on_panic(info);
            } else if let Some(program) = PROGRAM.get() {
                // What is dropped behind the end of an execution has nobody to tell.
                if try_with(|_| ()).is_none() {
                    program(info);
                }
            }
        }));
    });
}

fn on_panic(info: &PanicHookInfo<'_>) {
    // Std does not allow a second panic while a hook runs, so no other thread may go on.
    with(|execution| {
        execution.held += 1;
        let current = execution.current;
        let explains = execution.settings.explain.is_some();
        let task = &mut execution.tasks[current];
        let text = text(&task.display_name(), info);
        if explains {
            execution.panics.push((text.clone(), Backtrace::force_capture()));
        }
        task.panic = Some(text);
        task.panic_is_new = explains;
    });
    runtime::panic::call_hook(info);
    with(|execution| execution.held -= 1);
}

/// In std's words.
pub(crate) fn text(name: &str, info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map(|place| format!(" at {place}")).unwrap_or_default();
    format!("thread '{name}' panicked{place}:\n{}", message(info.payload()))
}

/// The message of a panic.
pub(crate) fn message(payload: &(dyn std::any::Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref().map(String::as_str)).unwrap_or("Box<dyn Any>")
}

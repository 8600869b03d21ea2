//! The panic hook of an execution.

use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::panic::PanicHookInfo;

use crate::engine::hook::text;
use crate::engine::with;

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>;

thread_local! {
    /// Not dropped with an execution, nor at the end of the thread: by then what a hook says in its `Drop` has no place.
    static HOOK: RefCell<ManuallyDrop<Option<Hook>>> =
        const { RefCell::new(ManuallyDrop::new(None)) };
}

fn replace(hook: Option<Hook>) -> Hook {
    // Std's, which says the message; where none is set, two of these are the same.
    ManuallyDrop::into_inner(HOOK.replace(ManuallyDrop::new(hook))).unwrap_or_else(|| Box::new(say))
}

fn say(info: &PanicHookInfo<'_>) {
    with(|execution| {
        let name = execution.tasks[execution.current].display_name();
        let text = text(&name, info);
        execution.written.extend(["\n", &text, "\n"]);
    });
}

/// As std's.
#[must_use]
pub fn take_hook() -> Hook {
    replace(None)
}

/// As std's.
pub fn set_hook(hook: Hook) {
    drop(replace(Some(hook)));
}

pub(crate) fn call_hook(info: &PanicHookInfo<'_>) {
    HOOK.with_borrow(|hook| match &**hook {
        Some(hook) => hook(info),
        None => say(info),
    });
}

/// Before an execution: what the one before has set is no longer.
pub(crate) fn reset() {
    HOOK.set(ManuallyDrop::new(None));
}

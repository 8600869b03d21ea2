//! The panic hook of an execution. Panics of models stay shuttle's: it reports the schedule that led to them.

use std::mem::ManuallyDrop;
use std::panic::PanicHookInfo;

use crate::base::primitive::global;
use crate::base::primitive::sync::Mutex;

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>;

global! {
    /// Not dropped with the execution: by then what a hook says in its `Drop` has no place any longer.
    static HOOK: Mutex<ManuallyDrop<Option<Hook>>> = Mutex::new(ManuallyDrop::new(None));
}

fn replace(hook: Option<Hook>) -> Hook {
    let mut place = HOOK.lock().unwrap();
    std::mem::replace(&mut **place, hook).unwrap_or_else(|| Box::new(|_| {}))
}

pub(crate) fn take_hook() -> Hook {
    replace(None)
}

pub(crate) fn set_hook(hook: Hook) {
    drop(replace(Some(hook)));
}

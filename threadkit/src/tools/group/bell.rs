//! [`Bell`]: a waker that a thread waits for.

use std::sync::Arc;
use std::task::Wake;

use crate::base::primitive::parking_lot::{Condvar, Mutex};

/// Rung by the end of a thread.
#[derive(Default)]
pub(super) struct Bell {
    rung: Mutex<bool>,
    changed: Condvar,
}

impl Bell {
    /// Waits for the first end since the last wait.
    pub(super) fn wait(&self) {
        let mut rung = self.rung.lock();
        self.changed.wait_while(&mut rung, |rung| !*rung);
        *rung = false;
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        *self.rung.lock() = true;
        self.changed.notify_all();
    }
}

//! What several modules need.

use std::sync::mpsc;

/// A gate that a thread waits at until the test opens it.
pub(crate) struct Gate(parking_lot::Mutex<mpsc::Receiver<()>>);

/// Opens the gate when dropped.
pub(crate) struct Key(#[allow(dead_code, reason = "its drop is what opens")] mpsc::Sender<()>);

pub(crate) fn gate() -> (Gate, Key) {
    let (key, gate) = mpsc::channel();
    (Gate(gate.into()), Key(key))
}

impl Gate {
    pub(crate) fn wait(&self) {
        let _opened = self.0.lock().recv();
    }
}

/// Calls what it holds when it is dropped.
pub(crate) struct OnDrop<F: FnMut()>(pub(crate) F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

//! The runtime's atomics.

use crate::sync::atomic::{atomic, atomics, fetch};

atomics!(Of::Runtime);

//! What owns threads and looks at them.

mod future;
mod ready;

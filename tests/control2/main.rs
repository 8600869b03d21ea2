//! What owns threads and looks at them.

mod ready;

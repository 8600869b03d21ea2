//! What programs build with.

pub(crate) mod event;
pub(crate) mod group;
pub(crate) mod guard;
pub(crate) mod stop;
pub(crate) mod timer;

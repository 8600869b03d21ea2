//! What knows nothing of threads: primitives, locks, names, and how what belongs to users is called and dropped.

pub(crate) mod guest;
pub(crate) mod ident;
pub(crate) mod locks;
pub(crate) mod name;
pub(crate) mod primitive;

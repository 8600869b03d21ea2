//! The only place with `unsafe` code: what speaks to the system, and the cells whose rules the compiler cannot check.

pub(crate) mod local;

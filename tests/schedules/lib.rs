//! Nothing: the cases are tests.

//! Nothing of its own: the tests are in the folders beside it.

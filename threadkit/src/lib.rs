//! Thread classes.

//! Parts of the runtime, each in the code that ships, explored by loom: every interleaving, and every reordering that
//! the atomics' orderings allow.

mod local;

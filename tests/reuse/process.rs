//! What takes a process of its own: this very test in this very program.

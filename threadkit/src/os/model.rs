//! The system of a model: one process an execution.

pub(crate) mod thread {
    // What is not answered here.
    pub(crate) use crate::os::system_thread::*;

    pub(crate) use crate::base::primitive::model::system::native_id;

    /// The thread that the execution began with.
    pub(crate) fn is_main() -> bool {
        native_id() == 1
    }
}

pub(crate) mod process {
    use crate::base::primitive::model::system;

    /// See `os/process.rs`.
    pub(crate) trait AtExit {
        fn at_exit();
    }

    /// Has `H` called at the end of the main thread, behind its thread-locals, where std exits.
    pub(crate) fn at_exit<H: AtExit>() {
        system::at_exit(H::at_exit);
    }

    /// Models do not fork.
    pub(crate) fn at_fork<H: AtFork>() {
        // Never called: it shows the compiler that what a fork needs is used.
        let _ = || {
            crate::base::ident::ThreadId::after_fork();
            H::prepare().in_child();
        };
    }

    /// See `os/process.rs`.
    pub(crate) trait AtFork {
        fn prepare() -> Box<dyn Forking>;
    }

    /// See `os/process.rs`.
    pub(crate) trait Forking {
        fn in_child(self: Box<Self>);
    }
}

pub(crate) mod stderr {
    pub(crate) use crate::base::primitive::model::system::write;

    /// Nothing else is written to.
    pub(crate) fn set_captured() {}
}

pub(crate) mod unwind {
    /// The frames of a model's threads are not walked.
    pub(crate) fn is_caught_by_user() -> bool {
        false
    }
}

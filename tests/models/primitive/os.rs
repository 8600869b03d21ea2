//! The system of a model: one process an execution.

pub(crate) mod thread {
    // What is not answered here.
    pub(crate) use crate::os::system_thread::*;

    /// A number, as the kernel's ids are.
    pub(crate) fn native_id() -> u64 {
        usize::from(shuttle::current::me()) as u64 + 1
    }

    /// The thread that the execution began with.
    pub(crate) fn is_main() -> bool {
        native_id() == 1
    }
}

pub(crate) mod process {
    use super::thread::is_main;
    use crate::base::primitive::global;
    use crate::base::primitive::sync::Mutex;

    global! {
        static HANDLERS: Mutex<Vec<fn()>> = Mutex::new(Vec::new());
    }

    /// See `os/process.rs`.
    pub(crate) trait AtExit {
        fn at_exit();
    }

    /// Has `H` called at the end of the main thread, behind its thread-locals, where std exits.
    pub(crate) fn at_exit<H: AtExit>() {
        HANDLERS.lock().unwrap().push(H::at_exit);
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

    pub(in super::super) fn thread_ended() {
        if is_main() {
            loop {
                let Some(handler) = HANDLERS.lock().unwrap().pop() else { break };
                handler();
            }
        }
    }
}

pub(crate) mod stderr {
    use crate::base::primitive::global;
    use crate::base::primitive::sync::Mutex;

    global! {
        static WRITTEN: Mutex<String> = Mutex::new(String::new());
    }

    pub(crate) fn write(text: &str) {
        WRITTEN.lock().unwrap().push_str(text);
    }

    /// Nothing else is written to.
    pub(crate) fn set_captured() {}

    pub(in super::super) fn written() -> String {
        WRITTEN.lock().unwrap().clone()
    }
}

pub(crate) mod unwind {
    /// Panics of models are shuttle's to report.
    pub(crate) fn is_caught_by_user() -> bool {
        false
    }
}

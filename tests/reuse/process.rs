//! What takes a process of its own: a child, which is one of these very tests in this very program.

use std::env;
use std::process::{self, Output};

use threadkit::{get_native_id, thread_class};

const CHILD: &str = "THREADKIT_TEST_REUSE_CHILD";

/// Calls `child` in a process of its own, and gives what came of it.
fn in_child(test: &str, child: fn()) -> Output {
    if env::var_os(CHILD).is_some() {
        child();
        process::exit(0);
    }
    let mut command = threadkit_tests::command(env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture"]).env(CHILD, "1").env("RUST_BACKTRACE", "0");
    command.output().unwrap()
}

#[thread_class(reuse, name = "{0}")]
struct Named(&'static str);

#[thread_class]
impl Named {
    fn run(&self) -> u64 {
        match self.0 {
            "panics" => panic!("of an object"),
            "exits" => process::exit(7),
            _ => get_native_id(),
        }
    }
}

/// Std's message would name the thread of the system.
#[test]
fn a_panic_names_the_object() {
    let child = || {
        Named("before").start().unwrap().join().unwrap();
        Named("panics").start().unwrap().join().unwrap_err();
        Named("after").start().unwrap().join().unwrap();
    };
    let output = in_child("process::a_panic_names_the_object", child);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{errors}");
    assert_eq!(errors.matches("panicked").count(), 1, "{errors}");
    assert!(errors.contains("thread 'panics' (") && errors.contains("of an object"), "{errors}");
}

/// In the middle of an object, with another thread idle.
#[test]
fn an_object_may_exit_the_process() {
    let child = || {
        Named("before").start().unwrap().join().unwrap();
        let _ = Named("exits").with_daemon(true).start().unwrap().join();
        unreachable!("the process is over");
    };
    let output = in_child("process::an_object_may_exit_the_process", child);
    assert_eq!(output.status.code(), Some(7), "{output:?}");
}

/// In the child of a fork no thread is idle, and the one that forks is kept no more.
#[test]
#[cfg(unix)]
#[expect(unsafe_code, reason = "std has no fork")]
fn a_fork_leaves_them_behind() {
    #[thread_class(reuse)]
    struct Forks;

    #[thread_class]
    impl Forks {
        fn run(&self) -> u64 {
            // SAFETY: the child goes on with this thread alone, and uses this crate, which is made for it.
            match unsafe { libc::fork() } {
                0 => {
                    let mut ids: Vec<_> =
                        (0..3).map(|_| Named("x").start().unwrap().value().unwrap()).collect();
                    ids.dedup();
                    let is_new = ids.len() == 1 && ids[0] != get_native_id();
                    // SAFETY: nothing of the parent's is to be flushed or called.
                    unsafe { libc::_exit(if is_new { 3 } else { 4 }) };
                }
                child => {
                    let mut status = 0;
                    // SAFETY: the child is this process's, and `status` a place for the answer.
                    unsafe { libc::waitpid(child, &raw mut status, 0) };
                    assert_eq!(libc::WEXITSTATUS(status), 3);
                    get_native_id()
                }
            }
        }
    }

    let child = || {
        let idle = Named("x").start().unwrap().value().unwrap();
        let first = Forks.start().unwrap().value().unwrap();
        assert_eq!(Forks.start().unwrap().value().unwrap(), first, "in the parent it is kept");
        assert_eq!(Named("x").start().unwrap().value().unwrap(), idle);
    };
    let output = in_child("process::a_fork_leaves_them_behind", child);
    assert!(output.status.success(), "{output:?}");
}

/// Idle threads go at once where nobody is to be kept, and those that come later do not stay.
#[test]
fn for_how_long() {
    use std::cell::RefCell;
    use std::sync::mpsc;
    use std::time::Duration;

    struct Ends(mpsc::Sender<()>);
    impl Drop for Ends {
        fn drop(&mut self) {
            let _ = self.0.send(());
        }
    }
    thread_local! {
        static ENDS: RefCell<Option<Ends>> = const { RefCell::new(None) };
    }
    #[thread_class(reuse)]
    struct Stays(mpsc::Sender<()>);
    #[thread_class]
    impl Stays {
        fn run(&self) {
            ENDS.set(Some(Ends(self.0.clone())));
        }
    }

    let child = || {
        let (ends, ended) = mpsc::channel();
        Stays(ends.clone()).start().unwrap().join().unwrap();
        assert!(ended.try_recv().is_err());
        threadkit::set_keep_alive(Duration::ZERO);
        ended.recv().unwrap();
        Stays(ends).start().unwrap().join().unwrap();
        ended.recv().unwrap();
    };
    let output = in_child("process::for_how_long", child);
    assert!(output.status.success(), "{output:?}");
}

/// Each object has a new thread, however soon it comes after another, and after those that are idle already.
#[test]
fn where_none_are_kept() {
    use std::cell::Cell;
    use std::time::Duration;

    thread_local! {
        static MET: Cell<bool> = const { Cell::new(false) };
    }
    #[thread_class(reuse)]
    struct Meets;
    #[thread_class]
    impl Meets {
        fn run(&self) -> bool {
            MET.replace(true)
        }
    }

    let child = || {
        let meets = || Meets.start().unwrap().value().unwrap();
        assert_eq!([meets(), meets()], [false, true]);
        threadkit::set_keep_alive(Duration::ZERO);
        assert_eq!([(); 200].map(|()| meets()), [false; 200]);
    };
    let output = in_child("process::where_none_are_kept", child);
    assert!(output.status.success(), "{output:?}");
}

/// Only where all of the system's threads are listed.
#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn a_dump_with_stacks_shows_who_is_idle() {
    #[thread_class(reuse)]
    struct Listed;
    #[thread_class]
    impl Listed {
        fn run(&self) -> u64 {
            get_native_id()
        }
    }
    let id = Listed.start().unwrap().value().unwrap();
    let dump = threadkit::dump_stacks();
    let row = dump.threads().iter().find(|row| row.native_id() == Some(id)).unwrap();
    assert_eq!((&**row.name(), row.class_name()), ("Listed", "KeptThread"));
    assert_eq!(row.state(), threadkit::ThreadState::Idle);
    assert!(threadkit::dump().threads().iter().all(|row| row.native_id() != Some(id)));
}

/// The time that one object has spent on a processor is not the next one's.
#[test]
#[cfg(target_os = "linux")]
fn the_time_of_a_processor_is_the_objects() {
    use std::time::Duration;

    fn spent() -> Duration {
        let dump = threadkit::dump();
        let me = threadkit::get_ident();
        dump.threads().iter().find(|row| row.ident() == me).unwrap().cpu_time().unwrap()
    }
    #[thread_class(reuse)]
    struct Spends(Duration);
    #[thread_class]
    impl Spends {
        fn run(&self) -> (Duration, u64) {
            let at_first = spent();
            while spent() < self.0 {
                std::hint::spin_loop();
            }
            (at_first, get_native_id())
        }
    }
    let much = Duration::from_millis(200);
    let (_, id) = Spends(much).start().unwrap().value().unwrap();
    let (at_first, next) = Spends(Duration::ZERO).start().unwrap().value().unwrap();
    assert_eq!(id, next);
    assert!(at_first < much, "{at_first:?}");
}

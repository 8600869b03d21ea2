//! `process::exit` from everywhere, under the attribute, and a signal.

use std::cell::{Cell, RefCell};
use std::process::{self, ExitCode};
use std::sync::mpsc;
use std::time::Duration;

use threadkit::{Target, Timer, at_shutdown, main_thread, spawn};

crate::scenarios! {
    exit_from_main, exit_from_worker_in_body, exit_from_worker_in_wait, exit_from_callback,
    exit_from_hook, exit_from_daemon, exit_in_a_race,
    exit_from_local, exit_from_initialiser, exit_from_stop_callback, exit_from_timer, exit_from_scope, exit_from_alien, exit_while_unwinding, interrupted,
    exit_plainly_from_worker, exit_plainly_from_hook, exit_plainly_in_a_local, exit_plainly_where_joined, exit_plainly_in_a_scope, exit_plainly_before_ready,
    exit_plainly_beside_main, aborting,
    exit_with_a_value_lent_by_a_worker, exit_with_a_value_lent_by_main,
}

fn park() -> ! {
    loop {
        std::thread::park();
    }
}

/// A thread that never ends.
fn never() {
    spawn(|| park());
}

fn exit_from_main() -> ExitCode {
    #[threadkit::main]
    fn main() {
        never();
        process::exit(40);
    }
    main()
}

fn exit_from_worker_in_body() -> ExitCode {
    #[threadkit::main]
    fn main() {
        never();
        spawn(|| process::exit(41));
        park();
    }
    main()
}

fn exit_from_worker_in_wait() -> ExitCode {
    #[threadkit::main]
    fn main() {
        never();
        spawn(|| {
            main_thread().join().unwrap();
            process::exit(42);
        });
    }
    main()
}

fn exit_from_callback() -> ExitCode {
    #[threadkit::main]
    fn main() {
        never();
        at_shutdown(|| process::exit(43)).unwrap();
    }
    main()
}

fn exit_from_hook() -> ExitCode {
    #[threadkit::main]
    fn main() {
        never();
        threadkit::set_excepthook(|_| process::exit(44));
        spawn(|| panic!("never seen"));
    }
    main()
}

fn exit_from_daemon() -> ExitCode {
    #[threadkit::main]
    fn main() {
        never();
        let exiting = Target::new(|| process::exit(45)).with_daemon(true);
        exiting.start().unwrap();
    }
    main()
}

fn exit_from_local() -> ExitCode {
    #[threadkit::main]
    fn main() {
        threadkit::local! {
            static LOCAL: RefCell<Option<Exiting>> = const { RefCell::new(None) };
        }
        never();
        spawn(|| LOCAL.set(Some(Exiting(57))));
    }
    main()
}

fn exit_from_initialiser() -> ExitCode {
    #[threadkit::main]
    fn main() {
        threadkit::local! { static LOCAL: Cell<u8> = process::exit(58); }
        never();
        spawn(|| LOCAL.get());
    }
    main()
}

/// On the thread that asks, which is main in its last moments.
fn exit_from_stop_callback() -> ExitCode {
    #[threadkit::main(stop = "all")]
    fn main() {
        let asked = threadkit::Builder::new(Target::new(|| park()));
        asked.on_stop(|| process::exit(59)).start().unwrap();
    }
    main()
}

fn exit_from_timer() -> ExitCode {
    #[threadkit::main]
    fn main() {
        never();
        Timer::new(Duration::ZERO, || process::exit(60)).start().unwrap();
    }
    main()
}

fn exit_from_scope() -> ExitCode {
    #[threadkit::main]
    fn main() {
        threadkit::scope(|s| {
            s.spawn(|| process::exit(61));
        });
    }
    main()
}

fn exit_from_alien() -> ExitCode {
    #[threadkit::main]
    fn main() {
        never();
        std::thread::spawn(|| {
            main_thread().join().unwrap();
            process::exit(62)
        });
    }
    main()
}

/// Two dozen threads exit while main returns and waits: whoever is first, it ends, at once.
fn exit_in_a_race() -> ExitCode {
    #[threadkit::main]
    fn main() {
        never();
        for _ in 0..24 {
            spawn(|| process::exit(46));
        }
    }
    main()
}

struct Exiting(i32);

impl Drop for Exiting {
    fn drop(&mut self) {
        process::exit(self.0);
    }
}

fn exit_while_unwinding() -> ExitCode {
    never();
    let _exiting = Exiting(47);
    panic!("of main");
}

/// Without the attribute: waits for the others, and not for main, nor for itself.
fn exit_plainly_from_worker() -> ExitCode {
    let (go, wait) = mpsc::channel::<()>();
    spawn(move || {
        wait.recv().unwrap();
        println!("worker");
    });
    let exiting = spawn(move || {
        go.send(()).unwrap();
        process::exit(49);
    });
    let _ = exiting.join();
    unreachable!("the process is over")
}

fn exit_plainly_from_hook() -> ExitCode {
    threadkit::set_excepthook(|_| process::exit(50));
    let _ = spawn(|| panic!("never seen")).join();
    unreachable!("the process is over")
}

/// In the destructor of a worker's thread-local.
fn exit_plainly_in_a_local() -> ExitCode {
    thread_local! { static LOCAL: Exiting = const { Exiting(51) }; }
    let _ = spawn(|| LOCAL.with(|_| ())).join();
    unreachable!("the process is over")
}

/// The exiting thread is joined by one that is joined in turn; who comes first is left to chance.
fn exit_plainly_where_joined() -> ExitCode {
    let (go, wait) = mpsc::channel::<()>();
    let exiting = spawn(move || {
        wait.recv().unwrap();
        process::exit(53)
    });
    let first = spawn(move || exiting.join());
    let second = spawn(move || {
        go.send(()).unwrap();
        first.join()
    });
    let _ = second.join();
    unreachable!("the process is over")
}

fn exit_plainly_in_a_scope() -> ExitCode {
    let owner = spawn(|| threadkit::scope(|s| drop(s.spawn(|| process::exit(54)))));
    let _ = owner.join();
    unreachable!("the process is over")
}

fn exit_plainly_before_ready() -> ExitCode {
    let starter = spawn(|| {
        let hasty = threadkit::Builder::new(Target::new(|| process::exit(55)));
        let _ = hasty.start_ready();
    });
    let _ = starter.join();
    unreachable!("the process is over")
}

/// Main is not over, and will not be; nobody waits for who waits for it.
fn exit_plainly_beside_main() -> ExitCode {
    spawn(|| main_thread().join());
    spawn(|| process::exit(56));
    park();
}

fn aborting() -> ExitCode {
    #[threadkit::main]
    fn main() {
        never();
        spawn(|| process::abort());
    }
    main()
}

/// The default action of SIGINT, while main waits.
fn interrupted() -> ExitCode {
    #[threadkit::main]
    fn main() {
        never();
        println!("ready");
    }
    // A shell that runs the tests in its background has them ignore it, and so their children.
    // SAFETY: the default action is no function.
    unsafe { libc::signal(libc::SIGINT, libc::SIG_DFL) };
    main()
}

/// Exits while the threads of a scope may still read a thread-local value.
fn exit_with_values_lent() -> ! {
    struct Read;
    impl Drop for Read {
        fn drop(&mut self) {
            println!("a value that is read is destroyed");
        }
    }
    threadkit::local! { static KEY: Read = Read; }
    let instance = threadkit::Local::new(|| Read);
    KEY.with(|_key| {
        instance.with(|_value| {
            // Both may be lent to a thread of a scope here.
            std::thread::scope(|_| process::exit(63))
        })
    })
}

fn exit_with_a_value_lent_by_a_worker() -> ExitCode {
    #[threadkit::main]
    fn main() {
        spawn(|| exit_with_values_lent());
    }
    main()
}

fn exit_with_a_value_lent_by_main() -> ExitCode {
    #[threadkit::main]
    fn main() {
        exit_with_values_lent();
    }
    main()
}

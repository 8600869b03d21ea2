//! Returns from main: who is waited for, and with which code the process ends.

use std::process::{self, ExitCode};
use std::sync::mpsc;

use threadkit::{Target, at_exit, at_shutdown, main_thread, sleep, spawn, stop_all};

crate::scenarios! {
    waits_plainly, waits_under_the_attribute, child_joins_main, joins_main_plainly,
    children_in_shutdown, callbacks, late_thread_is_refused, failing_worker, main_panics,
    main_panics_plainly, main_fails, main_fails_to_report, main_gives_a_code, main_exits_thread, exit_plainly_from_main,
    early_question_mark, destroys_locals_plainly, destroys_locals_under_the_attribute, client_in_a_static, start_in_drop,
    called_at_exit_plainly, called_at_exit, stops_in_order, stops_all_in_order, stops_all_where_one_stays,
}

/// Keeps a thread alive beyond main's end.
pub(crate) fn linger() {
    main_thread().join().unwrap();
}

fn waits_plainly() -> ExitCode {
    spawn(|| {
        linger();
        println!("worker");
    });
    println!("main");
    ExitCode::from(3)
}

fn waits_under_the_attribute() -> ExitCode {
    #[threadkit::main]
    fn main() -> ExitCode {
        waits_plainly()
    }
    main()
}

fn destroys_locals_plainly() -> ExitCode {
    struct Noisy;
    impl Drop for Noisy {
        fn drop(&mut self) {
            println!("its thread-local");
        }
    }
    thread_local! { static NOISY: Noisy = const { Noisy }; }
    spawn(|| {
        NOISY.with(|_| linger());
        println!("worker");
    });
    println!("main");
    ExitCode::SUCCESS
}

fn destroys_locals_under_the_attribute() -> ExitCode {
    #[threadkit::main]
    fn main() -> ExitCode {
        destroys_locals_plainly()
    }
    main()
}

fn child_joins_main() -> ExitCode {
    #[threadkit::main]
    fn main() {
        spawn(|| {
            println!("{:?}", main_thread().join().is_ok());
            println!("alive: {}", main_thread().is_alive());
        });
    }
    main()
}

fn joins_main_plainly() -> ExitCode {
    spawn(|| println!("{:?}", main_thread().join().is_ok()));
    ExitCode::SUCCESS
}

/// A chain of threads, each started by the one before when main is over.
fn children_in_shutdown() -> ExitCode {
    fn link(left: u32) {
        main_thread().join().unwrap();
        println!("{left}");
        if left > 0 {
            spawn(move || link(left - 1));
        }
    }
    #[threadkit::main]
    fn main() {
        spawn(|| link(3));
    }
    main()
}

fn callbacks() -> ExitCode {
    #[threadkit::main]
    fn main() {
        let (go, gone) = mpsc::channel::<()>();
        spawn(move || {
            gone.recv().unwrap_err();
            println!("worker; refused: {}", at_shutdown(|| ()).is_err());
        });
        at_shutdown(move || {
            println!("first; refused: {}", at_shutdown(|| ()).is_err());
            drop(go);
        })
        .unwrap();
        at_shutdown(|| panic!("second")).unwrap();
        at_shutdown(|| println!("third")).unwrap();
        println!("main");
    }
    main()
}

fn late_thread_is_refused() -> ExitCode {
    struct Late;
    impl Drop for Late {
        // A thread-local of main: destroyed after the final wait.
        fn drop(&mut self) {
            println!("non-daemon: {}", Target::new(|| ()).start().is_ok());
            println!("daemon: {}", Target::new(|| ()).with_daemon(true).start().is_ok());
        }
    }
    threadkit::local! { static LATE: std::cell::RefCell<Option<Late>> = const { std::cell::RefCell::new(None) }; }
    #[threadkit::main]
    fn main() {
        LATE.set(Some(Late));
    }
    main()
}

fn failing_worker() -> ExitCode {
    #[threadkit::main]
    fn main() {
        spawn(|| panic!("worker"));
    }
    main()
}

fn main_panics() -> ExitCode {
    #[threadkit::main]
    fn main() {
        waits_plainly();
        panic!("of main");
    }
    main()
}

fn main_panics_plainly() -> ExitCode {
    waits_plainly();
    panic!("of main");
}

fn main_fails() -> ExitCode {
    #[threadkit::main]
    fn main() -> Result<(), String> {
        waits_plainly();
        Err("of main".to_owned())
    }
    main()
}

/// The `Err` of main panics when it is printed.
fn main_fails_to_report() -> ExitCode {
    struct Shy;
    impl std::fmt::Debug for Shy {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("of report")
        }
    }
    #[threadkit::main]
    fn main() -> Result<(), Shy> {
        waits_plainly();
        Err(Shy)
    }
    main()
}

fn main_gives_a_code() -> ExitCode {
    #[threadkit::main]
    fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
        waits_plainly();
        Ok(ExitCode::from(7))
    }
    main()
}

fn main_exits_thread() -> ExitCode {
    #[threadkit::main]
    fn main() -> ExitCode {
        struct Noisy;
        impl Drop for Noisy {
            fn drop(&mut self) {
                println!("dropped");
            }
        }
        let _noisy = Noisy;
        spawn(|| {
            linger();
            println!("worker");
        });
        threadkit::exit_thread()
    }
    main()
}

/// Without the attribute an exit waits as main's return does, with the code of the exit.
fn exit_plainly_from_main() -> ExitCode {
    spawn(|| {
        linger();
        println!("worker");
    });
    process::exit(48);
}

fn early_question_mark() -> ExitCode {
    #[threadkit::main]
    fn main() -> std::io::Result<()> {
        spawn(|| {
            linger();
            println!("worker");
        });
        std::fs::read("/nonexistent")?;
        Ok(())
    }
    main()
}

/// A library's client whose thread serves requests until the client is dropped, which is never.
fn client_in_a_static() -> ExitCode {
    use std::sync::LazyLock;
    struct Client(mpsc::Sender<u32>);
    static CLIENT: LazyLock<Client> = LazyLock::new(|| {
        let (requests, inbox) = mpsc::channel::<u32>();
        let serve = Target::new(move || inbox.iter().sum::<u32>());
        serve.with_daemon(true).start().unwrap();
        Client(requests)
    });
    CLIENT.0.send(1).unwrap();
    println!("main");
    ExitCode::SUCCESS
}

/// The first start of the process happens while main unwinds.
fn start_in_drop() -> ExitCode {
    struct Starting;
    impl Drop for Starting {
        fn drop(&mut self) {
            let thread = spawn(|| panic!("of the worker"));
            println!("{}", thread.join().is_err());
        }
    }
    let _starting = Starting;
    panic!("of main");
}

fn called_at_exit_plainly() -> ExitCode {
    static SHUTDOWN: threadkit::Event = threadkit::Event::new();
    at_exit(|| {
        println!("at exit, first registered");
        assert!(at_exit(|| println!("too late")).is_err());
    })
    .unwrap();
    at_exit(|| panic!("one of them")).unwrap();
    at_exit(|| println!("at exit, last registered")).unwrap();
    at_shutdown(|| {
        println!("at shutdown");
        SHUTDOWN.set();
    })
    .unwrap();
    spawn(|| {
        SHUTDOWN.wait();
        at_exit(|| println!("registered by a worker")).unwrap();
        println!("worker");
    });
    println!("main");
    ExitCode::from(3)
}

fn called_at_exit() -> ExitCode {
    #[threadkit::main]
    fn main() -> ExitCode {
        called_at_exit_plainly()
    }
    main()
}

/// A logger that is a daemon, as a library's is, and a worker whose last words it is to write.
fn logger_and_worker() -> threadkit::Thread<Target<()>> {
    let (log, lines) = mpsc::channel::<&str>();
    let logger = Target::new(move || {
        let stopped = sleep(std::time::Duration::MAX);
        println!("logger: {stopped:?}");
        for line in lines.try_iter() {
            println!("{line}");
        }
    });
    let logger = logger.with_daemon(true).start().unwrap();
    spawn(move || {
        let _ = sleep(std::time::Duration::MAX);
        log.send("worker's last words").unwrap();
    });
    logger
}

fn stops_in_order() -> ExitCode {
    #[threadkit::main(stop = "all", grace = "600s")]
    fn main() -> ExitCode {
        logger_and_worker();
        ExitCode::SUCCESS
    }
    main()
}

fn stops_all_in_order() -> ExitCode {
    #[threadkit::main(stop = "daemons", grace = "600s")]
    fn main() -> ExitCode {
        let logger = logger_and_worker();
        stop_all();
        logger.join().unwrap();
        ExitCode::SUCCESS
    }
    main()
}

/// A thread that is no daemon waits for a daemon that ends by a stop alone: after a while the daemon is asked as well.
fn stops_all_where_one_stays() -> ExitCode {
    let daemon = Target::new(|| sleep(std::time::Duration::MAX)).with_daemon(true).start().unwrap();
    spawn(move || {
        daemon.join().unwrap();
        println!("worker");
    });
    stop_all();
    ExitCode::SUCCESS
}

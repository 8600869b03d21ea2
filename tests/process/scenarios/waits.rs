//! Waits at the end: explained, cut short by a request to stop, or none for daemons.

use std::process::ExitCode;
use std::sync::mpsc;

use threadkit::{Target, on_stop, spawn};

use crate::exit::linger;

crate::scenarios! {
    explained_wait, explained_wait_plainly, unexplained_wait, stop_daemons, stop_all,
    grace_for_ever, daemons_at_exit, daemons_at_exit_plainly,
}

fn explained_wait() -> ExitCode {
    #[threadkit::main(report_after = "100ms")]
    fn main() {
        // Ends when the report has been made: the test closes stdin then.
        wait_for_stdin("slow");
        Target::new(never_daemon).with_daemon(true).with_name("quick").start().unwrap();
    }
    main()
}

fn never_daemon() {
    loop {
        std::thread::park();
    }
}

/// A thread that ends when the parent closes stdin.
fn wait_for_stdin(name: &str) {
    let slow = Target::new(|| std::io::stdin().lines().count());
    slow.with_name(name).start().unwrap();
}

/// The bound without the attribute is ten seconds.
fn explained_wait_plainly() -> ExitCode {
    wait_for_stdin("slow");
    ExitCode::SUCCESS
}

fn unexplained_wait() -> ExitCode {
    #[threadkit::main(report_after = "never")]
    fn main() {
        wait_for_stdin("slow");
    }
    main()
}

fn stopping(name: &'static str, daemon: bool) {
    let (begun, wait) = mpsc::channel();
    let thread = Target::new(move || {
        on_stop(move || println!("{name} is asked"));
        begun.send(()).unwrap();
        if threadkit::sleep(std::time::Duration::MAX).is_err() {
            println!("{name} stops");
        }
    });
    thread.with_daemon(daemon).start().unwrap();
    wait.recv().unwrap();
}

fn stop_daemons() -> ExitCode {
    #[threadkit::main(stop = "daemons", grace = "30s")]
    fn main() {
        stopping("daemon", true);
        spawn(|| {
            linger();
            println!("not asked: {}", !threadkit::stop_requested());
        });
    }
    main()
}

fn stop_all() -> ExitCode {
    #[threadkit::main(stop = "all")]
    fn main() {
        stopping("worker", false);
    }
    main()
}

/// A grace that no clock can count, and a daemon that heeds the request.
fn grace_for_ever() -> ExitCode {
    #[threadkit::main(stop = "daemons", grace = "5000000000000000h")]
    fn main() {
        stopping("daemon", true);
    }
    main()
}

fn busy_daemons() {
    threadkit::local! {
        static COUNT: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
        static TEXT: std::cell::RefCell<Vec<String>> = std::cell::RefCell::default();
    }
    static INSTANCE: std::sync::LazyLock<threadkit::Local<std::cell::RefCell<Vec<u8>>>> =
        std::sync::LazyLock::new(|| threadkit::Local::new(std::cell::RefCell::default));
    let (begun, wait) = mpsc::channel();
    for number in 0..100 {
        let begun = begun.clone();
        let busy = Target::new(move || {
            begun.send(()).unwrap();
            loop {
                COUNT.set(COUNT.get() + 1);
                TEXT.with_borrow_mut(|text| {
                    text.push(format!("{number} {}", COUNT.get()));
                    text.truncate(10);
                });
                INSTANCE.with(|bytes| *bytes.borrow_mut() = vec![1; 1000]);
                println!("{number}");
                drop(spawn(|| ()));
            }
        });
        busy.with_daemon(true).start().unwrap();
    }
    (0..100).for_each(|_| wait.recv().unwrap());
}

fn daemons_at_exit() -> ExitCode {
    #[threadkit::main]
    fn main() {
        busy_daemons();
    }
    main()
}

fn daemons_at_exit_plainly() -> ExitCode {
    busy_daemons();
    ExitCode::SUCCESS
}

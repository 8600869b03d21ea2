//! Thread-local data on the main thread: a program of its own, which runs itself once more and reads what that prints.

use std::cell::RefCell;
use std::process::ExitCode;

/// Says so when it is dropped.
struct Noted(&'static str);

impl Drop for Noted {
    fn drop(&mut self) {
        println!("{} is destroyed", self.0);
    }
}

threadkit::local! {
    static FIRST: RefCell<Option<Noted>> = const { RefCell::new(None) };
    static SECOND: RefCell<Option<Noted>> = const { RefCell::new(None) };
}

/// How the child's main ends.
const CHILD: &str = "LOCAL_MAIN_CHILD";

/// What main's values print must come after the last thread's words, in the reverse of the order of their first use.
const EXPECTED: &str =
    "main's body is over\nthe thread is over\nsecond is destroyed\nfirst is destroyed\n";

#[threadkit::main]
fn main() -> ExitCode {
    let Some(end) = std::env::var_os(CHILD) else { return parent() };
    FIRST.set(Some(Noted("first")));
    SECOND.set(Some(Noted("second")));
    threadkit::spawn(|| {
        threadkit::main_thread().join().expect("main is over, and did not fail");
        println!("the thread is over");
    });
    println!("main's body is over");
    match end.to_str() {
        Some("panics") => panic!("the end of main"),
        Some("leaves") => threadkit::exit_thread(),
        _ => ExitCode::SUCCESS,
    }
}

fn parent() -> ExitCode {
    for (end, code) in [("returns", 0), ("leaves", 0), ("panics", 101)] {
        let program = std::env::current_exe().expect("a program has a path");
        let mut child = threadkit_tests::command(program);
        let child = child.env(CHILD, end).output().expect("it runs once more");
        assert_eq!(child.status.code(), Some(code), "{end}: {child:?}");
        assert_eq!(String::from_utf8_lossy(&child.stdout), EXPECTED, "{end}");
    }
    println!("test result: ok. 3 passed; 0 failed");
    ExitCode::SUCCESS
}

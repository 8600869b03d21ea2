//! What has to be measured in a process of its own: this program calls itself.

use std::env;
use std::process::Command;

use crate::{alive, exact, starts};

/// The mode that makes a child of this program.
const CHILD: &str = "child";

/// If this process is such a child: does what it is asked for, prints the number, and says so.
pub(crate) fn was_asked() -> bool {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [mode, what, who, times] = &arguments[..] else { return false };
    if mode != CHILD {
        return false;
    }
    let times = times.parse().expect("a number");
    match &**what {
        "resident" => println!("{}", alive::resident(who, times)),
        "starts" => exact::starts(who, times),
        "one-by-one" => println!("{}", starts::timed(times)),
        other => panic!("unknown: {other}"),
    }
    true
}

/// Does everything in a process that has no `RUST_BACKTRACE`.
pub(crate) fn without_backtraces() {
    let mut again = Command::new(env::current_exe().expect("this program has a path"));
    let again = again.args(env::args_os().skip(1)).env_remove("RUST_BACKTRACE").status();
    std::process::exit(again.ok().and_then(|status| status.code()).unwrap_or(1));
}

/// The command of a child.
pub(crate) fn arguments(what: &str, who: &str, times: u32) -> [String; 4] {
    [CHILD.to_owned(), what.to_owned(), who.to_owned(), times.to_string()]
}

/// The number that a child prints.
pub(crate) fn number(what: &str, who: &str, times: u32) -> f64 {
    let program = env::current_exe().expect("this program has a path");
    let mut command = Command::new(program);
    printed(command.args(arguments(what, who, times))).expect("a child of this program works")
}

/// The number that a program prints.
pub(crate) fn printed(command: &mut Command) -> Result<f64, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().map_err(|_| String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

//! Other languages' threads, each in a process of its own that warms up and times itself.

use std::path::Path;
use std::process::Command;

use crate::child;
use crate::harness::{Bar, Table};

const TIMES: u32 = 4000;

pub(crate) fn measure(table: &mut Table) {
    let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/versus/peers");
    compare(table, "Python's `threading.Thread`", "python3", &[peers.join("threads.py")]);
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("jthreads");
    match compile(&peers.join("jthreads.cpp"), &program) {
        Ok(()) => compare::<&str>(table, "C++'s `std::jthread`", &program.to_string_lossy(), &[]),
        Err(why) => table.skip("start + join over C++'s `std::jthread`", why),
    }
    compare(table, "Java's `Thread`", "java", &[peers.join("Threads.java")]);
}

fn compare<A: AsRef<std::ffi::OsStr>>(
    table: &mut Table,
    peer: &str,
    program: &str,
    arguments: &[A],
) {
    let what = format!("start + join over {peer}");
    let run = || child::printed(Command::new(program).args(arguments).arg(TIMES.to_string()));
    match run() {
        Ok(_) => table.pair(
            what,
            Bar::None,
            5,
            || child::number("one-by-one", "ours", TIMES),
            || run().expect("it worked before"),
        ),
        Err(why) => table.skip(what, format!("`{program}` does not run: {why}")),
    }
}

fn compile(source: &Path, program: &Path) -> Result<(), String> {
    let mut compiler = Command::new("g++");
    compiler.args(["-O2", "-std=c++20", "-pthread", "-o"]).arg(program).arg(source);
    let output = compiler.output().map_err(|_| "`g++` is not installed")?;
    let says = || String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(()) } else { Err(says()) }
}

//! `top` on this very process.

use std::env::temp_dir;
use std::process;

use threadkit::{Dumper, Guard, Target};

use super::{example, stdout};

#[test]
fn it_shows_a_thread_and_where_it_stands() {
    let path = temp_dir().join(format!("threadkit-top-{}", process::id()));
    let server = Guard::new(Dumper::serve(&path).unwrap());
    let idle = Target::new(|| threadkit::sleep(std::time::Duration::MAX)).with_name("night watch");
    let idle = Guard::new(idle.start().unwrap());
    let sleeps = || {
        let dump = threadkit::dump();
        let row = dump.threads().iter().find(|row| row.ident() == idle.ident());
        row.unwrap().waits_for().is_some()
    };
    while !sleeps() {
        std::thread::yield_now();
    }
    let table = stdout(example("top").arg(&path).arg("--once"));
    assert!(table.starts_with("NAME "), "{table}");
    assert!(
        table.lines().any(|line| line.starts_with("night watch") && line.ends_with(" stop")),
        "{table}"
    );
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        let (_, stack) = table.split_once("stack of night watch\n").unwrap();
        assert!(stack.contains("tests/top.rs:"), "{stack}");
    }
    drop((idle, server));
}

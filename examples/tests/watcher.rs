//! `watcher` sees what happens to a file.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use crate::{Running, example, folder};

#[test]
fn it_tells_of_changes_until_its_input_ends() {
    let folder = folder("watcher");
    let file = folder.path().join("watched");
    let mut watcher = Running::start(example("watcher").arg(&file).stdin(Stdio::piped()));
    let mut enter = watcher.child.stdin.take().unwrap();
    assert_eq!(watcher.line(), "watching");
    fs::write(&file, "new").unwrap();
    enter.write_all(b"\n").unwrap();
    assert_eq!(watcher.line(), format!("Created: {}", file.display()));
    fs::remove_file(&file).unwrap();
    assert_eq!(
        watcher.line(),
        format!("Removed: {}", file.display()),
        "without being told to look"
    );
    drop(enter);
    let (rest, status) = watcher.end();
    assert!(rest.is_empty() && status.success(), "{rest}");
}

//! `logger` loses nothing.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use crate::{Running, example, folder, stdout};

/// The number of lines, after a look at them: each worker's are complete, and in their order.
fn lines(path: &Path) -> usize {
    let text = fs::read_to_string(path).unwrap();
    let mut last = HashMap::new();
    for line in text.lines() {
        let (name, number) = line.split_once(": line ").unwrap();
        let last = last.entry(name).or_insert(0);
        *last += 1;
        assert_eq!(number.parse(), Ok(*last), "{line}");
    }
    last.values().sum()
}

#[test]
fn logger_writes_every_line() {
    let folder = folder("logger");
    let path = folder.path().join("log.txt");
    assert_eq!(stdout(example("logger").arg(&path).arg("1000")), "Ctrl-C stops\n4000 lines\n");
    assert_eq!(lines(&path), 4000);
}

#[test]
fn logger_loses_nothing_to_an_interrupt() {
    let folder = folder("logger");
    let path = folder.path().join("log.txt");
    let mut logger = Running::start(example("logger").arg(&path));
    assert!(logger.line().ends_with("Ctrl-C stops"));
    logger.interrupt();
    let (said, status) = logger.end();
    assert!(status.success(), "{status}");
    assert_eq!(said, format!("{} lines\n", lines(&path)));
}

#[test]
fn logger_says_why_it_cannot_write() {
    let path = Path::new("/no/such/folder/log.txt");
    let output = example("logger").arg(path).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("No such file"));
}

#[test]
fn logger_on_a_full_disk_stops_the_workers() {
    let output = example("logger").arg("/dev/full").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("the log is closed"));
}

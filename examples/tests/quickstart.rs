//! `quickstart` counts what `wc` counts.

use std::fs;
use std::process::Output;

use crate::{example, folder, words_by_wc};

fn quickstart(arguments: &[&str]) -> Output {
    example("quickstart").args(arguments).output().unwrap()
}

fn total(output: &Output) -> u64 {
    let text = String::from_utf8_lossy(&output.stdout);
    let total = text.lines().find(|line| line.contains("total of")).unwrap();
    total.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn quickstart_counts_as_wc_does() {
    let files = ["README.md", "LICENSE-MIT", "examples/quickstart.rs"];
    let output = quickstart(&files);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(total(&output), words_by_wc(&files));
}

#[test]
fn quickstart_walks_the_repository_by_default() {
    let output = quickstart(&[]);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let files: Vec<&str> =
        text.lines().filter_map(|line| line.split_once("./").map(|(_, path)| path)).collect();
    assert!(files.contains(&"README.md") && files.contains(&"examples/quickstart.rs"));
    assert_eq!(total(&output), words_by_wc(&files));
}

#[test]
fn quickstart_names_the_unreadable_file_and_counts_the_others() {
    let folder = folder("quickstart");
    let (good, missing) = (folder.path().join("good.txt"), folder.path().join("missing.txt"));
    fs::write(&good, b"three \xff words\n").unwrap();
    let output = quickstart(&[good.to_str().unwrap(), missing.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(total(&output), 3);
    let report = String::from_utf8(output.stderr).unwrap();
    assert!(report.contains("missing.txt: No such file"), "{report}");
    assert_eq!(report.lines().count(), 1, "one report: {report}");
}

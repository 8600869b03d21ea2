//! The examples, run as a user runs them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// `cargo test` builds the examples beside the tests.
fn example(name: &str) -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let path = tests.parent().unwrap().with_file_name("examples").join(name);
    assert!(path.exists(), "{} is not built", path.display());
    path
}

fn quickstart(arguments: &[&str]) -> Output {
    Command::new(example("quickstart")).args(arguments).current_dir(repository()).output().unwrap()
}

fn words_by_wc(files: &[&str]) -> u64 {
    let output = Command::new("wc")
        .arg("-w")
        .args(files)
        // `wc` asks the locale what a space is; the example means ASCII's.
        .env("LC_ALL", "C")
        .current_dir(repository())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().last().unwrap().split_whitespace().next().unwrap().parse().unwrap()
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
    let folder = std::env::temp_dir().join(format!("quickstart-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let (good, missing) = (folder.join("good.txt"), folder.join("missing.txt"));
    fs::write(&good, b"three \xff words\n").unwrap();
    let output = quickstart(&[good.to_str().unwrap(), missing.to_str().unwrap()]);
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(total(&output), 3);
    let report = String::from_utf8(output.stderr).unwrap();
    assert!(report.contains("missing.txt: No such file"), "{report}");
    assert_eq!(report.lines().count(), 1, "one report: {report}");
}

#[test]
fn the_readme_shows_a_program_that_runs() {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let program = fs::read_to_string(repository().join("examples/word_count.rs")).unwrap();
    let (_, program) = program.split_once("\n\n").unwrap();
    assert!(readme.contains(&format!("```rust\n{program}```")), "README.md and the example differ");
    let output = Command::new(example("word_count")).current_dir(repository()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let words = String::from_utf8(output.stdout).unwrap();
    assert_eq!(words.trim().parse(), Ok(words_by_wc(&["README.md", "LICENSE-MIT"])));
}

#[test]
fn the_readme_quotes_the_compiler() {
    let message = repository().join("tests/ui/overrides/join.stderr");
    let message = fs::read_to_string(message).unwrap();
    let words: Vec<&str> = message.lines().take(3).collect();
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    assert!(readme.contains(&words.join("\n")), "README.md does not quote {words:?}");
}

//! Builds these tests, the examples and the crate's own examples with `--cfg threadkit_model`, and runs them.
#![cfg(not(threadkit_model))]

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// What a user types, with a target folder of its own: the flags change every crate.
fn cargo_test(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["test", "--locked", "--quiet", "--target-dir", "target/model"])
        .args(arguments)
        .current_dir(root())
        .env("RUSTFLAGS", "--cfg threadkit_model")
        .env("RUSTDOCFLAGS", "--cfg threadkit_model")
        .env("RUST_BACKTRACE", "0")
        .env_remove("THREADKIT_REPLAY")
        .env_remove("THREADKIT_SCHEDULES")
        .output()
        .unwrap();
    let [told, said] = [&output.stderr, &output.stdout].map(|text| String::from_utf8_lossy(text));
    assert!(output.status.success(), "{arguments:?}\n{told}\n{said}");
    format!("{told}\n{said}")
}

/// Each fault is found in the number of schedules that the documentation names, and no sound class is blamed.
#[test]
fn faults_are_found_and_sound_classes_are_not_blamed() {
    let said =
        cargo_test(&["-p", "threadkit-schedules-tests", "--test", "cases", "--", "--nocapture"]);
    let found = said.lines().filter_map(|line| line.split_once(": found in schedule "));
    let mut found: Vec<(usize, &str)> =
        found.map(|(name, number)| (number.parse().unwrap(), name.trim_matches('.'))).collect();
    found.sort_unstable();
    for (number, name) in &found {
        println!("{number:5}  {name}");
    }
    assert!(found.len() >= 20, "only {} faults", found.len());
}

#[test]
fn the_examples_pass() {
    cargo_test(&["-p", "threadkit-schedules-tests", "--test", "examples"]);
}

#[test]
fn the_documentation_holds() {
    cargo_test(&["-p", "threadkit-schedules"]);
}

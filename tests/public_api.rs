//! The public API, word for word, in `public-api.txt`: a change of it is seen in review.
//!
//! It is read from rustdoc's JSON, which only a nightly writes; where none is installed the test says
//! so and checks nothing. `THREADKIT_BLESS=1` writes it anew.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

const SNAPSHOT: &str = "public-api.txt";

#[test]
fn the_public_api_is_the_one_that_was_reviewed() {
    let mut rustup = Command::new("rustup");
    rustup.args(["run", "nightly", "rustdoc", "--version"]);
    if !rustup.output().is_ok_and(|ended| ended.status.success()) {
        println!("skipped: no nightly toolchain is installed (rustup toolchain install nightly)");
        return;
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("public-api");
    let mut cargo = Command::new("rustup");
    cargo.args(["run", "nightly", "cargo", "doc", "--lib", "--no-deps", "--all-features"]);
    cargo.args(["--package", "threadkit", "--target-dir"]).arg(&target);
    cargo.env("RUSTDOCFLAGS", "-Zunstable-options --output-format json --cap-lints allow");
    // Of the toolchain that runs this test.
    cargo.env_remove("RUSTC").env_remove("RUSTDOC").env_remove("CARGO").env_remove("RUSTFLAGS");
    let ended = cargo.output().expect("rustup runs");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let api = public_api::Builder::from_rustdoc_json(target.join("doc/threadkit.json"))
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(false)
        .omit_auto_derived_impls(false)
        .build()
        .unwrap_or_else(|error| panic!("public-api does not know this nightly's JSON: {error}"));
    let api = api.to_string();
    if env::var_os("THREADKIT_BLESS").is_some() {
        fs::write(SNAPSHOT, &api).unwrap();
    }
    let reviewed = fs::read_to_string(SNAPSHOT).unwrap_or_default();
    let new = api.lines().filter(|line| !reviewed.lines().any(|old| old == *line));
    let gone = reviewed.lines().filter(|line| !api.lines().any(|new| new == *line));
    let difference: Vec<_> =
        gone.map(|line| format!("- {line}")).chain(new.map(|line| format!("+ {line}"))).collect();
    assert!(difference.is_empty(), "the public API has changed:\n{}", difference.join("\n"));
}

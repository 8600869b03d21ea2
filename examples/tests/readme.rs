//! What the README shows is what the repository holds.

use std::fs;

use crate::{example, repository, words_by_wc};

#[test]
fn the_readme_shows_a_program_that_runs() {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let program = fs::read_to_string(repository().join("examples/word_count.rs")).unwrap();
    let (_, program) = program.split_once("\n\n").unwrap();
    assert!(readme.contains(&format!("```rust\n{program}```")), "README.md and the example differ");
    let output = example("word_count").output().unwrap();
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

//! What the README shows is what the repository holds.

use crate::{example, stdout, words_by_wc};

/// That the README shows this very program is a test of its quotes.
#[test]
fn the_program_of_the_readme_counts_words() {
    let words = stdout(&mut example("word_count"));
    assert_eq!(words.trim().parse(), Ok(words_by_wc(&["README.md", "LICENSE-MIT"])));
}

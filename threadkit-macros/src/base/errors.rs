//! Mistakes are collected, so that all of one invocation are reported at once; and what was meant by one.

use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    /// Notes a mistake: the blamed tokens first.
    pub(crate) fn blame(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.0.push(error);
    }

    pub(crate) fn extend(&mut self, errors: impl IntoIterator<Item = syn::Error>) {
        self.0.extend(errors);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// A `compile_error!` for each.
impl ToTokens for Errors {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().map(syn::Error::to_compile_error));
    }
}

/// The known name that is nearest to `written`, if one is near enough to be what was meant.
pub(crate) fn nearest<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let written = written.to_lowercase().replace('-', "_");
    let near = |name: &&str| written.len().max(name.len()).div_ceil(3);
    known
        .into_iter()
        .map(|name| (distance(&written, name), name))
        .filter(|(distance, name)| *distance <= near(name) || shares_a_stem(&written, name))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// `stack` for `stack_size`: typed half, or remembered half.
fn shares_a_stem(written: &str, name: &str) -> bool {
    let (short, long) = if written.len() < name.len() { (written, name) } else { (name, written) };
    short.len() >= 3 && long.starts_with(short)
}

/// How many letters were mistyped, left out, added, or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                let swap = if swapped { rows[i - 2][j - 2] + 1 } else { usize::MAX };
                replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(swap)
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let known = ["name", "daemon", "stack_size", "excepthook", "crate"];
        for (written, meant) in [
            ("deamon", Some("daemon")),
            ("Name", Some("name")),
            ("stack-size", Some("stack_size")),
            ("stack", Some("stack_size")),
            ("colour", None),
            ("nmae", Some("name")),
        ] {
            assert_eq!(nearest(written, known), meant, "{written}");
        }
    }
}

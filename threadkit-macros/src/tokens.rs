//! Looking at tokens that stay as they are.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// Whether `word` occurs in the tokens.
pub(crate) fn mentions(tokens: impl ToTokens, word: &str) -> bool {
    let text = tokens.into_token_stream().to_string();
    text.split(|c: char| c != '_' && !c.is_alphanumeric()).any(|found| found == word)
}

/// Where the first and the last token stand, also behind the invisible delimiters of a fragment of
/// `macro_rules!`, which are located at the fragment's name in the macro.
pub(crate) fn ends(tokens: TokenStream) -> Option<(Span, Span)> {
    let mut all = tokens.into_iter().filter_map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => ends(group.stream()),
        token => Some((token.span(), token.span())),
    });
    let first = all.next()?;
    let last = all.last().unwrap_or(first);
    Some((first.0, last.1))
}

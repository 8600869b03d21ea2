//! Where generated tokens are located, and how they resolve.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

/// The span for generated tokens that stand for what the user wrote at `user`.
///
/// Located there, so that messages point at the user's token; resolved at the call site, since a
/// name made by this macro at a `macro_rules!` span would be out of reach of its own uses.
pub(crate) fn located_at(user: Span) -> Span {
    Span::call_site().located_at(user)
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

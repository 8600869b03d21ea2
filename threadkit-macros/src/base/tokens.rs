//! Looking at tokens that stay as they are, and placing those that are made.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Attribute;
use syn::parse::{ParseStream, Parser};

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

/// The span for generated tokens that stand for what the user wrote at `user`.
///
/// Located there, so that messages point at the user's token; resolved at the call site, since a
/// name made by this macro at a `macro_rules!` span would be out of reach of its own uses.
pub(crate) fn located_at(user: Span) -> Span {
    Span::call_site().located_at(user)
}

/// The attribute of the item whose name is `name`, wherever it comes from.
pub(crate) fn attribute_named(item: &TokenStream, name: &str) -> Option<Attribute> {
    let attributes = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<TokenStream>()?;
        Ok(attributes)
    };
    let is_named =
        |attr: &Attribute| attr.path().segments.last().is_some_and(|last| last.ident == name);
    attributes.parse2(item.clone()).ok()?.into_iter().find(is_named)
}

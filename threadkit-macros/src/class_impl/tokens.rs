//! Goes through the tokens of the body, one member at a time.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::buffer::Cursor;
use syn::parse::ParseStream;
use syn::{Attribute, FnArg, Ident, Signature, Token, token};

use super::model::Method;
use crate::base::conditions::is_compiled_out;

pub(super) fn method(input: ParseStream<'_>) -> syn::Result<Method> {
    let attrs = input.call(Attribute::parse_outer)?;
    let vis = input.parse()?;
    let mut sig: Signature = input.parse()?;
    sig.inputs =
        sig.inputs.into_iter().filter(|input| !is_compiled_out(attributes(input))).collect();
    let body = if input.peek(token::Brace) {
        Some(braced(input)?)
    } else {
        input.parse::<Token![;]>()?;
        None
    };
    Ok(Method { attrs, vis, sig, body })
}

fn attributes(input: &FnArg) -> &[Attribute] {
    match input {
        FnArg::Receiver(receiver) => &receiver.attrs,
        FnArg::Typed(argument) => &argument.attrs,
    }
}

/// `{..}`, also behind the invisible delimiters of a `$body:block` of `macro_rules!`, which the parser
/// of a group alone does not look behind.
fn braced(input: ParseStream<'_>) -> syn::Result<Group> {
    let content;
    let brace = syn::braced!(content in input);
    let mut group = Group::new(Delimiter::Brace, content.parse()?);
    group.set_span(brace.span.join());
    Ok(group)
}

/// Goes behind the attributes, also those that are no Rust: `#[override]`, a reserved word.
pub(super) fn skip_attributes(input: ParseStream<'_>) -> syn::Result<()> {
    while input.parse::<Option<Token![#]>>()?.is_some() {
        input.parse::<Group>()?;
    }
    Ok(())
}

/// Goes behind the next `;` or `{..}`, where the next member begins, or before a member that begins in a value, which
/// lacks its `;`; whether there was an end.
pub(super) fn skip(input: ParseStream<'_>) -> syn::Result<bool> {
    let is_value = is_value(input);
    while !input.is_empty() {
        let ended = input.peek(Token![;]) || (!is_value && input.peek(token::Brace));
        input.parse::<TokenTree>()?;
        if ended {
            return Ok(true);
        }
        let begins = input.peek(Token![pub]) || (input.peek(Token![fn]) && input.peek2(Ident));
        if is_value && begins {
            return Ok(false);
        }
    }
    Ok(false)
}

/// Whether an `=` comes first: braces are then part of a value, as in `const N: u8 = { 1 };`.
fn is_value(input: ParseStream<'_>) -> bool {
    let ahead: TokenStream = input.fork().parse().unwrap_or_default();
    let told = |token: &TokenTree| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(false),
        TokenTree::Punct(punct) if matches!(punct.as_char(), '=' | ';') => Some(true),
        _ => None,
    };
    ahead.into_iter().find_map(|token| told(&token)).unwrap_or(true)
}

/// The tokens from one place to another.
pub(super) fn between(begin: Cursor<'_>, end: Cursor<'_>) -> TokenStream {
    let mut tokens = TokenStream::new();
    let mut at = begin;
    while at != end {
        let Some((token, next)) = at.token_tree() else {
            break;
        };
        tokens.extend([token]);
        at = next;
    }
    tokens
}

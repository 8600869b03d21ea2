//! What no item begins with: `let x = 1;`, `count: u32`, `def run(self) {}`, a `;` too many.
//!
//! The compiler reads the impl before the attribute does, and has refused it. Told of it again, it would
//! lose the members that follow.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, Token, Visibility, token};

use super::model::{Member, MemberKind};
use super::tokens::{between, method, skip, skip_attributes};

/// The words that items begin with, those of the compiler's experiments included.
const OF_ITEMS: [&str; 22] = [
    "async",
    "auto",
    "const",
    "default",
    "enum",
    "extern",
    "final",
    "fn",
    "gen",
    "impl",
    "macro",
    "macro_rules",
    "mod",
    "reuse",
    "safe",
    "static",
    "struct",
    "trait",
    "type",
    "union",
    "unsafe",
    "use",
];

/// Whether it comes next: neither an item nor a macro by its path.
pub(super) fn is_next(input: ParseStream<'_>) -> bool {
    if skip_attributes(input).is_err() || input.parse::<Visibility>().is_err() {
        return false;
    }
    if input.is_empty() || input.peek(Token![::]) {
        return false;
    }
    let is_path = input.peek2(Token![!]) || input.peek2(Token![::]);
    let is_item = |word: Ident| OF_ITEMS.iter().any(|known| word == known);
    !input.call(Ident::parse_any).is_ok_and(|word| is_path || is_item(word))
}

/// Leaves it out. A method that lacks its `fn`, or has another language's word for it, is mended, or its
/// name kept: who looks for it finds it.
pub(super) fn read(input: ParseStream<'_>) -> syn::Result<Member> {
    let whole = input.fork();
    skip(&whole)?;
    let whole = between(input.cursor(), whole.cursor());
    let mut kind = MemberKind::Other;
    if let Ok((name, tokens)) = with_fn.parse2(whole) {
        if let Ok(mended) = method.parse2(tokens.clone()) {
            skip(input)?;
            return Ok(Member { tokens, kind: MemberKind::Method(Box::new(mended)) });
        }
        kind = MemberKind::HalfTyped { name: Some(name), known: TokenStream::new() };
    }
    leave_out(input)?;
    Ok(Member { tokens: TokenStream::new(), kind })
}

fn with_fn(input: ParseStream<'_>) -> syn::Result<(Ident, TokenStream)> {
    let attrs = input.call(Attribute::parse_outer)?;
    let vis: Visibility = input.parse()?;
    let word: Ident = input.parse()?;
    let name = input.parse::<Option<Ident>>()?.unwrap_or(word);
    if !input.peek(token::Paren) && !input.peek(Token![<]) {
        return Err(input.error("no method"));
    }
    let rest: TokenStream = input.parse()?;
    let tokens = quote!(#(#attrs)* #vis fn #name #rest);
    Ok((name, tokens))
}

/// Goes to where a member may begin again.
fn leave_out(input: ParseStream<'_>) -> syn::Result<()> {
    loop {
        let ends = input.peek(Token![;]) || input.peek(Token![,]) || input.peek(token::Brace);
        input.parse::<TokenTree>()?;
        let begins = input.peek(Token![fn]) || input.peek(Token![pub]) || input.peek(Token![#]);
        if ends || begins || input.is_empty() {
            return Ok(());
        }
    }
}

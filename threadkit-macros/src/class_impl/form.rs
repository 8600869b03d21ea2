//! What no compiler can read, whatever it may learn: the outline of a method or a constant is not there.
//!
//! The compiler reads the impl before the attribute does, and has refused it. What is merely unknown here stays apart
//! from its siblings, for the compiler to explain.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Token, Type, Visibility, parenthesized, token};

use super::tokens::skip_attributes;

/// Whether it is a method or a constant without its outline. What just stops is being typed, and refused as well.
pub(super) fn is_refused(tokens: &TokenStream) -> bool {
    outline.parse2(tokens.clone()).is_err() || is_open(tokens)
}

/// Whether it is a constant as this crate reads it.
pub(super) fn is_constant(tokens: &TokenStream) -> bool {
    let constant = |input: ParseStream<'_>| {
        begin(input)?;
        input.parse::<Token![const]>()?;
        input.call(Ident::parse_any)?;
        input.parse::<Token![:]>()?;
        input.parse::<Type>()?;
        if input.parse::<Option<Token![=]>>()?.is_some() {
            input.parse::<Expr>()?;
        }
        input.parse::<Token![;]>()
    };
    constant.parse2(tokens.clone()).is_ok()
}

/// Whether a constant comes next, and not a method that is `const`.
pub(super) fn is_constant_next(input: ParseStream<'_>) -> bool {
    let is_method = |input: ParseStream<'_>| {
        input.peek2(Token![fn])
            || input.peek2(Token![async])
            || input.peek2(Token![unsafe])
            || input.peek2(Token![extern])
    };
    begin(input).is_ok() && input.peek(Token![const]) && !is_method(input)
}

fn begin(input: ParseStream<'_>) -> syn::Result<()> {
    skip_attributes(input)?;
    input.parse::<Visibility>()?;
    Ok(())
}

/// `fn name<..>(..)` and what may follow it; `const NAME: Type = value`; anything that is neither.
fn outline(input: ParseStream<'_>) -> syn::Result<()> {
    begin(input)?;
    if is_constant_next(&input.fork()) {
        constant(input)?;
    } else {
        while !input.is_empty() && !input.peek(Token![fn]) {
            input.parse::<TokenTree>()?;
        }
        if !input.is_empty() {
            method(input)?;
        }
    }
    input.parse::<TokenStream>().map(drop)
}

fn constant(input: ParseStream<'_>) -> syn::Result<()> {
    input.parse::<Token![const]>()?;
    input.call(Ident::parse_any)?;
    if input.peek(Token![<]) {
        return Ok(());
    }
    input.parse::<Token![:]>()?;
    let missing = |input: ParseStream<'_>| {
        input.peek(Token![=]) || input.peek(Token![;]) || input.peek(Token![:])
    };
    let mut is_incomplete = missing(input);
    while !input.is_empty() && !is_incomplete && !input.peek(Token![=]) {
        input.parse::<TokenTree>()?;
    }
    is_incomplete |= input.parse::<Option<Token![=]>>()?.is_some() && missing(input);
    if is_incomplete { Err(input.error("a constant")) } else { Ok(()) }
}

fn method(input: ParseStream<'_>) -> syn::Result<()> {
    input.parse::<Token![fn]>()?;
    input.call(Ident::parse_any)?;
    if input.peek(Token![<]) {
        parameters(input)?;
    }
    let arguments;
    parenthesized!(arguments in input);
    arguments.parse::<TokenStream>()?;
    let is_end = |input: ParseStream<'_>| {
        input.is_empty()
            || input.peek(token::Brace)
            || input.peek(Token![;])
            || input.peek(Token![where])
    };
    if is_end(input) {
        return Ok(());
    }
    input.parse::<Token![->]>()?;
    // Neither nothing nor a second arrow; nor what goes on, as in `-> u8: {`.
    let mut is_type = !is_end(input) && !input.peek(Token![->]);
    loop {
        if is_end(input) {
            return if is_type { Ok(()) } else { Err(input.error("a return type")) };
        }
        let token: TokenTree = input.parse()?;
        is_type &= !(is_end(input)
            && matches!(token, TokenTree::Punct(punct) if matches!(punct.as_char(), ':' | ',' | '&')));
    }
}

/// Goes from `<` behind its `>`.
fn parameters(input: ParseStream<'_>) -> syn::Result<()> {
    let mut depth = 0;
    loop {
        if input.parse::<Option<Token![->]>>()?.is_some() {
            continue;
        }
        match input.parse::<TokenTree>()? {
            TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Ok(());
        }
    }
}

/// Whether a `<` has no `>`, as in `-> Vec< {`.
fn is_open(tokens: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let is = |token: &TokenTree, c: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == c);
    let arrows = tokens.windows(2).filter(|pair| is(&pair[0], '-') && is(&pair[1], '>')).count();
    let count = |c: char| tokens.iter().filter(|token| is(token, c)).count();
    count('<') + arrows > count('>')
}

//! What `local!` says of a declaration that it does not take. The macro itself is one of rules, which
//! can only say that none expected a token; it comes here with what none takes.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::parse::discouraged::Speculative as _;
use syn::parse::{ParseStream, Parser};
use syn::{
    Attribute, Expr, Ident, Meta, Path, Token, Type, Visibility, parenthesized, parse_quote,
};

use crate::base::errors::{Errors, nearest};

const FORM: &str = "help: write `static NAME: Type = value;`";

/// The mistake, and the declarations without it, lest whoever uses them be told too.
pub(crate) fn mistake(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let declarations = |input: ParseStream<'_>| {
        let content;
        parenthesized!(content in input);
        let local: Path = content.call(Path::parse_mod_style)?;
        let declaration = match declaration(input, &mut errors) {
            Ok(declaration) => declaration,
            Err(error) => {
                errors.push(error);
                skip(input)?;
                TokenStream::new()
            }
        };
        let rest: TokenStream = input.parse()?;
        Ok(quote!(#local! { #declaration #rest }))
    };
    let declarations = declarations.parse2(input).unwrap_or_default();
    quote!(#errors #declarations)
}

/// Reads one declaration with its semicolon, and gives it back as it should be.
fn declaration(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<TokenStream> {
    let mut attrs = input.call(Attribute::parse_outer)?;
    for attr in &mut attrs {
        inherits(attr, errors);
    }
    let vis: Visibility = input.parse()?;
    if !input.peek(Token![static]) {
        let token = skip(input)?;
        errors.blame(token, format!("`local!` takes statics, and this is none\n{FORM}"));
        return Ok(TokenStream::new());
    }
    input.parse::<Token![static]>()?;
    if let Some(mutability) = input.parse::<Option<Token![mut]>>()? {
        errors.blame(
            mutability,
            "a thread-local is not `mut`: its key is shared by all threads, and each has its own value\n\
             help: remove `mut`; what changes is in a `Cell` or a `RefCell`",
        );
    }
    let name: Ident = input.parse()?;
    let ty = input.parse::<Token![:]>().and_then(|_| input.parse::<Type>());
    let Ok(ty) = ty else {
        skip(input)?;
        errors.blame(&name, format!("the type of `{name}` is missing\n{FORM}"));
        return Ok(TokenStream::new());
    };
    let value = value(input, &name, errors)?;
    if !input.is_empty() && input.parse::<Option<Token![;]>>()?.is_none() {
        errors.push(input.error("expected `;` between two declarations"));
        input.parse::<Option<Token![,]>>()?;
        if !input.peek(Token![#]) && !input.peek(Token![pub]) && !input.peek(Token![static]) {
            skip(input)?;
        }
    }
    Ok(quote!(#(#attrs)* #vis static #name: #ty = #value;))
}

/// `#[inherit]`, which has no arguments, or a word like it.
fn inherits(attr: &mut Attribute, errors: &mut Errors) {
    let Some(name) = attr.path().get_ident() else { return };
    if nearest(&name.to_string(), ["inherit"]).is_none() {
        return;
    }
    let known = name == "inherit";
    if known && matches!(attr.meta, Meta::Path(_)) {
        return;
    }
    let (blamed, what) = if known {
        let what = "`#[inherit]` takes no arguments: a new thread begins with a clone of its starter's value";
        (attr.meta.to_token_stream().into_iter().last(), what.to_owned())
    } else {
        (
            attr.meta.to_token_stream().into_iter().next(),
            format!("`local!` has no attribute `#[{name}]`"),
        )
    };
    errors.blame(blamed, format!("{what}\nhelp: write `#[inherit]`"));
    attr.meta = parse_quote!(inherit);
}

/// What stands behind `=`.
fn value(input: ParseStream<'_>, name: &Ident, errors: &mut Errors) -> syn::Result<TokenStream> {
    let begun = input.fork();
    begun.parse::<Option<Token![=]>>()?;
    if begun.is_empty() || begun.peek(Token![;]) || begun.peek(Token![,]) {
        input.advance_to(&begun);
        errors.blame(
            name,
            format!(
                "the value of `{name}` is missing: with it begins each thread that uses it\n{FORM}"
            ),
        );
        return Ok(quote!(loop {}));
    }
    if input.peek(Token![==]) || input.peek(Token![=>]) || !input.peek(Token![=]) {
        errors.push(input.error(format!("expected `=` and the value of `{name}`\n{FORM}")));
        // `:=`, `==` and their like.
        while input.parse::<Option<Token![:]>>()?.is_some()
            || input.parse::<Option<Token![=]>>()?.is_some()
            || input.parse::<Option<Token![>]>>()?.is_some()
        {}
    } else {
        input.parse::<Token![=]>()?;
    }
    let is_constant = input.peek(Token![const]);
    let constant = is_constant.then(|| input.parse::<Token![const]>()).transpose()?;
    let value: Expr = input.parse()?;
    Ok(quote!(#constant #value))
}

/// Goes behind the next `;`, and gives back the first token.
fn skip(input: ParseStream<'_>) -> syn::Result<Option<TokenTree>> {
    let mut first = None;
    while !input.is_empty() {
        let ends = input.peek(Token![;]);
        let token: TokenTree = input.parse()?;
        first.get_or_insert(token);
        if ends {
            break;
        }
    }
    Ok(first)
}

//! Reads the head of the impl strictly, and its members one by one: one that cannot be read is
//! kept as tokens, for the compiler to explain.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::quote;
use syn::ext::IdentExt as _;
use syn::parse::discouraged::Speculative as _;
use syn::parse::{ParseStream, Parser};
use syn::{
    Attribute, GenericArgument, GenericParam, ItemImpl, Lifetime, LifetimeParam, PathArguments,
    Token, Type, Visibility, token,
};

use super::form;
use super::model::{ClassImpl, Member, MemberKind};
use super::stray;
use super::tokens::{between, method, skip, skip_attributes};
use crate::base::conditions::{existing, is_compiled_out};
use crate::base::types::sized;

pub(super) fn class_impl(item: TokenStream) -> syn::Result<ClassImpl> {
    let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    let body = match tokens.pop() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => group,
        _ => {
            return Err(syn::Error::new_spanned(item, "expected an impl with a body"));
        }
    };
    let head_tokens: TokenStream = tokens.into_iter().collect();
    let head = head.parse2(quote!(#head_tokens {}))?;
    let (inner_attrs, members, compiled_out) =
        members(false).parse2(body.stream()).or_else(|_| members(true).parse2(body.stream()))?;
    let body_span = body.span();
    Ok(ClassImpl { head, head_tokens, body_span, inner_attrs, members, compiled_out })
}

/// A visibility is read over: the compiler refuses it in words.
fn head(input: ParseStream<'_>) -> syn::Result<ItemImpl> {
    let attrs = input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    let mut head = ItemImpl { attrs, ..input.parse()? };
    head.generics = sized(existing(head.generics));
    let undeclared: Vec<_> = undeclared_lifetimes(&head).cloned().map(LifetimeParam::new).collect();
    let undeclared = undeclared.into_iter().map(GenericParam::Lifetime);
    head.generics.params = undeclared.chain(head.generics.params).collect();
    Ok(head)
}

/// Those of `impl Worker<'a>`: the compiler asks for them there, and need not for each use of the head.
fn undeclared_lifetimes(head: &ItemImpl) -> impl Iterator<Item = &Lifetime> {
    let path = match &*head.self_ty {
        Type::Path(ty) => ty.path.segments.last(),
        _ => None,
    };
    let arguments = path.and_then(|segment| match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    });
    arguments
        .into_iter()
        .flatten()
        .filter_map(|argument| match argument {
            GenericArgument::Lifetime(lifetime) => Some(lifetime),
            _ => None,
        })
        .filter(|lifetime| {
            let is_known = lifetime.ident == "static" || lifetime.ident == "_";
            !is_known && head.generics.lifetimes().all(|declared| declared.lifetime != **lifetime)
        })
}

/// The inner attributes, the members, and the names of those that are compiled out.
type Body = (Vec<Attribute>, Vec<Member>, Vec<Ident>);

fn members(strictly: bool) -> impl Fn(ParseStream<'_>) -> syn::Result<Body> {
    move |input| {
        let inner_attrs = input.call(Attribute::parse_inner)?;
        let (mut members, mut compiled_out) = (Vec::new(), Vec::new());
        while !input.is_empty() {
            let attrs = input.fork().call(Attribute::parse_outer).unwrap_or_default();
            let member = member(input, strictly)?;
            if is_compiled_out(&attrs) {
                compiled_out.extend(member.name().cloned());
            } else {
                members.push(member);
            }
        }
        Ok((inner_attrs, members, compiled_out))
    }
}

/// `strictly`: what is left over in a group, as in `[T N]`, is told only at the end of all.
fn member(input: ParseStream<'_>, strictly: bool) -> syn::Result<Member> {
    let begin = input.cursor();
    let ahead = input.fork();
    let read = method(&ahead).ok();
    let tokens = || between(begin, ahead.cursor());
    if let Some(read) = read.filter(|_| !strictly || method.parse2(tokens()).is_ok()) {
        let tokens = tokens();
        input.advance_to(&ahead);
        return Ok(Member { tokens, kind: MemberKind::Method(Box::new(read)) });
    }
    if stray::is_next(&input.fork()) {
        return stray::read(input);
    }
    for nothing in [empty_attribute, without_a_name] {
        let ahead = input.fork();
        if nothing(&ahead).is_ok() {
            input.advance_to(&ahead);
            return Ok(Member { tokens: TokenStream::new(), kind: MemberKind::Other });
        }
    }
    let is_constant = form::is_constant_next(&input.fork());
    let mut kind = named(&input.fork()).unwrap_or(MemberKind::Other);
    let mut ended = skip(input)?;
    let mut tokens = between(begin, input.cursor());
    if is_constant && !ended {
        // The compiler has asked for the `;`.
        let closed = quote!(#tokens ;);
        ended = form::is_constant(&closed);
        tokens = closed;
    }
    // What the compiler has refused already it would refuse again, with the members that follow.
    if !ended || form::is_refused(&tokens) {
        tokens = TokenStream::new();
    } else if is_constant && !form::is_constant(&tokens) {
        let name = match kind {
            MemberKind::Const { name, .. } => Some(name),
            _ => None,
        };
        kind = MemberKind::HalfTyped { name, known: TokenStream::new() };
    }
    Ok(Member { tokens, kind })
}

/// Goes behind `#[]`, or a `#` before anything else.
fn empty_attribute(input: ParseStream<'_>) -> syn::Result<()> {
    input.parse::<Token![#]>()?;
    if input.peek(token::Bracket) && !input.parse::<Group>()?.stream().is_empty() {
        return Err(input.error("an attribute"));
    }
    Ok(())
}

/// Goes behind a `pub fn` that has neither a name nor anything else: the next member follows.
fn without_a_name(input: ParseStream<'_>) -> syn::Result<()> {
    skip_attributes(input)?;
    input.parse::<Visibility>()?;
    input.parse::<Token![fn]>()?;
    if input.peek(Token![fn]) || input.peek(Token![pub]) || input.peek(Token![#]) {
        return Ok(());
    }
    Err(input.error("a method"))
}

/// What it is by its first words.
fn named(input: ParseStream<'_>) -> syn::Result<MemberKind> {
    let whole = input.fork();
    skip_attributes(input)?;
    input.parse::<Visibility>()?;
    let at = input.cursor();
    let mut word = input.call(Ident::parse_any)?;
    if word == "type" {
        return Ok(MemberKind::Type { name: input.call(Ident::parse_any)? });
    }
    if word == "const" && !input.peek(Token![fn]) && input.peek2(Token![:]) {
        let name = input.call(Ident::parse_any)?;
        skip(input)?;
        return Ok(MemberKind::Const { name, declaration: between(at, input.cursor()) });
    }
    while word != "fn" {
        word = input.call(Ident::parse_any)?;
    }
    let known = known(&whole).unwrap_or_default();
    Ok(MemberKind::HalfTyped { name: input.call(Ident::parse_any).ok(), known })
}

/// A method up to its arguments: who calls it finds it, and hears nothing of the rest. `new` makes the object.
fn known(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let begin = input.cursor();
    let ends = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis);
    skip_attributes(input)?;
    input.parse::<Visibility>()?;
    while !ends(&input.parse()?) {}
    let head = between(begin, input.cursor());
    let known = |output| quote!(#[allow(unused_variables)] #head -> #output { loop {} });
    let sig = method.parse2(known(quote!(!)))?.sig;
    Ok(known(if sig.ident == "new" { quote!(Self) } else { quote!(!) }))
}

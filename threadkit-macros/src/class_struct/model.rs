//! The struct of a class, by the user's own syntax nodes.
//!
//! Its head is read strictly, and its fields only if they can be read: while the author types a
//! field, the class and its methods stay known.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::quote;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser};
use syn::{
    Attribute, Fields, FieldsNamed, FieldsUnnamed, Generics, Member, Token, Type, TypeParam,
    Visibility, token,
};

use crate::base::conditions::{existing, is_compiled_out};
use crate::base::tokens::mentions;
use crate::base::types::sized;

/// A struct under `#[thread_class]`, or the enum or union that stands in its place.
pub(crate) struct Class {
    /// The whole item, as written.
    pub(crate) item: TokenStream,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    /// `struct`, `enum` or `union`.
    pub(crate) keyword: Ident,
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    /// `None` while they are half-typed, and for what has no fields of its own.
    pub(crate) fields: Option<Fields>,
}

impl Class {
    /// `#[repr(packed)]`
    pub(crate) fn is_packed(&self) -> bool {
        self.attrs.iter().any(|attr| attr.path().is_ident("repr") && mentions(attr, "packed"))
    }

    /// Whether the field's type is a parameter of the class, which the compiler tells to bound where it lacks a trait.
    pub(super) fn is_parameter(&self, field: &Member) -> bool {
        let fields = self.fields.iter().flat_map(Fields::members).zip(self.fields.iter().flatten());
        let ty = fields.into_iter().find_map(|(member, of)| (member == *field).then_some(&of.ty));
        let is = |parameter: &TypeParam| matches!(ty, Some(Type::Path(ty)) if ty.path.is_ident(&parameter.ident));
        self.generics.type_params().any(is)
    }
}

pub(super) fn parse(item: TokenStream) -> syn::Result<Class> {
    let head = |input: ParseStream<'_>| {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis: Visibility = input.parse()?;
        let keyword = input.call(Ident::parse_any)?;
        let ident = input.parse()?;
        let mut generics: Generics = input.parse()?;
        generics.where_clause = input.parse()?;
        let fields = if keyword == "struct" { fields(input) } else { None };
        let rest: TokenStream = input.parse()?;
        if generics.where_clause.is_none() {
            generics.where_clause = where_clause_after_fields(rest);
        }
        Ok((attrs, vis, keyword, ident, generics, fields))
    };
    let (attrs, vis, keyword, ident, generics, fields) = head.parse2(item.clone())?;
    let (generics, fields) = (sized(existing(generics)), fields.map(existing_fields));
    Ok(Class { item: closed(item), attrs, vis, keyword, ident, generics, fields })
}

/// A tuple struct with the `;` that it may lack: the compiler has asked for it, and would then stumble over
/// what is made for the class.
fn closed(mut item: TokenStream) -> TokenStream {
    let last = item.clone().into_iter().last();
    if matches!(last, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis)
    {
        item.extend(quote!(;));
    }
    item
}

/// The fields, if they can be read; the input stands behind them in any case.
fn fields(input: ParseStream<'_>) -> Option<Fields> {
    if input.peek(token::Brace) {
        tokens_of_group(input)
            .and_then(|group| syn::parse2::<FieldsNamed>(group).ok())
            .map(Fields::Named)
    } else if input.peek(token::Paren) {
        tokens_of_group(input)
            .and_then(|group| syn::parse2::<FieldsUnnamed>(group).ok())
            .map(Fields::Unnamed)
    } else {
        Some(Fields::Unit)
    }
}

fn existing_fields(mut fields: Fields) -> Fields {
    let all = match &mut fields {
        Fields::Named(fields) => &mut fields.named,
        Fields::Unnamed(fields) => &mut fields.unnamed,
        Fields::Unit => return fields,
    };
    *all = std::mem::take(all).into_iter().filter(|field| !is_compiled_out(&field.attrs)).collect();
    fields
}

fn tokens_of_group(input: ParseStream<'_>) -> Option<TokenStream> {
    input.parse::<Group>().ok().map(|group| TokenTree::Group(group).into())
}

/// The where clause of a tuple struct.
fn where_clause_after_fields(rest: TokenStream) -> Option<syn::WhereClause> {
    let clause = |input: ParseStream<'_>| {
        let clause = input.parse()?;
        input.parse::<Token![;]>()?;
        Ok(clause)
    };
    clause.parse2(rest).ok().flatten()
}

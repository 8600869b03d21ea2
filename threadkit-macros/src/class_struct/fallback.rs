//! What stands in for a struct that could be no class. None of this can make wrong code compile: it is
//! only written beside a `compile_error!`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Fields, parse_quote};

use super::model::Class;
use crate::types::has_no_size;

/// The struct with a box around each field that has no size, lest all that is made for the class
/// tell of it.
pub(super) fn boxed(class: &Class) -> Option<TokenStream> {
    let mut fields = class.fields.clone()?;
    if !fields.iter().any(|field| has_no_size(&field.ty)) {
        return None;
    }
    for field in &mut fields {
        if has_no_size(&field.ty) {
            let ty = &field.ty;
            field.ty = parse_quote!(::std::boxed::Box<#ty>);
        }
    }
    let Class { attrs, vis, keyword, ident, generics, .. } = class;
    let bounds = &generics.where_clause;
    let rest = match &fields {
        Fields::Unnamed(fields) => quote!(#fields #bounds;),
        fields => quote!(#bounds #fields),
    };
    Some(quote!(#(#attrs)* #vis #keyword #ident #generics #rest))
}

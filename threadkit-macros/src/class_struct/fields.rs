//! What the struct says of its fields, so that one that cannot go to the thread is blamed where it
//! stands. Of a class with parameters nobody can tell before these are known: there the compiler
//! checks the class as a whole, at the receiver of `run`.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Token, Type};

use super::model::Class;
use crate::base::tokens::{ends, located_at, mentions};
use crate::base::types::in_constant;

/// The checks of all fields, as statements; of the class as a whole where its fields cannot be read.
pub(super) fn checks(class: &Class) -> Option<TokenStream> {
    let ident = &class.ident;
    let (_, arguments, _) = class.generics.split_for_impl();
    let whole = quote!(#ident #arguments);
    let constant = in_constant(whole.clone(), &class.generics)?;
    let checks: Vec<_> = match &class.fields {
        Some(fields) => fields.iter().filter_map(|field| check_of(&field.ty)).collect(),
        None if class.keyword == "struct" => vec![check(&whole)],
        None => return None,
    };
    (!checks.is_empty()).then(|| {
        quote! {
            use __threadkit::fields::Unknown as _;
            type __Fault = __threadkit::fields::Fault<{
                __threadkit::fields::fault(
                    __threadkit::fields::Probe::<#constant>::SEND,
                    __threadkit::fields::Probe::<#constant>::SYNC,
                    __threadkit::fields::Probe::<#constant>::SHARED,
                )
            }>;
            #(#checks)*
        }
    })
}

/// The check of a field, unless the compiler refuses its type, and would do so again here.
fn check_of(ty: &Type) -> Option<TokenStream> {
    (!mentions(ty, "impl")).then(|| check(&ty.to_token_stream()))
}

/// The check of one type, located there, from the first token to the last.
fn check(ty: &TokenStream) -> TokenStream {
    let (begin, end) = ends(ty.clone()).unwrap_or_else(|| (ty.span(), ty.span()));
    let (span, end) = (located_at(begin), Token![>](located_at(end)));
    quote_spanned! {span=>
        __threadkit::fields::check_field::<
            Self,
            __threadkit::fields::Sent<#ty, __Fault #end,
            __threadkit::fields::Shared<#ty, __Fault #end,
        >();
    }
}

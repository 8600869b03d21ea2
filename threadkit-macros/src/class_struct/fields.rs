//! What the struct says of its fields, so that one that cannot go to the thread is blamed where it
//! stands. Of a class with parameters nobody can tell before these are known: there the compiler
//! checks the class as a whole, at the receiver of `run`.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Field, Token};

use super::model::Class;
use crate::base::tokens::{ends, located_at};
use crate::base::types::in_constant;

/// What the declaration says of the fields, and the check of each.
#[derive(Default)]
pub(super) struct Fields {
    pub(super) declared: TokenStream,
    pub(super) checks: TokenStream,
}

impl Fields {
    pub(super) fn of(class: &Class) -> Self {
        Self::known(class).unwrap_or_default()
    }

    fn known(class: &Class) -> Option<Self> {
        let fields = class.fields.as_ref().filter(|fields| !fields.is_empty())?;
        let ident = &class.ident;
        let (_, arguments, _) = class.generics.split_for_impl();
        let constant = in_constant(quote!(#ident #arguments), &class.generics)?;
        let declared = quote! {
            const FIELDS: __threadkit::fields::FieldsOf = {
                use __threadkit::fields::Unknown as _;
                __threadkit::fields::FieldsOf {
                    sent: __threadkit::fields::Probe::<Self>::SEND,
                    shared: __threadkit::fields::Probe::<Self>::SEND
                        && __threadkit::fields::Probe::<Self>::SYNC,
                }
            };
        };
        let checks = fields.iter().map(check);
        let checks = quote! {
            use __threadkit::fields::Unknown as _;
            const __UNSENT: bool = !__threadkit::fields::Probe::<#constant>::SEND;
            const __UNSHARED: bool = !__UNSENT
                && !__threadkit::fields::Probe::<#constant>::SYNC
                && __threadkit::fields::Probe::<#constant>::SHARED;
            #(#checks)*
        };
        Some(Self { declared, checks })
    }
}

/// The check of one field, located at its type, from the first token to the last.
fn check(field: &Field) -> TokenStream {
    let ty = &field.ty;
    let (begin, end) = ends(ty.to_token_stream()).unwrap_or_else(|| (ty.span(), ty.span()));
    let (span, end) = (located_at(begin), Token![>](located_at(end)));
    quote_spanned! {span=>
        __threadkit::fields::check_field::<
            Self,
            __threadkit::fields::Blamed<#ty, __UNSENT #end,
            __threadkit::fields::Blamed<#ty, __UNSHARED #end,
        >();
    }
}

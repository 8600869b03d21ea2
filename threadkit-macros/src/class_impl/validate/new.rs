//! What `new` must be. Whether its return type is one of the three, the compiler tells: an alias
//! hides it from a macro.

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::ReturnType;

use super::{Method, refuse_qualifiers, span_of};
use crate::errors::Errors;

const RETURNS: &str =
    "help: return `Self`, `Result<Self, E>` or `Option<Self>`, or give this function another name";

pub(super) fn check(new: &Method, errors: &mut Errors) {
    let sig = &new.sig;
    refuse_qualifiers(
        new,
        [(
            "async",
            span_of(sig.asyncness.as_ref()),
            "it makes the object, before there is a thread\nhelp: await first and pass the result to `new`, \
             or give this function another name",
        )],
        errors,
    );
    if let Some(receiver) = sig.receiver() {
        errors.blame(
            receiver,
            "`new` makes the object, so it has none to take\nhelp: remove the receiver, or give this method another name",
        );
    }
    match &sig.output {
        ReturnType::Default => {
            errors.blame(&sig.ident, format!("`new` of a thread class makes the object, and this one returns nothing\n{RETURNS}"));
        }
        ReturnType::Type(_, ty) => {
            if let Some(word) = opaque(ty) {
                errors.blame(word, format!("`new` of a thread class makes the object, and this one hides what it makes\n{RETURNS}"));
            }
        }
    }
}

/// The `impl` of a return type `impl Trait`.
fn opaque(ty: &syn::Type) -> Option<TokenTree> {
    let first = ty.to_token_stream().into_iter().next()?;
    matches!(&first, TokenTree::Ident(word) if word == "impl").then_some(first)
}

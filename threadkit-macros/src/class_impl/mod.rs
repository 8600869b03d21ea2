//! `#[thread_class]` on the impl.

mod expand;
mod fallback;
mod model;
mod options;
mod parse;
mod stray;
mod validate;

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;

pub(crate) fn expand(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let runtime = options::read(arguments, &mut errors);
    match parse::class_impl(item.clone()) {
        Ok(class_impl) => {
            let verdict = validate::class_impl(&class_impl, &mut errors);
            let expanded = match verdict {
                Some(verdict) => expand::class_impl(&class_impl, &verdict, &runtime),
                None => fallback::refused_impl(&class_impl, item, &runtime),
            };
            quote!(#errors #expanded)
        }
        Err(error) => {
            errors.push(error);
            quote!(#errors #item)
        }
    }
}

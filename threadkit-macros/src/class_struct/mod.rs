//! `#[thread_class]` on the struct.

mod expand;
mod fallback;
mod fields;
mod model;
mod options;
mod parse;
mod validate;

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;

pub(crate) fn expand(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    match parse::class(item.clone()) {
        Ok(class) => {
            let options = options::read(arguments, &mut errors);
            let options = validate::class(&class, options, &mut errors);
            let expanded = expand::class(&class, &options, errors.len() == 0);
            quote!(#errors #expanded)
        }
        Err(error) => {
            errors.push(error);
            quote!(#errors #item)
        }
    }
}

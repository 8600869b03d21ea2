//! `#[thread_class]` on the struct.

mod expand;
mod fields;
mod model;
mod name_format;
mod options;
mod validate;

use proc_macro2::TokenStream;
use quote::quote;

use crate::base::conditions::is_compiled_out;
use crate::base::errors::Errors;

pub(crate) fn expand(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    match model::parse(item.clone()) {
        Ok(class) if is_compiled_out(&class.attrs) => class.item,
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

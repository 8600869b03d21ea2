//! `#[threadkit::main]`.

mod duration;
mod expand;
mod model;
mod options;
mod parse;
mod validate;

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;

/// The attribute as messages name it.
pub(crate) const PLACE: &str = "`#[threadkit::main]`";

pub(crate) fn expand(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = options::read(arguments, &mut errors);
    match parse::entry(item) {
        Ok(entry) => {
            let holds = validate::entry(&entry, &mut errors);
            // As written, but for what is refused, which would only be refused a second time.
            let expanded =
                if holds { expand::entry(&entry, &options) } else { expand::stub(&entry) };
            quote!(#errors #expanded)
        }
        Err(error) => {
            errors.push(error);
            quote!(#errors #item)
        }
    }
}

//! `#[thread_class]` on the impl.

mod expand;
mod fallback;
mod form;
mod items;
mod model;
mod parse;
mod stray;
mod tokens;
mod validate;

use proc_macro2::TokenStream;
use quote::quote;

use crate::base::conditions::is_compiled_out;
use crate::base::errors::Errors;
use crate::base::options::Place;
use crate::base::tokens::Runtime;

pub(crate) fn expand(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let runtime = runtime(arguments, &mut errors);
    match parse::class_impl(item.clone()) {
        Ok(class_impl) if is_compiled_out(&class_impl.head.attrs) => item.clone(),
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

/// The only option on an impl: where the runtime is found.
fn runtime(arguments: TokenStream, errors: &mut Errors) -> Runtime {
    let arguments = Place::Impl.read(arguments, errors);
    arguments.first().and_then(|argument| argument.runtime(errors)).unwrap_or_default()
}

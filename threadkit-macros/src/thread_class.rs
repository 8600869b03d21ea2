//! `#[thread_class]`: on a struct, on its impl, or where it cannot be.

use proc_macro2::TokenStream;
use quote::quote;

use crate::base::conditions::split;
use crate::base::errors::Errors;
use crate::base::item_kind::ItemKind;
use crate::base::options::Place;
use crate::base::tokens::attribute_named;
use crate::{class_impl, class_struct};

pub(crate) fn expand(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    if let Some(second) = attribute_named(item, "thread_class") {
        let mut errors = Errors::default();
        errors.blame(
            second,
            "`#[thread_class]` is given twice\nhelp: remove one, and keep the options in the other",
        );
        // The second makes the class.
        return quote!(#errors #item);
    }
    let kind = ItemKind::of(item);
    if !matches!(kind, ItemKind::Other { .. }) {
        let attribute = attribute(&arguments);
        if let Some(both) = split(&attribute, item) {
            return both;
        }
    }
    match kind {
        ItemKind::Class => class_struct::expand(arguments, item),
        ItemKind::Impl => class_impl::expand(arguments, item),
        ItemKind::Other { keyword, what } => {
            let mut errors = Errors::default();
            errors.blame(
                keyword,
                format!(
                    "`#[thread_class]` makes a class of a struct, and this is {what}\n\
                     help: put it on the struct, and on the impl that holds `run`"
                ),
            );
            quote!(#errors #item)
        }
    }
}

/// This attribute, as it is written where it comes back.
fn attribute(arguments: &TokenStream) -> TokenStream {
    // What is wrong with them is told there.
    let options = Place::Impl.read(arguments.clone(), &mut Errors::default());
    let runtime = options.first().and_then(|option| option.runtime(&mut Errors::default()));
    let path = runtime.unwrap_or_default().path();
    quote!(#[#path::thread_class(#arguments)])
}

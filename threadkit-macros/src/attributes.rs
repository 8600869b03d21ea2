//! Other attributes beside those of this crate.

use proc_macro2::TokenStream;
use syn::Attribute;
use syn::parse::{ParseStream, Parser};

/// Those that decide whether something exists at all.
pub(crate) fn conditions(attrs: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("cfg"))
}

/// The attribute of the item whose name is `name`, wherever it comes from.
pub(crate) fn attribute_named(item: &TokenStream, name: &str) -> Option<Attribute> {
    let attributes = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<TokenStream>()?;
        Ok(attributes)
    };
    let is_named =
        |attr: &Attribute| attr.path().segments.last().is_some_and(|last| last.ident == name);
    attributes.parse2(item.clone()).ok()?.into_iter().find(is_named)
}

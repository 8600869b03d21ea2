//! Reads `fn main`.

use proc_macro2::TokenStream;
use syn::Attribute;
use syn::parse::{ParseStream, Parser};

use super::PLACE;
use super::model::Entry;
use crate::item_kind::ItemKind;

pub(super) fn entry(item: &TokenStream) -> syn::Result<Entry> {
    let (keyword, what) = match ItemKind::of(item) {
        ItemKind::Other { what: "a function", .. } => return function.parse2(item.clone()),
        ItemKind::Other { keyword, what } => (keyword, what),
        ItemKind::Class => (item.clone(), "a type"),
        ItemKind::Impl => (item.clone(), "an impl"),
    };
    Err(syn::Error::new_spanned(keyword, format!("{PLACE} goes on `fn main`, and this is {what}")))
}

fn function(input: ParseStream<'_>) -> syn::Result<Entry> {
    Ok(Entry {
        attrs: input.call(Attribute::parse_outer)?,
        vis: input.parse()?,
        sig: input.parse()?,
        body: input.parse()?,
    })
}

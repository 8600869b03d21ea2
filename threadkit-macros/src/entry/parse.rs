//! Reads `fn main`.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Token};

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
    let attrs = input.call(Attribute::parse_outer)?;
    let vis = input.parse()?;
    let sig = input.parse()?;
    let is_there = input.parse::<Option<Token![;]>>()?.is_none();
    let body = is_there.then(|| input.parse()).transpose()?;
    Ok(Entry { attrs, vis, sig, body })
}

//! `#[threadkit::main]` and `#[threadkit::test]`.

mod expand;
mod options;
mod validate;

use proc_macro2::{Group, TokenStream};
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Signature, Token, Visibility};

use crate::base::errors::Errors;
use crate::base::item_kind::ItemKind;
use crate::base::options::Place;

pub(crate) fn main(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = options::of_main(arguments, &mut errors);
    expand(Place::Main, item, errors, |entry, errors| {
        // As written, but for what is refused, which would only be refused a second time.
        let holds = validate::main(entry, errors);
        if holds { expand::main(entry, &options) } else { expand::stub_of_main(entry) }
    })
}

pub(crate) fn test(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = options::of_test(arguments, &mut errors);
    expand(Place::Test, item, errors, |entry, errors| {
        let holds = validate::test(entry, errors);
        if holds { expand::test(entry, &options) } else { expand::stub_of_test(entry) }
    })
}

fn expand(
    place: Place,
    item: &TokenStream,
    mut errors: Errors,
    function: impl FnOnce(&Entry, &mut Errors) -> TokenStream,
) -> TokenStream {
    match parse(place, item) {
        Ok(entry) => {
            let expanded = function(&entry, &mut errors);
            quote!(#errors #expanded)
        }
        Err(error) => {
            errors.push(error);
            quote!(#errors #item)
        }
    }
}

/// A function under one of the attributes. Its body stays opaque.
struct Entry {
    attrs: Vec<Attribute>,
    vis: Visibility,
    sig: Signature,
    /// `None` where a `;` stands in its place.
    body: Option<Group>,
}

fn parse(place: Place, item: &TokenStream) -> syn::Result<Entry> {
    let (keyword, what) = match ItemKind::of(item) {
        ItemKind::Other { what: "a function", .. } => return Entry::parse.parse2(item.clone()),
        ItemKind::Other { keyword, what } => (keyword, what),
        ItemKind::Class => (item.clone(), "a type"),
        ItemKind::Impl => (item.clone(), "an impl"),
    };
    let goes_on = if place == Place::Test { "a function" } else { "`fn main`" };
    Err(syn::Error::new_spanned(keyword, format!("{place} goes on {goes_on}, and this is {what}")))
}

impl Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let sig = input.parse()?;
        let is_there = input.parse::<Option<Token![;]>>()?.is_none();
        let body = is_there.then(|| input.parse()).transpose()?;
        Ok(Self { attrs, vis, sig, body })
    }
}

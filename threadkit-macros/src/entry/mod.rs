//! `#[threadkit::main]`.

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

/// The attribute as messages name it.
const PLACE: Place = Place::Main;

pub(crate) fn expand(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = options::read(arguments, &mut errors);
    match parse(item) {
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

/// A function under `#[threadkit::main]`. Its body stays opaque.
struct Entry {
    attrs: Vec<Attribute>,
    vis: Visibility,
    sig: Signature,
    /// `None` where a `;` stands in its place.
    body: Option<Group>,
}

fn parse(item: &TokenStream) -> syn::Result<Entry> {
    let (keyword, what) = match ItemKind::of(item) {
        ItemKind::Other { what: "a function", .. } => return Entry::parse.parse2(item.clone()),
        ItemKind::Other { keyword, what } => (keyword, what),
        ItemKind::Class => (item.clone(), "a type"),
        ItemKind::Impl => (item.clone(), "an impl"),
    };
    Err(syn::Error::new_spanned(keyword, format!("{PLACE} goes on `fn main`, and this is {what}")))
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

//! The struct of a class, by the user's own syntax nodes.

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Fields, Generics, Visibility};

/// A struct under `#[thread_class]`, or the enum or union that stands in its place.
pub(crate) struct Class {
    /// The whole item, as written.
    pub(crate) item: TokenStream,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    /// `struct`, `enum` or `union`.
    pub(crate) keyword: Ident,
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    /// `None` while they are half-typed, and for what has no fields of its own.
    pub(crate) fields: Option<Fields>,
}

//! `fn main`, by the user's own syntax nodes.

use proc_macro2::Group;
use syn::{Attribute, Signature, Visibility};

/// A function under `#[threadkit::main]`. Its body stays opaque.
pub(crate) struct Entry {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// `None` where a `;` stands in its place.
    pub(crate) body: Option<Group>,
}

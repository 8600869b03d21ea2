//! The impl of a class, by the user's own syntax nodes.

use proc_macro2::{Group, Ident, Span, TokenStream};
use syn::ext::IdentExt as _;
use syn::{Attribute, ItemImpl, ReturnType, Signature, Visibility};

/// An impl block under `#[thread_class]`.
pub(crate) struct ClassImpl {
    /// All but the body, which is empty here.
    pub(crate) head: ItemImpl,
    /// The tokens of the head, as written.
    pub(crate) head_tokens: TokenStream,
    /// Where the body's braces stand.
    pub(crate) body_span: Span,
    /// The body's `#![..]` attributes.
    pub(crate) inner_attrs: Vec<Attribute>,
    pub(crate) members: Vec<Member>,
    /// The names of the members that a `#[cfg(..)]` keeps out.
    pub(crate) compiled_out: Vec<Ident>,
}

/// Something in the body.
pub(crate) struct Member {
    /// As written.
    pub(crate) tokens: TokenStream,
    pub(crate) kind: MemberKind,
}

pub(crate) enum MemberKind {
    Method(Box<Method>),
    /// A constant; the tokens are those from `const` on.
    Const {
        name: Ident,
        declaration: TokenStream,
    },
    Type {
        name: Ident,
    },
    /// A method whose signature cannot be read.
    HalfTyped {
        /// `None` while it has none.
        name: Option<Ident>,
        /// The method as far as it is known: it returns whatever is expected of it.
        known: TokenStream,
    },
    /// A macro, or what nobody can read.
    Other,
}

/// A method or associated function. Its body stays opaque: while it is being typed, the method
/// and its siblings stay known.
pub(crate) struct Method {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// `None` where a `;` stands in its place.
    pub(crate) body: Option<Group>,
}

impl Member {
    pub(crate) fn method(&self) -> Option<&Method> {
        match &self.kind {
            MemberKind::Method(method) => Some(method),
            _ => None,
        }
    }

    pub(crate) fn is_half_typed(&self) -> bool {
        matches!(self.kind, MemberKind::HalfTyped { .. })
    }

    /// Whether it has a condition, which beside half-typed code is not settled.
    pub(crate) fn is_conditional(&self) -> bool {
        let is_condition = |attr: &Attribute| attr.path().is_ident("cfg");
        self.method().is_some_and(|method| method.attrs.iter().any(is_condition))
    }

    pub(crate) fn name(&self) -> Option<&Ident> {
        match &self.kind {
            MemberKind::Method(method) => Some(&method.sig.ident),
            MemberKind::Const { name, .. } | MemberKind::Type { name } => Some(name),
            MemberKind::HalfTyped { name, .. } => name.as_ref(),
            MemberKind::Other => None,
        }
    }

    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name().is_some_and(|ident| ident.unraw() == name)
    }
}

impl Method {
    pub(crate) fn returns_nothing(&self) -> bool {
        matches!(self.sig.output, ReturnType::Default)
    }
}

impl ClassImpl {
    pub(crate) fn methods(&self, name: &str) -> impl Iterator<Item = &Method> {
        self.members.iter().filter(move |member| member.is_named(name)).filter_map(Member::method)
    }
}

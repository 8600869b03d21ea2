//! The path under which generated code finds the runtime crate.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use crate::spans::located_at;

/// `::threadkit`, or the path of the `crate` option.
#[derive(Clone)]
pub(crate) enum Runtime {
    Default(Span),
    Given(syn::Path),
}

impl Default for Runtime {
    fn default() -> Self {
        Self::Default(Span::call_site())
    }
}

impl Runtime {
    /// The same path, for code that stands for what the user wrote at `user`.
    pub(crate) fn at(&self, user: Span) -> Self {
        match self {
            Self::Default(_) => Self::Default(located_at(user)),
            Self::Given(path) => Self::Given(path.clone()),
        }
    }
}

impl ToTokens for Runtime {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Default(span) => tokens.extend(quote_spanned!(*span=> ::threadkit)),
            Self::Given(path) => path.to_tokens(tokens),
        }
    }
}

//! Where generated code finds the runtime crate.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned as _;

use crate::base::tokens::located_at;

/// `::threadkit`, or the path of the `crate` option.
///
/// Generated code imports it, rather than have the path wherever something of it is needed: where it
/// cannot be found, there is one error.
#[derive(Default)]
pub(crate) struct Runtime(pub(crate) Option<syn::Path>);

impl Runtime {
    /// The items in a scope of their own, in which the runtime is `__threadkit`.
    pub(crate) fn scope(&self, items: &TokenStream) -> TokenStream {
        let import = self.import_as(&format_ident!("__threadkit"));
        quote! {
            const _: () = {
                #import
                #items
            };
        }
    }

    pub(crate) fn path(&self) -> TokenStream {
        self.0.as_ref().map_or_else(|| quote!(::threadkit), ToTokens::to_token_stream)
    }

    /// The import under `name`, located at the path, which is to blame if there is nothing there.
    pub(crate) fn import_as(&self, name: &Ident) -> TokenStream {
        let path = self.path();
        let span = self.0.as_ref().map_or_else(Span::call_site, |path| located_at(path.span()));
        let mut name = name.clone();
        name.set_span(span);
        quote! {
            #[allow(unused_imports)]
            use #path as #name;
        }
    }
}

//! Where generated code finds the runtime crate.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Attribute;
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
    pub(crate) fn scope<'a>(
        &self,
        conditions: impl IntoIterator<Item = &'a Attribute>,
        items: &TokenStream,
    ) -> TokenStream {
        let conditions = conditions.into_iter();
        let import = self.import_as(&format_ident!("__threadkit"));
        quote! {
            #(#conditions)*
            const _: () = {
                #import
                #items
            };
        }
    }

    /// The import under `name`, located at the path, which is to blame if there is nothing there.
    pub(crate) fn import_as(&self, name: &Ident) -> TokenStream {
        let (path, span) = match &self.0 {
            Some(path) => (path.to_token_stream(), located_at(path.span())),
            None => (quote!(::threadkit), Span::call_site()),
        };
        let mut name = name.clone();
        name.set_span(span);
        quote! {
            #[allow(unused_imports)]
            use #path as #name;
        }
    }
}

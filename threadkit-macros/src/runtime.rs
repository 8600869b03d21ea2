//! Where generated code finds the runtime crate.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Attribute;

/// `::threadkit`, or the path of the `crate` option.
///
/// Generated code imports it once, as `__threadkit`, rather than have the path wherever something
/// of it is needed: where it cannot be found, there is one error.
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
        let import = self.import();
        quote! {
            #(#conditions)*
            const _: () = {
                #import
                #items
            };
        }
    }

    pub(crate) fn import(&self) -> TokenStream {
        let path = self.0.as_ref().map_or_else(|| quote!(::threadkit), ToTokens::to_token_stream);
        quote! {
            #[allow(unused_imports)]
            use #path as __threadkit;
        }
    }
}

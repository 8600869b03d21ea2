//! Looking at tokens that stay as they are, and placing those that are made; where they find the runtime crate.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::Attribute;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned as _;

/// Whether `word` occurs in the tokens.
pub(crate) fn mentions(tokens: impl ToTokens, word: &str) -> bool {
    let text = tokens.into_token_stream().to_string();
    text.split(|c: char| c != '_' && !c.is_alphanumeric()).any(|found| found == word)
}

/// Where the first and the last token stand, also behind the invisible delimiters of a fragment of
/// `macro_rules!`, which are located at the fragment's name in the macro.
pub(crate) fn ends(tokens: TokenStream) -> Option<(Span, Span)> {
    let mut all = tokens.into_iter().filter_map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => ends(group.stream()),
        token => Some((token.span(), token.span())),
    });
    let first = all.next()?;
    let last = all.last().unwrap_or(first);
    Some((first.0, last.1))
}

/// The span for generated tokens that stand for what the user wrote at `user`.
///
/// Located there, so that messages point at the user's token; resolved at the call site, since a
/// name made by this macro at a `macro_rules!` span would be out of reach of its own uses.
pub(crate) fn located_at(user: Span) -> Span {
    Span::call_site().located_at(user)
}

/// The attribute of the item whose name is `name`, wherever it comes from.
pub(crate) fn attribute_named(item: &TokenStream, name: &str) -> Option<Attribute> {
    let attributes = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<TokenStream>()?;
        Ok(attributes)
    };
    let is_named =
        |attr: &Attribute| attr.path().segments.last().is_some_and(|last| last.ident == name);
    attributes.parse2(item.clone()).ok()?.into_iter().find(is_named)
}

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

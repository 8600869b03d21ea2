//! A `main` that runs the user's and then waits for the threads.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Attribute, ReturnType};

use super::Entry;
use super::options::{EntryOptions, ReportAfter, Stop};
use crate::base::duration;
use crate::base::tokens::located_at;

pub(super) fn entry(entry: &Entry, options: &EntryOptions) -> TokenStream {
    let Entry { attrs, vis, sig, body } = entry;
    let (outer, inner): (Vec<_>, Vec<_>) = attrs.iter().partition(|attr| is_of_the_item(attr));
    let returned = match &sig.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => sig.ident.span(),
    };
    let span = located_at(sig.ident.span());
    let import = options.runtime.import_as(&format_ident!("__threadkit"));
    let setters = setters(options);
    let main = &sig.ident;
    let call = {
        let span = located_at(returned);
        let mut body = main.clone();
        body.set_span(main.span().located_at(returned));
        quote_spanned!(span=>
            __threadkit::attribute::main(
                __threadkit::attribute::MainOptions::new() #setters,
                #body,
                |__output| __threadkit::__private::error_of_main!(__output),
            )
        )
    };
    quote_spanned! {span=>
        #(#outer)*
        #vis fn #main() -> ::std::process::ExitCode {
            #(#inner)*
            #[allow(clippy::unnecessary_wraps)]
            #sig #body

            #import
            #call
        }
    }
}

/// What stands in for a `main` that was refused: its body is looked at, and there is a `main`.
pub(super) fn stub(entry: &Entry) -> TokenStream {
    let Entry { attrs, vis, sig, body } = entry;
    let body = body.as_ref().map_or_else(|| quote!({ loop {} }), ToTokens::to_token_stream);
    if sig.ident != "main" {
        return quote!(#(#attrs)* #vis #sig #body);
    }
    let outer = attrs.iter().filter(|attr| is_of_the_item(attr));
    quote! {
        #(#outer)*
        #vis fn main() {
            #[allow(dead_code)]
            #sig #body
        }
    }
}

/// Whether an attribute is about the item itself, and not about the code in it.
fn is_of_the_item(attr: &Attribute) -> bool {
    ["cfg", "doc"].iter().any(|name| attr.path().is_ident(name))
}

fn setters(options: &EntryOptions) -> TokenStream {
    let mut setters = TokenStream::new();
    setters.extend(options.report_after.map(|after| match after {
        ReportAfter::Time(after) => {
            let after = duration::tokens(after);
            quote!(.report_after(__threadkit::__private::Option::Some(#after)))
        }
        ReportAfter::Never => quote!(.report_after(__threadkit::__private::Option::None)),
    }));
    setters.extend(options.stop.map(|stop| match stop {
        Stop::Daemons => quote!(.stop_daemons()),
        Stop::All => quote!(.stop_all()),
    }));
    if let Some(grace) = options.grace {
        let grace = duration::tokens(grace);
        setters.extend(quote!(.grace(#grace)));
    }
    setters
}

//! A `main` that runs the user's and then waits for the threads; a test that does so, and judges them.

use std::time::Duration;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, Ident, ReturnType, Signature, Type};

use super::Entry;
use super::options::{MainOptions, ReportAfter, Stop, TestOptions};
use crate::base::duration;
use crate::base::tokens::located_at;

pub(super) fn main(entry: &Entry, options: &MainOptions) -> TokenStream {
    let Entry { attrs, vis, sig, body } = entry;
    let (outer, inner): (Vec<_>, Vec<_>) = attrs.iter().partition(|attr| is_of_the_item(attr));
    let span = located_at(sig.ident.span());
    let import = options.runtime.import_as(&format_ident!("__threadkit"));
    let setters = setters_of_main(options);
    let main = &sig.ident;
    let call = {
        let (span, body) = body_returning(sig);
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
pub(super) fn stub_of_main(entry: &Entry) -> TokenStream {
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

/// A test that runs the user's. All attributes stay on it: who made them goes by what a test looks like, and lints
/// hold for the function inside, too.
pub(super) fn test(entry: &Entry, options: &TestOptions) -> TokenStream {
    let Entry { attrs, vis, sig, body } = entry;
    let span = located_at(sig.ident.span());
    let import = options.runtime.import_as(&format_ident!("__threadkit"));
    let is_unit = match &sig.output {
        ReturnType::Default => true,
        ReturnType::Type(_, ty) => matches!(&**ty, Type::Tuple(tuple) if tuple.elems.is_empty()),
    };
    let should_panic = attrs.iter().any(|attr| attr.path().is_ident("should_panic"));
    let setters = setters_of_test(options, should_panic);
    let (test, name) = (&sig.ident, sig.ident.unraw().to_string());
    let call = {
        let (span, body) = body_returning(sig);
        quote_spanned!(span=>
            __threadkit::attribute::test(
                __threadkit::attribute::TestOptions::new(__threadkit::__private::module_path!(), #name) #setters,
                #body,
            )
        )
    };
    // `#[should_panic]` goes with no other type than this.
    let (output, end) = if is_unit {
        (TokenStream::new(), quote_spanned!(span=> ;))
    } else {
        (quote_spanned!(span=> -> ::std::process::ExitCode), TokenStream::new())
    };
    quote_spanned! {span=>
        #[::core::prelude::v1::test]
        #(#attrs)*
        #vis fn #test() #output {
            #[allow(clippy::unnecessary_wraps)]
            #sig #body

            #import
            #call #end
        }
    }
}

/// What stands in for a test that was refused: its body is looked at, if the function can be one.
pub(super) fn stub_of_test(entry: &Entry) -> TokenStream {
    let Entry { attrs, vis, sig, body } = entry;
    let body = body.as_ref().map_or_else(|| quote!({ loop {} }), ToTokens::to_token_stream);
    let is_test = |attr: &&Attribute| {
        let name = attr.path().segments.last().map(|last| last.ident.to_string());
        matches!(name.as_deref(), Some("test" | "should_panic" | "ignore"))
    };
    let attrs = attrs.iter().filter(|attr| !is_test(attr));
    quote! {
        #(#attrs)*
        #[allow(dead_code)]
        #vis #sig #body
    }
}

/// The name of the user's function, for the call that asks something of what it returns, and where that is to blame.
fn body_returning(sig: &Signature) -> (Span, Ident) {
    let returned = match &sig.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => sig.ident.span(),
    };
    let mut body = sig.ident.clone();
    body.set_span(sig.ident.span().located_at(returned));
    (located_at(returned), body)
}

/// Whether an attribute is about the item itself, and not about the code in it.
fn is_of_the_item(attr: &Attribute) -> bool {
    ["cfg", "doc"].iter().any(|name| attr.path().is_ident(name))
}

fn setters_of_main(options: &MainOptions) -> TokenStream {
    let report_after = options.report_after.map(|after| match after {
        ReportAfter::Time(after) => {
            let after = duration::tokens(after);
            quote!(.report_after(__threadkit::__private::Option::Some(#after)))
        }
        ReportAfter::Never => quote!(.report_after(__threadkit::__private::Option::None)),
    });
    let (stop, grace) = (stop(options.stop), time("grace", options.grace));
    quote!(#report_after #stop #grace)
}

fn setters_of_test(options: &TestOptions, should_panic: bool) -> TokenStream {
    let (stop, grace) = (stop(options.stop), time("grace", options.grace));
    let timeout = time("timeout", options.timeout);
    let leaks = options.leaks_daemons.then(|| quote!(.leaks_daemons()));
    let virtual_time = options.virtual_time.then(|| quote!(.virtual_time()));
    let should_panic = should_panic.then(|| quote!(.should_panic()));
    quote!(#stop #grace #timeout #leaks #virtual_time #should_panic)
}

fn stop(stop: Option<Stop>) -> Option<TokenStream> {
    stop.map(|stop| match stop {
        Stop::Daemons => quote!(.stop_daemons()),
        Stop::All => quote!(.stop_all()),
    })
}

fn time(option: &str, time: Option<Duration>) -> Option<TokenStream> {
    let setter = format_ident!("{option}");
    time.map(duration::tokens).map(|time| quote!(.#setter(#time)))
}

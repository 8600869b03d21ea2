//! The struct as written, its declaration, and the final methods of the object.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Fields, Type, parse_quote};

use super::fields;
use super::model::Class;
use super::name_format;
use super::options::{ClassOptions, Name};
use crate::base::duration;
use crate::base::final_names::FinalName;
use crate::base::tokens::Runtime;
use crate::base::tokens::located_at;
use crate::base::types::has_no_size;

/// `fit` says that no mistake was found.
pub(super) fn class(class: &Class, options: &ClassOptions, fit: bool) -> TokenStream {
    let item = boxed(class).unwrap_or_else(|| class.item.clone());
    let must_use = must_use(class);
    let declaration = declaration(class, options);
    let reserved = reserved(class);
    let hidden = quote!(#declaration #reserved);
    let hidden = options.runtime.scope(&hidden);
    let object = object(class, &options.runtime, fit);
    quote!(#must_use #item #hidden #object)
}

/// The struct with a box around each field that has no size, lest all that is made for the class
/// tell of it. It cannot make wrong code compile: it is only written beside a `compile_error!`.
fn boxed(class: &Class) -> Option<TokenStream> {
    let mut fields = class.fields.clone()?;
    if !fields.iter().any(|field| has_no_size(&field.ty)) {
        return None;
    }
    for field in &mut fields {
        if has_no_size(&field.ty) {
            let ty = &field.ty;
            // As a trait object it can be sent and shared, lest the check of the fields speak, too.
            let bounds = matches!(ty, Type::TraitObject(_))
                .then(|| quote!(+ ::core::marker::Send + ::core::marker::Sync));
            field.ty = parse_quote!(::std::boxed::Box<#ty #bounds>);
        }
    }
    let Class { attrs, vis, keyword, ident, generics, .. } = class;
    let bounds = &generics.where_clause;
    let rest = match &fields {
        Fields::Unnamed(fields) => quote!(#fields #bounds;),
        fields => quote!(#bounds #fields),
    };
    Some(quote!(#(#attrs)* #vis #keyword #ident #generics #rest))
}

fn must_use(class: &Class) -> Option<TokenStream> {
    let given = class.attrs.iter().any(|attr| attr.path().is_ident("must_use"));
    (!given && class.keyword == "struct")
        .then(|| quote!(#[must_use = "a thread object does nothing until it is started: call `.start()`"]))
}

fn declaration(class: &Class, options: &ClassOptions) -> TokenStream {
    let span = located_at(class.ident.span());
    let (ident, class_name) = (&class.ident, class.ident.unraw().to_string());
    let (parameters, arguments, bounds) = class.generics.split_for_impl();
    let options = setters(class, options);
    let checks = fields::checks(class);
    quote_spanned! {span=>
        #[automatically_derived]
        #[allow(deprecated, single_use_lifetimes)]
        impl #parameters __threadkit::class::Declared for #ident #arguments #bounds {
            const OPTIONS: __threadkit::class::Options<Self> = {
                #checks
                __threadkit::class::Options::new(#class_name) #options
            };
        }
    }
}

/// `.daemon(true)` and its like, each located at the value that it passes on.
fn setters(class: &Class, options: &ClassOptions) -> TokenStream {
    let mut setters = TokenStream::new();
    if let (Some(name), Some(fields)) = (&options.name, &class.fields) {
        let span = located_at(name.span());
        let name = match name {
            Name::Format(format) => name_format::call(format, fields, class),
            Name::Const(path) => quote_spanned! {span=>{
                let __name: &str = #path;
                __threadkit::__private::String::from(__name)
            }},
        };
        setters.extend(
            quote_spanned!(span=> .name(|__this: &Self| -> __threadkit::__private::String { #name })),
        );
    }
    if let Some(hook) = &options.excepthook {
        let span = located_at(hook.span());
        setters.extend(quote_spanned! {span=>
            .excepthook(|__failed| __threadkit::__private::call_hook(__failed, #hook))
        });
    }
    if let Some(limit) = options.stall_after {
        let limit = duration::tokens(limit);
        setters.extend(quote!(.stall_after(#limit)));
    }
    let others: [(&str, Option<&dyn ToTokens>); 4] = [
        ("daemon", options.daemon.as_ref().map(|value| value as _)),
        ("stack_size", options.stack_size.as_ref().map(|value| value as _)),
        ("inherit", options.inherit.as_ref().map(|value| value as _)),
        ("reuse", options.reuse.as_ref().map(|value| value as _)),
    ];
    for (setter, value) in others {
        let Some(value) = value else { continue };
        let span = located_at(value.span());
        let setter = Ident::new(setter, span);
        setters.extend(quote_spanned!(span=> .#setter(#value)));
    }
    setters
}

/// `start` and the `with_*` methods.
///
/// Located at the class's name, which is what a second definition collides with, and what lacks its
/// `run`. In no scope of their own, since messages would show it: `start` of an impl in there is
/// `_::<impl WordCount>::start`.
///
/// The parameters stand in the documentation of the user's class, and have names that its items hardly
/// bear: a pattern would be such an item, as hygiene (of mixed sites, too) is for variables only.
fn object(class: &Class, runtime: &Runtime, fit: bool) -> TokenStream {
    let ident = &class.ident;
    let span = located_at(ident.span());
    let threadkit = format_ident!("__threadkit_{}", ident.unraw(), span = span);
    let import = runtime.import_as(&threadkit);
    let (parameters, arguments, bounds) = class.generics.split_for_impl();
    // Without a bound where it can be checked here: a class that lacks its `run` is then reported
    // once, on its name, and not at each call.
    let started = (!class.generics.params.is_empty())
        .then(|| quote_spanned!(span=> where Self: #threadkit::ThreadClass + 'static));
    // Beside a mistake nothing more is said: what is no class lacks no `run`.
    let start = if fit {
        quote_spanned!(span=> #threadkit::Builder::new(self).start())
    } else {
        quote!(loop {})
    };
    quote_spanned! {span=>
        #import
        #[allow(
            clippy::impl_trait_in_params,
            dead_code,
            deprecated,
            single_use_lifetimes,
            unreachable_pub
        )]
        impl #parameters #ident #arguments #bounds {
            #[doc = "Starts the thread, which calls `run`.\n\n# Errors\n\nWhen the system refuses a thread, or the process is about to end."]
            #[track_caller]
            pub fn start(self) -> #threadkit::__private::io::Result<#threadkit::Thread<Self>> #started {
                #start
            }

            /// Names the thread.
            pub fn with_name(
                self,
                thread_name: impl #threadkit::__private::Into<#threadkit::Name>,
            ) -> #threadkit::Builder<Self> {
                #threadkit::Builder::new(self).with_name(thread_name)
            }

            /// Makes the thread a daemon, for which the process does not wait, or not one.
            pub fn with_daemon(self, is_daemon: bool) -> #threadkit::Builder<Self> {
                #threadkit::Builder::new(self).with_daemon(is_daemon)
            }

            /// Sets the size of the thread's stack, in bytes.
            pub fn with_stack_size(self, stack_bytes: usize) -> #threadkit::Builder<Self> {
                #threadkit::Builder::new(self).with_stack_size(stack_bytes)
            }
        }
    }
}

/// What a `Builder` does and the object does not.
const IN_BUILDER: [&str; 6] = [
    "on_stop",
    "start_ready",
    "start_ready_timeout",
    "try_start",
    "with_reuse",
    "with_stall_after",
];

/// The final names that the object does not have, each twice.
///
/// As a constant under a bound that nothing fulfils, but that coherence cannot rule out: any other
/// inherent item of that name is a duplicate, and lookup passes through to a trait's method. As a
/// method under a bound that coherence does rule out, so that a call is refused in words. Both bounds
/// have a lifetime that is known at the call only: a bound without is looked at right here, and fails.
///
/// In words are also refused what only a `Builder` does, and `new`, where a class without parameters has none: what the
/// user defines under these names, in whatever impl or trait, is found instead.
fn reserved(class: &Class) -> TokenStream {
    let ident = &class.ident;
    let (_, arguments, bounds) = class.generics.split_for_impl();
    let mut with_lifetime = class.generics.clone();
    with_lifetime.params.insert(0, syn::parse_quote!('threadkit));
    let (parameters, ..) = with_lifetime.split_for_impl();
    let bounds = bounds.filter(|bounds| !bounds.predicates.is_empty());
    let under = |bound: TokenStream| match bounds {
        Some(bounds) if !bounds.predicates.trailing_punct() => quote!(#bounds, #bound),
        Some(bounds) => quote!(#bounds #bound),
        None => quote!(where #bound),
    };
    let span = located_at(ident.span());
    let is_reserved = under(quote_spanned!(span=>
        __threadkit::override_rule::FinalNamesOf<'threadkit, Self>:
            __threadkit::override_rule::OnlyNewAndRunAreOverridden
    ));
    let is_started =
        under(quote_spanned!(span=> Self: __threadkit::override_rule::Started<'threadkit>));
    // Where the user's impl forgets a parameter, nothing tells this `new` from the one in there.
    let has_parameters =
        class.generics.type_params().count() + class.generics.const_params().count() > 0;
    let has_new = (!has_parameters).then(|| {
        let bounds =
            under(quote_spanned!(span=> Self: __threadkit::override_rule::HasNew<'threadkit>));
        quote_spanned! {span=>
            #[doc(hidden)]
            #[allow(dead_code, deprecated, single_use_lifetimes, unreachable_pub)]
            impl #parameters #ident #arguments #bounds {
                pub fn new() {}
            }
        }
    });
    let in_builder =
        under(quote_spanned!(span=> Self: __threadkit::override_rule::InBuilder<'threadkit>));
    let of_builder = IN_BUILDER.map(|name| Ident::new(name, span));
    let names: Vec<_> = FinalName::reserved().map(|name| Ident::new(name, span)).collect();
    quote_spanned! {span=>
        #[doc(hidden)]
        #[allow(
            dead_code,
            deprecated,
            non_upper_case_globals,
            single_use_lifetimes,
            unreachable_pub
        )]
        impl #parameters #ident #arguments #is_reserved {
            #(pub const #names: () = ();)*
        }

        #[doc(hidden)]
        #[allow(dead_code, deprecated, single_use_lifetimes, unreachable_pub)]
        impl #parameters #ident #arguments #is_started {
            #(pub fn #names(&self) {})*
        }

        #has_new

        #[doc(hidden)]
        #[allow(dead_code, deprecated, single_use_lifetimes, unreachable_pub)]
        impl #parameters #ident #arguments #in_builder {
            #(pub fn #of_builder(&self) {})*
        }
    }
}

//! What stands in for the parts that were refused, so that a mistake has no follow-up errors.
//! None of this can make wrong code compile: it is only written beside a `compile_error!`, or beside
//! what the compiler refuses itself.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{FnArg, Pat, Signature, parse_quote};

use super::items::{class_trait, options, output, receiver_of};
use super::model::{ClassImpl, Member, MemberKind, Method};
use super::validate::{Verdict, has_usable_output};
use crate::base::tokens::Runtime;
use crate::base::tokens::located_at;

/// The class trait of a class without a usable `run`: as much of it as is known.
pub(super) fn stub(class_impl: &ClassImpl, verdict: &Verdict) -> TokenStream {
    let class = &class_impl.head.self_ty;
    let span = located_at(class.span());
    let run = class_impl.methods("run").next();
    let output = run
        .filter(|run| has_usable_output(&run.sig) && run.sig.generics.params.is_empty())
        .map_or_else(|| quote_spanned!(span=> type Output = ();), output);
    // The handle then has the class's methods, and nothing is asked of the fields.
    let shared = || {
        let receiver = quote_spanned!(span=> type Receiver = __threadkit::receiver::ByRef<false>;);
        (receiver, quote_spanned!(span=> &Self))
    };
    let (receiver, this) = run.map_or_else(shared, |run| receiver_of(class_impl, run));
    let options = options(class_impl, verdict);
    let items = quote_spanned! {span=>
        #output
        #receiver
        #options
        fn __run(_: #this) -> Self::Output {
            loop {}
        }
        fn __failure(
            _: &Self::Output,
        ) -> __threadkit::__private::Option<__threadkit::__private::Failure> {
            __threadkit::__private::Option::None
        }
    };
    class_trait(class_impl, items)
}

/// The impl of a trait stays, unless the trait is the base, under its name or that of its handle, and where `run` stands in it the class
/// is told of no other. An impl of what is no struct the compiler would only refuse a second time.
pub(super) fn refused_impl(
    class_impl: &ClassImpl,
    item: &TokenStream,
    runtime: &Runtime,
) -> TokenStream {
    let Some((path, _)) = &class_impl.head.trait_ else {
        return TokenStream::new();
    };
    let base = ["ThreadClass", "Thread"];
    let is_base =
        path.segments.last().is_some_and(|last| base.iter().any(|base| last.ident == base));
    let item = (!is_base).then_some(item);
    let stub = class_impl.methods("run").next().map(|_| {
        let stub = stub(class_impl, &Verdict::default());
        runtime.scope(&stub)
    });
    quote!(#item #stub)
}

/// A `new` that takes the object, or returns nothing, as one that makes the object: its calls then fit, and its body,
/// which is left out where it has an object that nobody made.
pub(super) fn constructor(new: &Method) -> TokenStream {
    let Method { attrs, vis, sig, body } = new;
    let body = body.iter().filter(|_| sig.receiver().is_none());
    let mut sig = sig.clone();
    if new.returns_nothing() {
        sig.output = parse_quote!(-> Self);
    }
    sig.inputs = sig.inputs.into_iter().filter(|input| matches!(input, FnArg::Typed(_))).collect();
    quote! {
        #(#attrs)*
        #[allow(unreachable_code, unused_variables)]
        #vis #sig {
            #(let _ = #body;)*
            loop {}
        }
    }
}

/// Refused members, as those of a trait beside the impl: calls of them find them, and they do not
/// collide with the base's.
pub(super) fn refused_members<'a>(
    class_impl: &ClassImpl,
    refused: impl Iterator<Item = &'a Member>,
) -> TokenStream {
    let (declarations, definitions): (Vec<_>, Vec<_>) = refused
        .filter_map(|member| Some((declaration(&member.kind)?, definition(&member.kind)?)))
        .unzip();
    if definitions.is_empty() {
        return TokenStream::new();
    }
    let (parameters, arguments, bounds) = class_impl.head.generics.split_for_impl();
    let class = &class_impl.head.self_ty;
    let mut name = class.to_token_stream().to_string();
    name.retain(|c| c == '_' || c.is_alphanumeric());
    let name = format_ident!("__{name}Refused");
    quote! {
        #[allow(warnings)]
        trait #name #parameters: Sized #bounds { #(#declarations)* }
        #[allow(warnings)]
        impl #parameters #name #arguments for #class #bounds { #(#definitions)* }
    }
}

fn declaration(kind: &MemberKind) -> Option<TokenStream> {
    match kind {
        MemberKind::Method(method) => {
            let sig = bodiless(&method.sig);
            Some(quote!(#sig;))
        }
        MemberKind::Const { declaration, .. } => {
            let head = declaration
                .clone()
                .into_iter()
                .take_while(|token| !matches!(token.to_string().as_str(), "=" | ";"));
            Some(quote!(#(#head)* ;))
        }
        _ => None,
    }
}

fn definition(kind: &MemberKind) -> Option<TokenStream> {
    match kind {
        MemberKind::Method(method) => {
            let Method { attrs, sig, body, .. } = &**method;
            let sig = Signature { constness: None, ..sig.clone() };
            let body = body.as_ref().map_or_else(|| quote!({ loop {} }), |body| quote!(#body));
            Some(quote!(#(#attrs)* #sig #body))
        }
        MemberKind::Const { declaration, .. } => Some(declaration.clone()),
        _ => None,
    }
}

/// The signature without what only a definition may have.
fn bodiless(sig: &Signature) -> Signature {
    let mut sig = Signature { constness: None, ..sig.clone() };
    for input in &mut sig.inputs {
        match input {
            FnArg::Receiver(receiver) => receiver.mutability = None,
            FnArg::Typed(argument) => *argument.pat = Pat::Verbatim(quote!(_)),
        }
    }
    sig
}

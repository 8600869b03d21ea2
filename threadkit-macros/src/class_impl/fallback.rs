//! What stands in for the parts that were refused, so that a mistake has no follow-up errors.
//! None of this can make wrong code compile: it is only written beside a `compile_error!`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{FnArg, Pat, Signature};

use super::expand::{conditions, options, output, receiver_of};
use super::model::{ClassImpl, MemberKind, Method};
use super::validate::{Verdict, final_name, output_mistake};
use crate::runtime::Runtime;
use crate::spans::located_at;

/// The class trait of a class without a usable `run`: as much of it as is known.
pub(super) fn stub(class_impl: &ClassImpl, runtime: &Runtime) -> TokenStream {
    let span = located_at(class_impl.head.self_ty.span());
    let runtime = &runtime.at(class_impl.head.self_ty.span());
    let run = class_impl.methods("run").next();
    let output = run
        .and_then(|run| nameable_output(run, runtime))
        .unwrap_or_else(|| quote_spanned!(span=> ()));
    let (receiver, this) = run.map_or_else(
        || (quote_spanned!(span=> #runtime::__private::Consumed), quote_spanned!(span=> Self)),
        |run| receiver_of(run, runtime),
    );
    let options = options(class_impl, &Verdict::default(), runtime);
    let conditions = conditions(&class_impl.head.attrs);
    let (parameters, _, bounds) = class_impl.head.generics.split_for_impl();
    let class = &class_impl.head.self_ty;
    quote_spanned! {span=>
        #(#conditions)*
        impl #parameters #runtime::ThreadClass for #class #bounds {
            type Output = #output;
            type Receiver = #receiver;
            #options
            fn __run(_: #this) -> Self::Output {
                #runtime::__private::unreachable!()
            }
            fn __failure(_: &Self::Output) -> #runtime::__private::Option<#runtime::__private::Failure> {
                #runtime::__private::Option::None
            }
        }
    }
}

/// The return type, unless that is what is wrong.
fn nameable_output(run: &Method, runtime: &Runtime) -> Option<TokenStream> {
    let holds = output_mistake(&run.sig).is_none() && run.sig.generics.params.is_empty();
    holds.then(|| output(run, runtime))
}

/// Methods and constants under a final name, as those of a trait beside the impl: calls of them
/// find them, and they do not collide with the base's.
pub(super) fn refused_members(class_impl: &ClassImpl) -> TokenStream {
    let refused: Vec<_> =
        class_impl.members.iter().filter(|member| final_name(member).is_some()).collect();
    let declarations = refused.iter().filter_map(|member| declaration(&member.kind));
    let definitions: Vec<_> =
        refused.iter().filter_map(|member| definition(&member.kind)).collect();
    if definitions.is_empty() {
        return TokenStream::new();
    }
    let name = format_ident!(
        "__Refused{}",
        refused.first().and_then(|r| r.name()).map_or_else(String::new, ToString::to_string)
    );
    let conditions: Vec<_> = conditions(&class_impl.head.attrs).collect();
    let generics = &class_impl.head.generics;
    let (parameters, arguments, bounds) = generics.split_for_impl();
    let class = &class_impl.head.self_ty;
    quote! {
        #(#conditions)*
        #[allow(warnings)]
        trait #name #parameters: Sized #bounds { #(#declarations)* }
        #(#conditions)*
        #[allow(warnings)]
        impl #parameters #name #arguments for #class #bounds { #(#definitions)* }
    }
}

fn declaration(kind: &MemberKind) -> Option<TokenStream> {
    match kind {
        MemberKind::Method(method) => {
            let conditions = conditions(&method.attrs);
            let sig = bodiless(&method.sig);
            Some(quote!(#(#conditions)* #sig;))
        }
        MemberKind::Const { declaration, .. } => {
            let until_value = declaration
                .clone()
                .into_iter()
                .take_while(|token| !matches!(token.to_string().as_str(), "=" | ";"));
            Some(quote!(#(#until_value)* ;))
        }
        _ => None,
    }
}

fn definition(kind: &MemberKind) -> Option<TokenStream> {
    match kind {
        MemberKind::Method(method) => {
            let Method { attrs, sig, body, .. } = &**method;
            let sig = Signature { constness: None, ..sig.clone() };
            let end = body.as_ref().map_or_else(|| quote!({ loop {} }), |body| quote!(#body));
            Some(quote!(#(#attrs)* #sig #end))
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

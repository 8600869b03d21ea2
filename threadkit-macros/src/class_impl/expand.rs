//! The impl as written, and the class trait that its `run` fulfils.

use proc_macro2::{Delimiter, Group, Ident, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{GenericParam, Generics, ReturnType, Type};

use super::fallback;
use super::model::{ClassImpl, Member, Method};
use super::validate::{Receiver, Verdict, receiver};
use crate::attributes::conditions;
use crate::in_constant::in_constant;
use crate::runtime::Runtime;
use crate::spans::located_at;
use crate::tokens::mentions;

pub(super) fn class_impl(
    class_impl: &ClassImpl,
    verdict: &Verdict,
    runtime: &Runtime,
) -> TokenStream {
    let ClassImpl { head_tokens, body_span, inner_attrs, members, .. } = class_impl;
    let (refused, kept): (Vec<_>, Vec<_>) =
        members.iter().zip(&verdict.refused).partition(|(_, refused)| **refused);
    // Apart, lest the compiler, which cannot read it either, lose its siblings with it.
    let (half_typed, kept): (Vec<_>, Vec<_>) =
        kept.into_iter().map(|(member, _)| member).partition(|member| member.is_half_typed());
    let kept = kept.into_iter().map(self::kept);
    let half_typed = half_typed.into_iter().map(|member| {
        let tokens = &member.tokens;
        quote!(#head_tokens { #tokens })
    });
    let refused =
        fallback::refused_members(class_impl, refused.into_iter().map(|(member, _)| member));
    let class: TokenStream = if verdict.run_holds {
        class_impl.methods("run").map(|run| wired(class_impl, run, verdict)).collect()
    } else {
        fallback::stub(class_impl, verdict)
    };
    let class = runtime.scope(conditions(&class_impl.head.attrs), &class);
    // The braces are the user's, too: what the compiler says of an impl that ends in a token of the
    // attribute's, it says of the attribute.
    let mut body = Group::new(Delimiter::Brace, quote!(#(#inner_attrs)* #(#kept)*));
    body.set_span(*body_span);
    quote! {
        #head_tokens #body
        #refused
        #class
        #(#half_typed)*
    }
}

/// A member as written. A `run` that has no use for the object still takes it, and one that could
/// be `const` may not.
fn kept(member: &Member) -> TokenStream {
    let tokens = &member.tokens;
    match member.method() {
        Some(_) if member.is_named("run") => {
            quote!(#[allow(clippy::unused_self, clippy::missing_const_for_fn)] #tokens)
        }
        Some(new) if member.is_named("new") && new.returns_nothing() => fallback::constructor(new),
        _ => tokens.clone(),
    }
}

/// The class trait, which calls `run`.
fn wired(class_impl: &ClassImpl, run: &Method, verdict: &Verdict) -> TokenStream {
    let span = located_at(run.sig.ident.span());
    let output = output(run);
    let (receiver, this) = receiver_of(class_impl, run);
    let conditions = conditions(&run.attrs);
    let (parameters, _, bounds) = class_impl.head.generics.split_for_impl();
    let class = &class_impl.head.self_ty;
    let options = options(class_impl, verdict);
    let failure = failure(run);
    quote_spanned! {span=>
        #(#conditions)*
        #[automatically_derived]
        #[allow(deprecated, single_use_lifetimes)]
        impl #parameters __threadkit::ThreadClass for #class #bounds {
            #output
            #receiver
            #options
            fn __run(__this: #this) -> Self::Output {
                Self::run(__this)
            }
            #failure
        }
    }
}

/// What `run` returns, as written; `!` is no type yet, and stands here as what it becomes.
pub(super) fn output(run: &Method) -> TokenStream {
    let user = match &run.sig.output {
        ReturnType::Default => run.sig.ident.span(),
        ReturnType::Type(_, ty) => ty.span(),
    };
    let span = located_at(user);
    match &run.sig.output {
        ReturnType::Default => quote_spanned!(span=> type Output = ();),
        ReturnType::Type(_, ty) if matches!(**ty, Type::Never(_)) => {
            quote_spanned!(span=> type Output = __threadkit::__private::Infallible;)
        }
        ReturnType::Type(_, ty) => quote_spanned!(span=> type Output = #ty;),
    }
}

/// How `run` takes the object, located at the user's `self`; and the type of that.
///
/// Where the struct blames a field for what the receiver needs, the class is not checked again.
pub(super) fn receiver_of(class_impl: &ClassImpl, run: &Method) -> (TokenStream, TokenStream) {
    let user = run.sig.receiver().map_or(run.sig.ident.span(), |receiver| receiver.self_token.span);
    let span = located_at(user);
    let (kind, this, needs) = match receiver(&run.sig).unwrap_or(Receiver::Shared) {
        Receiver::Shared => ("ByRef", quote_spanned!(span=> &Self), "shared"),
        Receiver::Exclusive => ("ByMut", quote_spanned!(span=> &mut Self), "sent"),
        Receiver::Consumed => ("ByValue", quote_spanned!(span=> Self), "sent"),
    };
    let [kind, needs] = [kind, needs].map(|name| Ident::new(name, span));
    let class = class_impl.head.self_ty.to_token_stream();
    let checked = in_constant(class, &class_impl.head.generics).map(|class| {
        quote_spanned! {span=>
            <{
                use __threadkit::fields::Unknown as _;
                __threadkit::fields::Probe::<#class>::FIELDS.#needs
            }>
        }
    });
    (quote_spanned!(span=> type Receiver = __threadkit::receiver::#kind #checked;), this)
}

/// The options, which the struct declares; and the place where what `new` returns is checked.
pub(super) fn options(class_impl: &ClassImpl, verdict: &Verdict) -> TokenStream {
    let span = located_at(class_impl.head.self_ty.span());
    let checks = class_impl.methods("new").filter(|_| verdict.new_holds).filter_map(new_returns);
    quote_spanned! {span=>
        const __OPTIONS: __threadkit::class::Options<Self> = {
            #(#checks)*
            <Self as __threadkit::class::Declared>::OPTIONS
        };
    }
}

/// Checks what `new` returns, unless that is plain, or its own parameters stand in it, which are
/// unknown here.
fn new_returns(new: &Method) -> Option<TokenStream> {
    let ReturnType::Type(_, ty) = &new.sig.output else { return None };
    let is_plain = matches!(&**ty, Type::Path(path) if path.path.is_ident("Self"));
    if is_plain || names_a_parameter(ty, &new.sig.generics) {
        return None;
    }
    let conditions = conditions(&new.attrs);
    let span = located_at(ty.span());
    Some(
        quote_spanned!(span=> #(#conditions)* __threadkit::override_rule::new_returns::<Self, #ty>();),
    )
}

fn names_a_parameter(ty: &Type, generics: &Generics) -> bool {
    generics.params.iter().any(|parameter| {
        let name = match parameter {
            GenericParam::Lifetime(parameter) => &parameter.lifetime.ident,
            GenericParam::Type(parameter) => &parameter.ident,
            GenericParam::Const(parameter) => &parameter.ident,
        };
        mentions(ty, &name.to_string())
    })
}

fn failure(run: &Method) -> TokenStream {
    let (ty, span) = match &run.sig.output {
        ReturnType::Type(_, ty) if !matches!(**ty, Type::Never(_)) => {
            (quote!(#ty), located_at(ty.span()))
        }
        _ => (quote!(Self::Output), located_at(run.sig.ident.span())),
    };
    quote_spanned! {span=>
        fn __failure(__output: &#ty) -> __threadkit::__private::Option<__threadkit::__private::Failure> {
            __threadkit::__private::failure_of!(__output)
        }
    }
}

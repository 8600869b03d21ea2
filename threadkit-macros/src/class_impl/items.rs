//! The items of the class trait that a class has with and without a usable `run`.

use proc_macro2::{Delimiter, Group, Ident, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{GenericParam, Generics, ItemImpl, ReturnType, Type};

use super::model::{ClassImpl, Method};
use super::validate::{Receiver, Verdict, receiver};
use crate::base::tokens::{ends, located_at, mentions};
use crate::base::types::in_constant;

/// The impl of the class trait.
///
/// Its head is located where the user's is, and so is each `Self` in it where the user's `self` is: what is
/// wrong with the class itself, such as a parameter that is not declared or lacks a bound, the compiler then
/// finds to be wrong in the same words at the same place, and says it once.
pub(super) fn class_trait(class_impl: &ClassImpl, items: TokenStream) -> TokenStream {
    let ItemImpl { impl_token, generics, self_ty, .. } = &class_impl.head;
    let mut impl_token = *impl_token;
    let (parameters, _, bounds) = generics.split_for_impl();
    let class = self_ty.to_token_stream();
    if matches!(&**self_ty, Type::Path(path) if path.path.get_ident().is_some()) {
        // Of an unknown class the compiler says more where it is the impl of a trait.
        impl_token.span = located_at(impl_token.span);
    }
    let (begin, end) = ends(class.clone()).unwrap_or_else(|| (self_ty.span(), self_ty.span()));
    let [runtime, name] =
        [("__threadkit", begin), ("ThreadClass", end)].map(|(name, span)| Ident::new(name, span));
    let mut body = Group::new(Delimiter::Brace, items);
    body.set_span(class_impl.body_span);
    quote! {
        #[automatically_derived]
        #[allow(
            clippy::all,
            clippy::nursery,
            clippy::pedantic,
            clippy::restriction,
            deprecated,
            single_use_lifetimes
        )]
        #impl_token #parameters #runtime::#name for #class #bounds #body
    }
}

/// `Self`, where the user's `self` stands.
pub(super) fn this_class(run: Option<&Method>, class_impl: &ClassImpl) -> Ident {
    let receiver = run.and_then(|run| run.sig.receiver());
    let span = receiver
        .map_or_else(|| class_impl.head.self_ty.span(), |receiver| receiver.self_token.span);
    Ident::new("Self", span)
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
/// Where the class has not what the receiver needs, the struct blames a field, and it is not checked again.
pub(super) fn receiver_of(class_impl: &ClassImpl, run: &Method) -> (TokenStream, TokenStream) {
    let user = run.sig.receiver().map_or(run.sig.ident.span(), |receiver| receiver.self_token.span);
    let span = located_at(user);
    let this = this_class(Some(run), class_impl);
    let (kind, this) = match receiver(&run.sig).unwrap_or(Receiver::Shared) {
        Receiver::Shared => ("ByRef", quote_spanned!(span=> &#this)),
        Receiver::Exclusive => ("ByMut", quote_spanned!(span=> &mut #this)),
        Receiver::Consumed => ("ByValue", quote_spanned!(span=> #this)),
    };
    let is_shared = kind == "ByRef";
    let kind = Ident::new(kind, span);
    let class = class_impl.head.self_ty.to_token_stream();
    let checked = in_constant(class, &class_impl.head.generics).map(|class| {
        let is_sync =
            is_shared.then(|| quote_spanned!(span=> && __threadkit::fields::Probe::<#class>::SYNC));
        quote_spanned! {span=>
            <{
                use __threadkit::fields::Unknown as _;
                __threadkit::fields::Probe::<#class>::SEND #is_sync
            }>
        }
    });
    (quote_spanned!(span=> type Receiver = __threadkit::receiver::#kind #checked;), this)
}

/// The options, which the struct declares; and the place where what `new` returns is checked.
pub(super) fn options(class_impl: &ClassImpl, verdict: &Verdict) -> TokenStream {
    let span = located_at(class_impl.head.self_ty.span());
    let checks = class_impl.methods("new").filter(|_| verdict.new_holds).filter_map(new_returns);
    let this = this_class(class_impl.methods("run").next(), class_impl);
    quote_spanned! {span=>
        const __OPTIONS: __threadkit::class::Options<#this> = {
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
    let span = located_at(ty.span());
    Some(quote_spanned!(span=> __threadkit::override_rule::new_returns::<Self, #ty>();))
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

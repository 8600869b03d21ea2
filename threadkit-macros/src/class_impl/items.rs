//! The items of the class trait that a class has with and without a usable `run`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{GenericParam, Generics, ReturnType, Type};

use super::model::{ClassImpl, Method};
use super::validate::{Receiver, Verdict, receiver};
use crate::base::tokens::{located_at, mentions};
use crate::base::types::in_constant;

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

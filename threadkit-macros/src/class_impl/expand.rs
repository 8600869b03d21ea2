//! The impl as written, and the class trait that its `run` fulfils.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{ReturnType, Type};

use super::fallback;
use super::items::{class_trait, options, output, receiver_of, this_class};
use super::model::{ClassImpl, Member, MemberKind, Method};
use super::validate::Verdict;
use crate::base::tokens::Runtime;
use crate::base::tokens::located_at;

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
    let known = half_typed.iter().filter_map(|member| match &member.kind {
        MemberKind::HalfTyped { known, .. } if !member.is_named("run") => Some(known),
        _ => None,
    });
    let kept: Vec<_> = kept.chain(known.cloned()).collect();
    let half_typed = half_typed.iter().map(|member| {
        let tokens = &member.tokens;
        quote!(#head_tokens { #tokens })
    });
    let refused =
        fallback::refused_members(class_impl, refused.into_iter().map(|(member, _)| member));
    let class: TokenStream = if verdict.run_holds {
        class_impl
            .methods("run")
            .next()
            .map(|run| wired(class_impl, run, verdict))
            .unwrap_or_default()
    } else {
        fallback::stub(class_impl, verdict)
    };
    let class = runtime.scope(&class);
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

/// A member as written. A `run` that has no use for the object, or changes nothing of it, still takes
/// it, and one that could be `const` may not.
fn kept(member: &Member) -> TokenStream {
    let tokens = &member.tokens;
    match member.method() {
        Some(_) if member.is_named("run") => {
            quote! {
                #[allow(clippy::unused_self, clippy::needless_pass_by_ref_mut, clippy::missing_const_for_fn)]
                #tokens
            }
        }
        Some(new)
            if member.is_named("new")
                && (new.returns_nothing() || new.sig.receiver().is_some()) =>
        {
            fallback::constructor(new)
        }
        _ => tokens.clone(),
    }
}

/// The class trait, which calls `run`.
fn wired(class_impl: &ClassImpl, run: &Method, verdict: &Verdict) -> TokenStream {
    let output = output(run);
    let (receiver, this) = receiver_of(class_impl, run);
    let options = options(class_impl, verdict);
    let class = this_class(Some(run), class_impl);
    // With parameters, whatever takes the object asks for their bounds again.
    let has_parameters = class_impl.head.generics.type_params().next().is_some();
    let span = if has_parameters { class.span() } else { located_at(run.sig.ident.span()) };
    let argument = Ident::new("__this", span);
    let mut body = Group::new(Delimiter::Brace, quote_spanned!(span=> #class::run(#argument)));
    body.set_span(span);
    let failure = failure(run, &class, span);
    let items = quote_spanned! {span=>
        #output
        #receiver
        #options
        fn __run(#argument: #this) -> #class::Output #body
        #failure
    };
    class_trait(class_impl, items)
}

fn failure(run: &Method, class: &Ident, span: Span) -> TokenStream {
    let (ty, span) = match &run.sig.output {
        ReturnType::Type(_, ty) if !matches!(**ty, Type::Never(_)) => {
            (quote!(#ty), located_at(ty.span()))
        }
        _ => (quote!(#class::Output), span),
    };
    // Where the span is the user's, this would be an `unused_qualifications` of theirs.
    let option = quote_spanned!(located_at(span)=> __threadkit::__private::Option);
    quote_spanned! {span=>
        fn __failure(__output: &#ty) -> #option<__threadkit::__private::Failure> {
            __threadkit::__private::failure_of!(__output)
        }
    }
}

//! The override rule, and what `run` and `new` must be.

use syn::ext::IdentExt as _;

use super::model::{ClassImpl, Member, Method};
use crate::errors::Errors;
use crate::final_names::FinalName;

mod new;
mod run;

pub(super) use run::{Receiver, output_mistake, receiver};

/// What may be built on.
#[derive(Default)]
pub(crate) struct Verdict {
    /// Whether `run` can be called as it is written.
    pub(crate) run_holds: bool,
    pub(crate) new_holds: bool,
    /// Whether this is an inherent impl at all.
    pub(crate) is_inherent: bool,
}

pub(super) fn class_impl(class_impl: &ClassImpl, errors: &mut Errors) -> Verdict {
    if let Some((path, _)) = &class_impl.head.trait_ {
        errors.blame(
            path,
            "`#[thread_class]` goes on the class's own impl, and this is the impl of a trait\n\
             help: write `run` in `#[thread_class] impl <the class> { .. }`; \
             impls of traits need no attribute",
        );
        return Verdict::default();
    }
    for member in &class_impl.members {
        refuse_final_name(member, errors);
    }
    let run_holds = run::check(class_impl, errors);
    let before = errors.len();
    for new in class_impl.methods("new") {
        new::check(new, errors);
    }
    Verdict { run_holds, new_holds: errors.len() == before, is_inherent: true }
}

/// The final name that a member bears.
pub(super) fn final_name(member: &Member) -> Option<FinalName> {
    FinalName::find(&member.name()?.unraw().to_string())
}

fn refuse_final_name(member: &Member, errors: &mut Errors) {
    if let (Some(name), Some(known)) = (member.name(), final_name(member)) {
        errors.blame(name, known.message());
    }
}

/// `#[cfg(..)]` on a method.
fn is_conditional(method: &Method) -> bool {
    method.attrs.iter().any(|attr| attr.path().is_ident("cfg"))
}

/// The qualifiers that neither `run` nor `new` may have, blamed on their tokens.
fn refuse_qualifiers<'a>(
    method: &Method,
    refused: impl IntoIterator<Item = (&'a str, Option<proc_macro2::Span>, &'a str)>,
    errors: &mut Errors,
) {
    let name = &method.sig.ident;
    for (qualifier, span, why) in refused {
        if let Some(span) = span {
            errors.push(syn::Error::new(
                span,
                format!("`{name}` of a thread class cannot be `{qualifier}`: {why}"),
            ));
        }
    }
}

/// Where a qualifier stands.
fn span_of<T: quote::ToTokens>(token: Option<&T>) -> Option<proc_macro2::Span> {
    token.map(syn::spanned::Spanned::span)
}

//! The override rule, and what `run` and `new` must be.

use proc_macro2::{Ident, Span, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::{ReturnType, Type};

use super::model::{ClassImpl, Member, Method};
use crate::base::errors::Errors;
use crate::base::final_names::FinalName;

mod run;

pub(super) use run::{Receiver, has_usable_output, receiver};

/// What may be built on.
#[derive(Default)]
pub(crate) struct Verdict {
    /// Whether `run` can be called as it is written.
    pub(crate) run_holds: bool,
    pub(crate) new_holds: bool,
    /// For each member, whether it is kept out of the class.
    pub(crate) refused: Vec<bool>,
}

/// Judges the impl of a class; `None` for another impl.
pub(super) fn class_impl(class_impl: &ClassImpl, errors: &mut Errors) -> Option<Verdict> {
    if let Some((path, _)) = &class_impl.head.trait_ {
        errors.blame(
            path,
            "`#[thread_class]` goes on the class's own impl, and this is the impl of a trait\n\
             help: write `run` in `#[thread_class] impl <the class> { .. }`; \
             impls of traits need no attribute",
        );
        return None;
    }
    if let Some(what) = no_struct(&class_impl.head.self_ty) {
        errors.blame(
            &class_impl.head.self_ty,
            format!(
                "a thread class is a struct, and this is the impl of {what}\n\
                 help: write `#[thread_class] impl <the struct> {{ .. }}`"
            ),
        );
        return None;
    }
    if let Some((name, has_path)) = of_std(&class_impl.head.self_ty) {
        let own = format!("; if `{name}` is your own here, write `impl self::{name}`");
        let own = if has_path { "" } else { &own };
        errors.blame(
            &class_impl.head.self_ty,
            format!(
                "a thread class is a struct of your own, and `{name}` is std's\n\
                 help: write a struct with a field of this type, and its impl, with `#[thread_class]` on both{own}"
            ),
        );
        return None;
    }
    let mut verdict = Verdict { new_holds: true, ..Verdict::default() };
    verdict.run_holds =
        run::exists(class_impl, errors) && class_impl.methods("run").next().is_some();
    let mut runs = run::Runs::default();
    for member in &class_impl.members {
        if member.is_conditional() {
            verdict.refused.push(false);
            continue;
        }
        let before = errors.len();
        let is_final = refuse_final_name(member, errors);
        let is_second = member.is_named("run") && runs.check(member, errors);
        if let Some(new) = member.method().filter(|_| member.is_named("new")) {
            check_new(new, errors);
        }
        let holds = errors.len() == before;
        verdict.refused.push(is_final || is_second);
        verdict.run_holds &= holds || !member.is_named("run");
        verdict.new_holds &= holds || !member.is_named("new");
    }
    verdict.run_holds &= class_impl.methods("run").all(|run| has_usable_output(&run.sig));
    Some(verdict)
}

const PRIMITIVES: [&str; 17] = [
    "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16",
    "u32", "u64", "u8", "usize",
];

/// What a type is by its looks, if that is no struct.
fn no_struct(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Reference(_) => Some("a reference"),
        Type::TraitObject(_) => Some("a trait object"),
        Type::Tuple(_) => Some("a tuple"),
        Type::Array(_) | Type::Slice(_) => Some("an array"),
        Type::Ptr(_) => Some("a pointer"),
        Type::Path(path) if PRIMITIVES.iter().any(|name| path.path.is_ident(name)) => {
            Some("a primitive type")
        }
        _ => None,
    }
}

/// The name of a type of std, as far as a macro can tell: by its path, or by a name that needs no import, with the arguments
/// that such a type has. And which it was.
///
/// What is imported the compiler refuses, in words of its own.
fn of_std(ty: &Type) -> Option<(&Ident, bool)> {
    const WITHOUT_IMPORT: [&str; 4] = ["Box", "Option", "Result", "Vec"];
    let Type::Path(path) = ty else { return None };
    let (first, last) = (path.path.segments.first()?, path.path.segments.last()?);
    let has_path = path.path.segments.len() > 1;
    let is_of_std = if has_path {
        ["std", "core", "alloc"].iter().any(|root| first.ident == root)
    } else {
        !last.arguments.is_none() && WITHOUT_IMPORT.iter().any(|name| last.ident == name)
    };
    is_of_std.then_some((&last.ident, has_path))
}

const RETURNS: &str =
    "help: return `Self`, `Result<Self, E>` or `Option<Self>`, or give this function another name";

/// What `new` must be. Whether its return type is one of the three, the compiler tells: an alias
/// hides it from a macro.
fn check_new(new: &Method, errors: &mut Errors) {
    let sig = &new.sig;
    refuse_qualifiers(
        new,
        [(
            "async",
            span_of(sig.asyncness.as_ref()),
            "it makes the object, before there is a thread\nhelp: await first and pass the result to `new`, \
             or give this function another name",
        )],
        errors,
    );
    match (sig.receiver(), &sig.output) {
        // As `__init__` of Python: one mistake, and one error.
        (Some(receiver), ReturnType::Default) => errors.blame(
            receiver,
            "`new` makes the object and returns it, so it has none to take\n\
             help: write `fn new(..) -> Self { Self { .. } }`, or give this method another name",
        ),
        (Some(receiver), _) => errors.blame(
            receiver,
            "`new` makes the object, so it has none to take\nhelp: remove the receiver, or give this method another name",
        ),
        (None, ReturnType::Default) => {
            errors.blame(&sig.ident, format!("`new` of a thread class makes the object, and this one returns nothing\n{RETURNS}"));
        }
        (None, ReturnType::Type(..)) => {}
    }
    let hides = match &sig.output {
        ReturnType::Type(_, ty) => opaque(ty),
        ReturnType::Default => None,
    };
    if let Some(word) = hides {
        errors.blame(word, format!("`new` of a thread class makes the object, and this one hides what it makes\n{RETURNS}"));
    }
}

/// The `impl` of a return type `impl Trait`.
fn opaque(ty: &syn::Type) -> Option<TokenTree> {
    let first = ty.to_token_stream().into_iter().next()?;
    matches!(&first, TokenTree::Ident(word) if word == "impl").then_some(first)
}

fn refuse_final_name(member: &Member, errors: &mut Errors) -> bool {
    let Some(name) = member.name() else { return false };
    let known = FinalName::find(&name.unraw().to_string());
    let takes_object = member.method().is_none_or(|method| method.sig.receiver().is_some());
    errors.extend(known.map(|known| syn::Error::new(name.span(), known.message(takes_object))));
    known.is_some()
}

/// The qualifiers that neither `run` nor `new` may have, blamed on their tokens.
fn refuse_qualifiers<'a>(
    method: &Method,
    refused: impl IntoIterator<Item = (&'a str, Option<Span>, &'a str)>,
    errors: &mut Errors,
) {
    let name = &method.sig.ident;
    for (qualifier, span, why) in refused {
        errors.extend(span.map(|span| {
            let what = format!("`{name}` of a thread class cannot be `{qualifier}`: {why}");
            syn::Error::new(span, what)
        }));
    }
}

/// Where a qualifier stands.
fn span_of<T: ToTokens>(token: Option<&T>) -> Option<Span> {
    token.map(syn::spanned::Spanned::span)
}

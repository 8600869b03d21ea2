//! What `run` must be.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{FnArg, ReceiverKind, ReturnType, Safety, Signature, Type, TypeReference};

use super::{refuse_qualifiers, span_of};
use crate::base::errors::{Errors, nearest};
use crate::base::tokens::mentions;
use crate::base::types::{has_no_size, pretty};
use crate::class_impl::model::{ClassImpl, Member, Method};

/// How `run` takes the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Receiver {
    Shared,
    Exclusive,
    Consumed,
}

/// Whether there is a `run`, be it half-typed.
pub(super) fn exists(class_impl: &ClassImpl, errors: &mut Errors) -> bool {
    let is_it = |member: &Member| {
        member.is_named("run") || (member.is_half_typed() && member.name().is_none())
    };
    let found = class_impl.members.iter().any(is_it);
    let compiled_out = class_impl.compiled_out.iter().find(|name| name.unraw() == "run");
    if let (false, Some(run)) = (found, compiled_out) {
        let class = pretty(&class_impl.head.self_ty);
        errors.blame(
            run,
            format!(
                "the thread class `{class}` has no `run` here: its `#[cfg(..)]` compiles it out\n\
                 help: add a `run` for the opposite condition, or put the condition on the struct and its impls"
            ),
        );
    } else if !found {
        let class = pretty(&class_impl.head.self_ty);
        let help = where_run_may_be(class_impl);
        errors.blame(
            &class_impl.head.self_ty,
            format!(
                "the thread class `{class}` has no `run`: its activity is missing\nhelp: {help}"
            ),
        );
    }
    found
}

fn where_run_may_be(class_impl: &ClassImpl) -> String {
    let names = class_impl.members.iter().filter_map(Member::name);
    let names: Vec<_> = names.map(|name| name.unraw().to_string()).collect();
    match nearest("run", names.iter().map(String::as_str)) {
        Some(near) => format!("if `{near}` is what its thread does, name it `run`"),
        None => "add `fn run(&self) { .. }` to this impl; where `run` stands in another impl, \
                 the attribute goes there, and this one needs none"
            .to_owned(),
    }
}

/// How many `run`s there were so far.
#[derive(Default)]
pub(super) struct Runs(usize);

impl Runs {
    /// Checks the next one; whether it is one too many.
    pub(super) fn check(&mut self, run: &Member, errors: &mut Errors) -> bool {
        let Some(method) = run.method() else {
            if !run.is_half_typed() {
                errors.blame(
                    run.name(),
                    "`run` of a thread class is a method: `fn run(&self) { .. }`",
                );
            }
            return false;
        };
        self.0 += 1;
        if self.0 > 1 {
            errors.blame(
                &method.sig.ident,
                "a thread class has one `run`\n\
                 help: give the other activity a class of its own, or its method another name",
            );
            return true;
        }
        one(method, errors);
        false
    }
}

fn one(run: &Method, errors: &mut Errors) {
    let sig = &run.sig;
    let unsafety = match &sig.safety {
        Safety::Unsafe(token) => Some(token.span()),
        _ => None,
    };
    refuse_qualifiers(
        run,
        [
            (
                "async",
                span_of(sig.asyncness.as_ref()),
                "it is the thread's activity itself\nhelp: block on the future in it: `runtime.block_on(..)`",
            ),
            ("const", span_of(sig.constness.as_ref()), "it runs in a thread\nhelp: remove `const`"),
            (
                "unsafe",
                unsafety,
                "the base calls it, and can promise nothing\nhelp: put the `unsafe` block inside",
            ),
            (
                "extern",
                span_of(sig.abi.as_ref()),
                "the base calls it, as a Rust function\nhelp: remove `extern`",
            ),
        ],
        errors,
    );
    generics(sig, errors);
    arguments(sig, errors);
    errors.extend(output_mistake(sig));
}

fn generics(sig: &Signature, errors: &mut Errors) {
    let params = &sig.generics.params;
    let only_lifetimes = sig.generics.lifetimes().count() == params.len();
    let help = "help: put what it needs on the class: `struct Class<T>` and `impl<T> Class<T>`";
    if !params.is_empty() && only_lifetimes {
        errors.blame(
            params,
            "`run` takes no lifetime parameters: the object is lent to it for as long as it runs\n\
             help: write `&self` or `&mut self`, and return what is owned",
        );
    } else if !params.is_empty() {
        errors.blame(
            params,
            format!(
                "`run` takes no generic parameters: the base calls it, and has none to give\n{help}"
            ),
        );
    } else if let Some(clause) =
        sig.generics.where_clause.as_ref().filter(|clause| !clause.predicates.is_empty())
    {
        errors.blame(
            clause,
            format!(
                "`run` has no where clause: the base calls it for every object of the class\n{help}"
            ),
        );
    }
}

fn arguments(sig: &Signature, errors: &mut Errors) {
    if sig.receiver().is_none() {
        errors.blame(
            &sig.ident,
            "`run` needs a receiver: it works on the thread object\n\
             help: `fn run(&self)` shares the object with other threads, `fn run(&mut self)` and \
             `fn run(self)` give it to the thread",
        );
        return;
    }
    // A lifetime of the receiver's own is told above.
    if receiver(sig).is_none() && sig.generics.params.is_empty() {
        errors.blame(
            sig.inputs.first(),
            "`run` takes `&self`, `&mut self` or `self`\n\
             note: the base keeps the object, and lends it to `run` in one of these ways\n\
             help: in a `run(&self)` class, `threadkit::current_thread().downcast::<Self>()` gives a handle to keep",
        );
    }
    for extra in sig.inputs.iter().filter(|input| matches!(input, FnArg::Typed(_))) {
        errors.blame(
            extra,
            "`run` takes nothing but the object: the base calls it, and has nothing to give\n\
             help: make it a field of the class, set in `new`",
        );
    }
}

/// The receiver, if it is one of the three.
pub(crate) fn receiver(sig: &Signature) -> Option<Receiver> {
    let reference = |mutable: bool| {
        if mutable { Receiver::Exclusive } else { Receiver::Shared }
    };
    let is_self = |ty: &Type| matches!(ty, Type::Path(path) if path.path.is_ident("Self"));
    match &sig.receiver()?.kind {
        ReceiverKind::Value => Some(Receiver::Consumed),
        ReceiverKind::Reference(_, None, mutability) => Some(reference(mutability.is_some())),
        ReceiverKind::Typed(_, ty) => match &**ty {
            Type::Reference(TypeReference { lifetime: None, mutability, elem, .. })
                if is_self(elem) =>
            {
                Some(reference(mutability.is_some()))
            }
            ty if is_self(ty) => Some(Receiver::Consumed),
            _ => None,
        },
        _ => None,
    }
}

/// What is wrong with the return type.
fn output_mistake(sig: &Signature) -> Option<syn::Error> {
    let ReturnType::Type(_, ty) = &sig.output else {
        return None;
    };
    let tokens = ty.to_token_stream();
    let help = if mentions(ty, "Future") {
        "it is no async function: block on the future in it, with `runtime.block_on(..)`"
    } else {
        "write the type itself, or `Box<dyn ..>`"
    };
    let hidden = find(&tokens, &|tokens| is_word(tokens, "impl")).map(|span| {
        let what = "what `run` returns needs a name, since `Thread::value` hands it out";
        syn::Error::new(span, format!("{what}\nhelp: {help}"))
    });
    hidden.or_else(|| {
        let span = find(&tokens, &borrows)?;
        Some(syn::Error::new(
            span,
            "what `run` returns cannot borrow from the object: `Thread::value` hands it out after the thread's end\n\
             help: return an owned value, such as `String` for `&str`",
        ))
    })
}

/// Whether the return type can stand elsewhere, too. The compiler refuses a type to infer and one
/// without a size where they stand, and does not have to do it again.
pub(crate) fn has_usable_output(sig: &Signature) -> bool {
    let ReturnType::Type(_, ty) = &sig.output else {
        return true;
    };
    let is_inferred = || find(&ty.to_token_stream(), &|tokens| is_word(tokens, "_")).is_some();
    output_mistake(sig).is_none() && !has_no_size(ty) && !is_inferred()
}

fn is_word(tokens: &[TokenTree], word: &str) -> bool {
    matches!(tokens, [TokenTree::Ident(first), ..] if first == word)
}

/// `&T` without a lifetime, or `'_`.
fn borrows(tokens: &[TokenTree]) -> bool {
    let is = |token: Option<&TokenTree>, c: char| matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == c);
    let is_anonymous = matches!(tokens.get(1), Some(TokenTree::Ident(name)) if name == "_");
    if is(tokens.first(), '\'') {
        is_anonymous
    } else {
        is(tokens.first(), '&') && !is(tokens.get(1), '\'')
    }
}

/// Where a pattern begins in the tokens, those of groups included. What follows `fn` or `Fn` has
/// elided lifetimes of its own, and is left to the compiler.
fn find(tokens: &TokenStream, pattern: &dyn Fn(&[TokenTree]) -> bool) -> Option<Span> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let end = tokens.iter().position(is_callable).unwrap_or(tokens.len());
    (0..end).find_map(|at| match &tokens[at] {
        TokenTree::Group(group) => find(&group.stream(), pattern),
        token => pattern(&tokens[at..]).then(|| token.span()),
    })
}

fn is_callable(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(word) if word == "fn" || word == "Fn" || word == "FnMut" || word == "FnOnce")
}

//! What `fn main` must be.

use quote::ToTokens;
use syn::{Attribute, Safety, Signature};

use super::Entry;
use super::PLACE;
use crate::base::errors::Errors;

/// Whether it can be the main thread's function.
pub(super) fn entry(entry: &Entry, errors: &mut Errors) -> bool {
    let before = errors.len();
    let sig = &entry.sig;
    if sig.ident != "main" {
        errors.blame(
            &sig.ident,
            format!(
                "{PLACE} goes on `fn main`, where the program begins\nhelp: remove it from `{}`{}",
                sig.ident,
                if sig.ident == "run" { "; `run` belongs in a `#[thread_class] impl`" } else { "" }
            ),
        );
        return false;
    }
    if let Some(token) = &sig.asyncness {
        errors.blame(token, asynchronous(entry));
    } else if let Some(below) = main_attribute(entry) {
        errors.blame(below, misplaced(below));
    }
    let unsafety = match &sig.safety {
        Safety::Unsafe(token) => token.to_token_stream(),
        _ => proc_macro2::TokenStream::new(),
    };
    for qualifier in [sig.constness.to_token_stream(), unsafety, sig.abi.to_token_stream()] {
        if !qualifier.is_empty() {
            errors.blame(&qualifier, format!("`main` cannot be `{qualifier}`\nhelp: remove it"));
        }
    }
    parameters(sig, errors);
    if entry.body.is_none() {
        errors.blame(&sig.ident, "`main` has no body\nhelp: write `fn main() { .. }`");
    }
    errors.len() == before
}

fn parameters(sig: &Signature, errors: &mut Errors) {
    if !sig.inputs.is_empty() {
        errors.blame(
            &sig.inputs,
            "`main` takes no arguments\nhelp: `std::env::args()` gives those of the command line",
        );
    }
    if !sig.generics.params.is_empty() {
        errors.blame(
            &sig.generics.params,
            "`main` takes no generic parameters: nobody could give them",
        );
    } else if let Some(clause) = &sig.generics.where_clause {
        errors.blame(clause, "`main` has no where clause");
    }
}

/// An attribute of a runtime, or this one again, that stands below.
fn main_attribute(entry: &Entry) -> Option<&Attribute> {
    entry
        .attrs
        .iter()
        .find(|attr| attr.path().segments.last().is_some_and(|last| last.ident == "main"))
}

fn misplaced(below: &Attribute) -> String {
    let name = below.path().to_token_stream().to_string().replace(' ', "");
    if name == "threadkit::main" {
        return format!(
            "{PLACE} is given twice\nhelp: remove one, and keep the options in the other"
        );
    }
    format!(
        "{PLACE} needs the plain `main` that `#[{name}]` makes, and stands above it\n\
         help: put {PLACE} below `#[{name}]`"
    )
}

/// Below the attribute of a runtime it would have been a plain function by now.
fn asynchronous(entry: &Entry) -> String {
    main_attribute(entry).map_or_else(
        || {
            format!(
                "{PLACE} runs no futures\n\
                 help: remove `async`, or put the attribute of a runtime above, such as `#[tokio::main]`"
            )
        },
        misplaced,
    )
}

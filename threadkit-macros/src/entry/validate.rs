//! What `fn main` must be, and a test.

use quote::ToTokens;
use syn::{Attribute, GenericParam, Safety, Signature};

use super::Entry;
use crate::base::errors::Errors;
use crate::base::options::Place;

/// The attributes as messages name them.
const PLACE: Place = Place::Main;
const TEST: Place = Place::Test;

/// Whether it can be the main thread's function.
pub(super) fn main(entry: &Entry, errors: &mut Errors) -> bool {
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
    qualifiers("`main`", sig, errors);
    parameters(sig, errors);
    if entry.body.is_none() {
        errors.blame(&sig.ident, "`main` has no body\nhelp: write `fn main() { .. }`");
    }
    errors.len() == before
}

/// Whether it can be a test.
pub(super) fn test(entry: &Entry, errors: &mut Errors) -> bool {
    let before = errors.len();
    let sig = &entry.sig;
    let attribute = attribute_named(entry, "test");
    if let Some(other) = attribute {
        errors.blame(other, second_test(other));
    } else if let Some(token) = &sig.asyncness {
        errors.blame(
            token,
            format!(
                "{TEST} runs no futures\n\
                 help: remove `async`, and hand the future to an executor in the test; or write the attribute of \
                 a runtime in place of this one, such as `#[tokio::test]`"
            ),
        );
    }
    qualifiers("a test", sig, errors);
    if !sig.inputs.is_empty() {
        errors.blame(
            &sig.inputs,
            format!(
                "a test takes no arguments: nobody could give them\n\
                 help: an attribute that gives them, such as `#[rstest]`, stands above {TEST}"
            ),
        );
    }
    let is_lifetime = |param: &GenericParam| matches!(param, GenericParam::Lifetime(_));
    if let Some(param) = sig.generics.params.iter().find(|param| !is_lifetime(param)) {
        errors.blame(param, "a test takes no generic parameters: nobody could give them");
    }
    if entry.body.is_none() {
        let name = &sig.ident;
        errors.blame(name, format!("the test has no body\nhelp: write `fn {name}() {{ .. }}`"));
    }
    errors.len() == before
}

/// Below the attribute stands another that makes a test.
fn second_test(other: &Attribute) -> String {
    let name = path_of(other);
    match name.trim_start_matches("::") {
        // Nobody writes that but a macro, whose attribute this is located at.
        "core::prelude::v1::test" if name.starts_with("::") => {
            format!("{TEST} makes the function a test, and so does this\nhelp: remove one of them")
        }
        "threadkit::test" => {
            format!("{TEST} is given twice\nhelp: remove one, and keep the options in the other")
        }
        "test" | "core::prelude::v1::test" | "std::prelude::v1::test" => {
            format!(
                "{TEST} makes the function a test, and `#[{name}]` would do so again\nhelp: remove `#[{name}]`"
            )
        }
        _ => format!(
            "{TEST} makes the function a test, and so does `#[{name}]`\nhelp: remove one of them"
        ),
    }
}

fn qualifiers(what: &str, sig: &Signature, errors: &mut Errors) {
    let unsafety = match &sig.safety {
        Safety::Unsafe(token) => token.to_token_stream(),
        _ => proc_macro2::TokenStream::new(),
    };
    for qualifier in [sig.constness.to_token_stream(), unsafety, sig.abi.to_token_stream()] {
        if !qualifier.is_empty() {
            errors.blame(&qualifier, format!("{what} cannot be `{qualifier}`\nhelp: remove it"));
        }
    }
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
    attribute_named(entry, "main")
}

fn attribute_named<'a>(entry: &'a Entry, name: &str) -> Option<&'a Attribute> {
    let is_named =
        |attr: &&Attribute| attr.path().segments.last().is_some_and(|last| last.ident == name);
    entry.attrs.iter().find(is_named)
}

/// As it is written.
fn path_of(attr: &Attribute) -> String {
    attr.path().to_token_stream().to_string().replace(' ', "")
}

fn misplaced(below: &Attribute) -> String {
    let name = path_of(below);
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

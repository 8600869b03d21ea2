//! The arguments on an impl: only where the runtime is found.

use proc_macro2::TokenStream;

use crate::entry;
use crate::errors::Errors;
use crate::options::Known;
use crate::runtime::Runtime;

const ON_THE_STRUCT: &str = "`#[thread_class]` on the struct";

const KNOWN: Known = Known {
    place: "`#[thread_class]` on an impl",
    names: &["crate"],
    elsewhere: &[
        ("name", ON_THE_STRUCT),
        ("daemon", ON_THE_STRUCT),
        ("stack_size", ON_THE_STRUCT),
        ("excepthook", ON_THE_STRUCT),
        ("inherit", ON_THE_STRUCT),
        ("report_after", entry::PLACE),
        ("stop", entry::PLACE),
        ("grace", entry::PLACE),
    ],
};

pub(super) fn read(arguments: TokenStream, errors: &mut Errors) -> Runtime {
    let arguments = KNOWN.read(arguments, errors);
    arguments.first().and_then(|argument| argument.runtime(errors)).unwrap_or_default()
}

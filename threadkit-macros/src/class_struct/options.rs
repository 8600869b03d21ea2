//! The class options.

use std::time::Duration;

use proc_macro2::{Span, TokenStream};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprPath, LitBool, LitStr, Path};

use crate::base::duration;
use crate::base::errors::Errors;
use crate::base::options::{Argument, Place};
use crate::base::tokens::Runtime;

/// What `#[thread_class(..)]` on a struct says.
#[derive(Default)]
pub(crate) struct ClassOptions {
    pub(crate) runtime: Runtime,
    pub(crate) name: Option<Name>,
    pub(crate) daemon: Option<LitBool>,
    pub(crate) stack_size: Option<Expr>,
    pub(crate) excepthook: Option<Path>,
    pub(crate) inherit: Option<LitBool>,
    pub(crate) reuse: Option<LitBool>,
    pub(crate) stall_after: Option<Duration>,
}

/// `name = ".."` or `name = CONST`.
pub(crate) enum Name {
    /// A format string over the fields.
    Format(LitStr),
    /// The path of a constant, whose text is taken as it is: a macro does not see it.
    Const(ExprPath),
}

impl Name {
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Format(format) => format.span(),
            Self::Const(path) => path.span(),
        }
    }
}

fn name(argument: &Argument, errors: &mut Errors) -> Option<Name> {
    if let Some(path) = argument.constant() {
        return Some(Name::Const(path.clone()));
    }
    let form = "a format string over the fields or the path of a constant: `name = \"worker {id}\"`, `name = NAME`\n\
                help: `.with_name(..)` on the object takes any expression";
    argument.string(form, errors).map(Name::Format)
}

pub(super) fn read(arguments: TokenStream, errors: &mut Errors) -> ClassOptions {
    let mut options = ClassOptions::default();
    for argument in Place::Struct.read(arguments, errors) {
        match argument.key.to_string().as_str() {
            "name" => {
                options.name = name(&argument, errors);
            }
            "daemon" => options.daemon = argument.flag(errors),
            "stack_size" => {
                options.stack_size = argument.integer(
                    "a number of bytes of type `usize`: `stack_size = 256 * 1024`",
                    errors,
                );
            }
            "excepthook" => {
                options.excepthook = argument.path(
                    "the path of a `fn(&ExceptHookArgs<'_>)`: `excepthook = threadkit::silent`",
                    errors,
                );
            }
            "inherit" => options.inherit = argument.flag(errors),
            "reuse" => options.reuse = argument.flag(errors),
            "stall_after" => options.stall_after = limit(&argument, errors),
            _ => options.runtime = argument.runtime(errors).unwrap_or_default(),
        }
    }
    options
}

/// Every thread says nothing for no time at all.
fn limit(argument: &Argument, errors: &mut Errors) -> Option<Duration> {
    let limit = duration::read(argument, errors)?;
    if limit.is_zero() {
        return argument.ill_typed(
            "a duration that is longer than zero; without it, no thread is watched",
            errors,
        );
    }
    Some(limit)
}

//! The arguments of an attribute: `key`, `key = value`, separated by commas.

use std::fmt;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprGroup, ExprLit, ExprPath, Ident, Lit, LitBool, LitStr, Path, Token, token};

use crate::base::errors::{Errors, nearest};
use crate::base::tokens::Runtime;

/// One argument, as written.
pub(crate) struct Argument {
    pub(crate) key: Ident,
    pub(crate) value: Option<Expr>,
}

/// Where an attribute stands that takes options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Struct,
    Impl,
    Main,
    Test,
}

/// Every option, and the places that take it.
const OPTIONS: [(&str, &[Place]); 14] = [
    ("name", &[Place::Struct]),
    ("daemon", &[Place::Struct]),
    ("stack_size", &[Place::Struct]),
    ("excepthook", &[Place::Struct]),
    ("inherit", &[Place::Struct]),
    ("reuse", &[Place::Struct]),
    ("stall_after", &[Place::Struct]),
    ("report_after", &[Place::Main]),
    ("stop", &[Place::Main, Place::Test]),
    ("grace", &[Place::Main, Place::Test]),
    ("timeout", &[Place::Test]),
    ("time", &[Place::Test]),
    ("leaks", &[Place::Test]),
    ("crate", &[Place::Struct, Place::Impl, Place::Main, Place::Test]),
];

/// As a message names it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Struct => "`#[thread_class]` on a struct",
            Self::Impl => "`#[thread_class]` on an impl",
            Self::Main => "`#[threadkit::main]`",
            Self::Test => "`#[threadkit::test]`",
        })
    }
}

impl Place {
    /// Reads the arguments; those that are unknown or repeated are reported and left out.
    pub(crate) fn read(self, arguments: TokenStream, errors: &mut Errors) -> Vec<Argument> {
        let mut kept: Vec<Argument> = Vec::new();
        for argument in self.parse(arguments, errors) {
            let key = argument.key.unraw().to_string();
            if self.names().all(|name| name != key) {
                errors.blame(&argument.key, self.unknown(&key));
            } else if kept.iter().any(|earlier| earlier.key == argument.key) {
                errors.blame(&argument.key, format!("the option `{key}` is given twice"));
            } else {
                kept.push(argument);
            }
        }
        kept
    }

    fn names(self) -> impl Iterator<Item = &'static str> {
        OPTIONS.iter().filter(move |(_, places)| places.contains(&self)).map(|(name, _)| *name)
    }

    fn unknown(self, key: &str) -> String {
        if let Some((_, homes)) = OPTIONS.iter().find(|(name, _)| *name == key) {
            let home = homes[0];
            return format!("`{key}` is an option of {home}, not of {self}\nhelp: move it there");
        }
        let hint = nearest(key, self.names())
            .map_or_else(String::new, |meant| format!("\nhelp: did you mean `{meant}`?"));
        format!("{self} has no option `{key}`\n{}{hint}", self.takes())
    }

    fn takes(self) -> String {
        let names: Vec<_> = self.names().map(|name| format!("`{name}`")).collect();
        format!("note: it takes {}", names.join(", "))
    }

    /// Reads all arguments that can be read; an unreadable one is reported and skipped.
    fn parse(self, arguments: TokenStream, errors: &mut Errors) -> Vec<Argument> {
        let mut found = Vec::new();
        let all = |input: ParseStream<'_>| {
            while !input.is_empty() {
                // `name = "worker {}", self.id`: the `{}` is told of.
                if found.last().is_some_and(Argument::has_positions) && !is_option(&input.fork()) {
                    skip_argument(input)?;
                } else {
                    match self.parse_one(input) {
                        Ok(argument) => found.push(argument),
                        Err(error) => {
                            errors.push(error);
                            skip_argument(input)?;
                        }
                    }
                }
                input.parse::<Option<Token![,]>>()?;
            }
            Ok(())
        };
        // What a group holds beside the expression in it is noticed in the end.
        if let Err(error) = all.parse2(closed(arguments)) {
            errors.push(error);
        }
        found
    }

    fn parse_one(self, input: ParseStream<'_>) -> syn::Result<Argument> {
        if !input.peek(Ident::peek_any) {
            let takes = self.takes();
            return Err(input
                .error(format!("expected an option of {self}: `key` or `key = value`\n{takes}")));
        }
        let key = input.call(Ident::parse_any)?;
        let is_sign = input.peek(Token![:]) || input.peek(Token![==]) || input.peek(Token![=>]);
        if is_sign || input.peek(token::Paren) {
            return Err(syn::Error::new_spanned(
                &key,
                format!("an option's value stands after `=`: `{key} = ..`"),
            ));
        }
        let Some(equals) = input.parse::<Option<Token![=]>>()? else {
            return end_of_argument(input).map(|()| Argument { key, value: None });
        };
        if input.is_empty() || input.peek(Token![,]) {
            return Err(syn::Error::new_spanned(
                equals,
                format!("the value of `{key}` is missing"),
            ));
        }
        let value: Expr = input.parse()?;
        // Python's `f".."`, which the compiler has refused for its prefix.
        if matches!(&value, Expr::Path(path) if path.path.is_ident("f")) && input.peek(LitStr) {
            input.parse::<LitStr>()?;
            let what = format!("`{key}` is a format string already\nhelp: remove the `f`");
            return Err(syn::Error::new_spanned(value, what));
        }
        let value = Some(value);
        end_of_argument(input).map(|()| Argument { key, value })
    }
}

/// The arguments with a comma behind them, in the place of the last: an error at the end of a value
/// is then there, where the end of the input would be the whole attribute.
fn closed(mut arguments: TokenStream) -> TokenStream {
    let last = arguments.clone().into_iter().last();
    if let Some(last) = last.filter(|last| last.to_string() != ",") {
        arguments.extend(quote_spanned!(last.span()=> ,));
    }
    arguments
}

/// Whether the name of an option comes next, wherever it belongs.
fn is_option(input: ParseStream<'_>) -> bool {
    let key = input.call(Ident::parse_any);
    key.is_ok_and(|key| OPTIONS.iter().any(|(name, _)| key.unraw() == name))
}

fn skip_argument(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}

fn end_of_argument(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        Ok(())
    } else {
        Err(input.error("expected `,` between options"))
    }
}

impl Argument {
    /// A string, which the message calls `form` when it is none.
    pub(crate) fn string(&self, form: &str, errors: &mut Errors) -> Option<LitStr> {
        match self.literal() {
            Some(Lit::Str(string)) => Some(string.clone()),
            Some(lit) if is_refused(lit) => None,
            Some(Lit::Char(c)) => self.ill_typed(
                &format!("a string, and one stands in double quotes: `\"{}\"`", c.value()),
                errors,
            ),
            _ => self.ill_typed(form, errors),
        }
    }

    /// `key`, `key = true` or `key = false`.
    pub(crate) fn flag(&self, errors: &mut Errors) -> Option<LitBool> {
        match (&self.value, self.literal()) {
            (None, _) => Some(LitBool::new(true, self.key.span())),
            (_, Some(Lit::Bool(flag))) => Some(flag.clone()),
            _ => self.ill_typed("`true` or `false`", errors),
        }
    }

    /// An expression; a literal must be an integer.
    pub(crate) fn integer(&self, form: &str, errors: &mut Errors) -> Option<Expr> {
        match (&self.value, self.literal()) {
            (Some(value), None | Some(Lit::Int(_))) => Some(value.clone()),
            _ => self.ill_typed(form, errors),
        }
    }

    /// The path of a constant, qualified or not.
    pub(crate) fn constant(&self) -> Option<&ExprPath> {
        match self.value.as_ref().map(ungrouped) {
            Some(Expr::Path(path)) => Some(path),
            _ => None,
        }
    }

    /// A path.
    pub(crate) fn path(&self, form: &str, errors: &mut Errors) -> Option<Path> {
        match self.value.as_ref().map(ungrouped) {
            Some(Expr::Path(path)) if path.qself.is_none() => Some(path.path.clone()),
            _ => self.ill_typed(form, errors),
        }
    }

    /// `crate = path`.
    pub(crate) fn runtime(&self, errors: &mut Errors) -> Option<Runtime> {
        self.path("the path of the `threadkit` crate, without quotes: `crate = tk`", errors)
            .map(|path| Runtime(Some(path)))
    }

    /// Whether it is a name that leaves open which field, as in `"worker {}"` or `"worker {:?}"`.
    fn has_positions(&self) -> bool {
        let Some(Lit::Str(format)) = self.literal() else { return false };
        let format = format.value().replace("{{", "");
        self.key == "name" && (format.contains("{}") || format.contains("{:"))
    }

    fn literal(&self) -> Option<&Lit> {
        match self.value.as_ref().map(ungrouped) {
            Some(Expr::Lit(ExprLit { lit, .. })) => Some(lit),
            _ => None,
        }
    }

    /// Blames the value for not being `form`.
    pub(crate) fn ill_typed<T>(&self, form: &str, errors: &mut Errors) -> Option<T> {
        let key = &self.key;
        let blamed =
            self.value.as_ref().map_or_else(|| key.to_token_stream(), ToTokens::to_token_stream);
        errors.blame(blamed, format!("`{key}` takes {form}"));
        None
    }
}

/// Whether the compiler has refused the literal: `'worker'`.
fn is_refused(lit: &Lit) -> bool {
    let text = lit.to_token_stream().to_string();
    text.starts_with('\'') && text.chars().count() > 3 && !text.contains('\\')
}

/// The expression itself, where it is a fragment of a `macro_rules!` macro.
fn ungrouped(mut expr: &Expr) -> &Expr {
    while let Expr::Group(ExprGroup { expr: inner, .. }) = expr {
        expr = inner;
    }
    expr
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_has_a_row_for_every_option() {
        let documentation = include_str!("../lib.rs");
        for (name, places) in OPTIONS {
            let rows = documentation.lines().filter(|line| {
                let option = line.strip_prefix("/// | `").and_then(|row| row.strip_prefix(name));
                option.is_some_and(|rest| rest.starts_with([' ', '`']))
            });
            // The impl's only option is in the table of the struct's.
            let tables = places.iter().filter(|place| **place != Place::Impl);
            assert!(rows.count() >= tables.count(), "{name}");
        }
    }
}

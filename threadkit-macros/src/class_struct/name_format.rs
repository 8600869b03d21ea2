//! The format string of the `name` option, which names fields.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::ext::IdentExt as _;
use syn::{Fields, Index, LitStr, Member};

use super::model::Class;
use crate::base::errors::nearest;
use crate::base::tokens::located_at;

/// A stretch of the format string.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// What names a value: `url` in `{url:>8}`, `width` in `{url:width$}`.
    Argument(String),
}

/// Everything in `name` that no field answers to.
pub(crate) fn mistakes(name: &LitStr, fields: &Fields, class: &Ident) -> Vec<syn::Error> {
    pieces(&name.value())
        .iter()
        .filter_map(|piece| match piece {
            Piece::Argument(argument) if member(argument, fields).is_none() => Some(argument),
            _ => None,
        })
        .map(|argument| syn::Error::new(name.span(), mistake(argument, fields, class)))
        .collect()
}

/// `format!` over the fields of `__this`.
///
/// Each is passed by name: the format string may be a fragment of a `macro_rules!` macro, out of
/// whose sight the fields are. A positional name is no name, so those are spelled anew.
/// Of a packed struct each is copied out first, since it cannot be borrowed where it is.
pub(super) fn call(name: &LitStr, fields: &Fields, class: &Class) -> TokenStream {
    let mut format = String::new();
    let mut members: Vec<(Ident, Member, bool)> = Vec::new();
    let pieces = pieces(&name.value());
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(text) => format.push_str(text),
            Piece::Argument(argument) => {
                let Some(member) = member(argument, fields) else {
                    continue;
                };
                let key = match &member {
                    Member::Named(ident) => ident.unraw(),
                    Member::Unnamed(index) => format_ident!("field_{}", index.index),
                };
                format.push_str(&key.to_string());
                let displayed = is_displayed(&pieces[at + 1..]) && !class.is_parameter(&member);
                match members.iter_mut().find(|(known, ..)| *known == key) {
                    Some((.., all_displayed)) => *all_displayed &= displayed,
                    None => members.push((key, member, displayed)),
                }
            }
        }
    }
    let span = located_at(name.span());
    // The user's own literal, where it can stay: the compiler then points into it.
    let format = if format == name.value() { name.clone() } else { LitStr::new(&format, span) };
    let arguments = members.iter_mut().map(|(key, member, displayed)| {
        // Its position is the last token of the argument, and so counts where the compiler points.
        if let Member::Unnamed(index) = member {
            index.span = span;
        }
        let key = Ident::new(&key.to_string(), span);
        match (class.is_packed(), *displayed) {
            (true, _) => quote_spanned!(span=> #key = { __this.#member }),
            (_, true) => {
                quote_spanned!(span=> #key = __threadkit::__private::Shown(&__this.#member))
            }
            _ => quote_spanned!(span=> #key = __this.#member),
        }
    });
    quote_spanned! {span=>
        __threadkit::__private::format(__threadkit::__private::format_args!(#format #(, #arguments)*))
    }
}

/// Whether the argument before these pieces is shown by its `Display`, and says in words if there is none:
/// neither by another trait, as in `{url:?}`, nor a width.
fn is_displayed(after: &[Piece]) -> bool {
    let Some(Piece::Text(first)) = after.first() else { return false };
    if first.starts_with('$') {
        return false;
    }
    // Up to the end of the placeholder, which a width may cut in pieces.
    let texts = after.iter().filter_map(|piece| match piece {
        Piece::Text(text) => Some(text.as_str()),
        Piece::Argument(_) => None,
    });
    let text: String = texts.collect();
    let spec = text.split('}').next().unwrap_or_default().trim_end();
    !spec.ends_with(|c: char| c == '?' || c.is_alphabetic())
}

/// The field that an argument names.
fn member(argument: &str, fields: &Fields) -> Option<Member> {
    match argument.parse::<u32>() {
        Ok(index) => {
            let tuple = matches!(fields, Fields::Unnamed(_)) && (index as usize) < fields.len();
            tuple.then(|| Member::Unnamed(Index::from(index as usize)))
        }
        Err(_) => fields
            .iter()
            .filter_map(|field| field.ident.as_ref())
            .find(|ident| ident.unraw() == argument)
            .map(|ident| Member::Named(ident.clone())),
    }
}

fn mistake(argument: &str, fields: &Fields, class: &Ident) -> String {
    let names: Vec<String> = match fields {
        Fields::Unnamed(_) => (0..fields.len()).map(|index| index.to_string()).collect(),
        _ => fields
            .iter()
            .filter_map(|field| field.ident.as_ref())
            .map(|ident| ident.unraw().to_string())
            .collect(),
    };
    let Some(first) = names.first() else {
        return format!("`{class}` has no fields for `{{{argument}}}` to name");
    };
    if argument.is_empty()
        || (argument.parse::<u32>().is_ok() && matches!(fields, Fields::Named(_)))
    {
        return format!(
            "`{{{argument}}}` names no field: `name` is a format string over the fields\nhelp: name one, as in `{{{first}}}`"
        );
    }
    let converted = argument.rsplit_once('!').filter(|(_, how)| matches!(*how, "r" | "s" | "a"));
    if let Some((field, how)) = converted {
        let format = if how == "s" { "" } else { ":?" };
        return format!(
            "`!{how}` is a conversion of Python's\nhelp: here it is `{{{field}{format}}}`"
        );
    }
    let field = argument.strip_prefix("self.").unwrap_or(argument);
    let is_word = |text: &str| text.chars().all(|c| c == '_' || c.is_alphanumeric());
    if !is_word(field) {
        return format!(
            "`{{{argument}}}` is an expression, and the name is a format string that names fields of `{class}`\n\
             help: `.with_name(format!(..))` on the object takes any expression"
        );
    }
    let known = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let hint = nearest(field, names.iter().map(String::as_str))
        .map_or_else(String::new, |meant| format!("\nhelp: did you mean `{{{meant}}}`?"));
    format!("`{class}` has no field `{argument}` for its name\nnote: its fields are {known}{hint}")
}

/// Splits a format string. What is malformed stays text, for `format!` to explain.
fn pieces(format: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = format;
    while let Some(at) = rest.find('{') {
        let (before, from_brace) = rest.split_at(at);
        text.push_str(before);
        rest = from_brace;
        if let Some(after) = from_brace.strip_prefix("{{") {
            text.push_str("{{");
            rest = after;
            continue;
        }
        let Some(end) = from_brace.find('}') else {
            break;
        };
        let (argument, spec) = split_placeholder(&from_brace[1..end]);
        text.push('{');
        pieces.push(Piece::Text(std::mem::take(&mut text)));
        pieces.push(Piece::Argument(argument.to_owned()));
        text = push_spec(spec, &mut pieces);
        rest = &from_brace[end..];
    }
    text.push_str(rest);
    pieces.push(Piece::Text(text));
    pieces
}

/// `url` and `:>8` of `url:>8`.
fn split_placeholder(inside: &str) -> (&str, &str) {
    let (argument, spec) = inside.split_at(inside.find(':').unwrap_or(inside.len()));
    (argument.trim(), spec)
}

/// Finds the arguments of a format specification, `width` in `:>width$`; gives back its last text.
fn push_spec(spec: &str, pieces: &mut Vec<Piece>) -> String {
    let mut rest = spec;
    while let Some((before, after)) = rest.split_once('$') {
        let is_part = |c: char| c == '_' || c.is_alphanumeric();
        let at = before
            .rfind(|c| !is_part(c))
            .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
        pieces.push(Piece::Text(before[..at].to_owned()));
        pieces.push(Piece::Argument(before[at..].to_owned()));
        pieces.push(Piece::Text("$".to_owned()));
        rest = after;
    }
    rest.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(format: &str) -> Vec<String> {
        pieces(format)
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Argument(argument) => Some(argument),
                Piece::Text(_) => None,
            })
            .collect()
    }

    #[test]
    fn finds_the_arguments_of_a_format_string() {
        for (format, expected) in [
            ("plain", &[][..]),
            ("{{escaped}}", &[]),
            ("{url}", &["url"]),
            ("{0} {1:?}", &["0", "1"]),
            ("{ url :>8}", &["url"]),
            ("{url:>width$.precision$}", &["url", "width", "precision"]),
            ("{url:é>w$}", &["url", "w"]),
            ("{}", &[""]),
            ("{open", &[]),
        ] {
            assert_eq!(arguments(format), expected, "{format}");
        }
    }

    #[test]
    fn tells_what_is_displayed() {
        for (format, expected) in [
            ("{url}", true),
            ("a {url:>8} b?", true),
            ("{url:x>8}", true),
            ("{url:>width$.precision$}", true),
            ("{url:?}", false),
            ("{url:#06x}", false),
            ("{url:>width$x}", false),
        ] {
            let pieces = pieces(format);
            let at = pieces.iter().position(|piece| matches!(piece, Piece::Argument(_))).unwrap();
            assert_eq!(is_displayed(&pieces[at + 1..]), expected, "{format}");
        }
    }

    #[test]
    fn keeps_the_text() {
        for format in ["a {b:>c$} {{d}} {0} }} {", "{x:é>w$.p$?}", ""] {
            let whole: String = pieces(format)
                .into_iter()
                .map(|piece| match piece {
                    Piece::Text(text) | Piece::Argument(text) => text,
                })
                .collect();
            assert_eq!(whole, format);
        }
    }
}

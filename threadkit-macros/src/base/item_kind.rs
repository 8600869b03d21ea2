//! What an attribute was put on.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Visibility};

/// The kind of an item, as far as the attributes of this crate care.
pub(crate) enum ItemKind {
    /// `struct`, and its like: `enum` and `union`.
    Class,
    Impl,
    Other {
        keyword: TokenStream,
        what: &'static str,
    },
}

/// Words that may stand before the one that tells the kind.
const MODIFIERS: [&str; 7] = ["default", "const", "async", "unsafe", "safe", "extern", "auto"];

const OTHERS: [(&str, &str); 9] = [
    ("trait", "a trait"),
    ("fn", "a function"),
    ("mod", "a module"),
    ("type", "a type alias"),
    ("static", "a static"),
    ("use", "a `use`"),
    ("macro_rules", "a macro"),
    ("const", "a constant"),
    ("extern", "an `extern` block"),
];

impl ItemKind {
    pub(crate) fn of(item: &TokenStream) -> Self {
        let keyword = (|input: ParseStream<'_>| {
            input.call(Attribute::parse_outer)?;
            input.parse::<Visibility>()?;
            Ok(keyword(input.parse()?))
        })
        .parse2(item.clone());
        let Ok(Some(keyword)) = keyword else {
            return Self::Other { keyword: item.clone(), what: "something else" };
        };
        match keyword.to_string().as_str() {
            "struct" | "enum" | "union" => Self::Class,
            "impl" => Self::Impl,
            word => {
                let what = OTHERS
                    .iter()
                    .find(|(other, _)| *other == word)
                    .map_or("something else", |(_, what)| what);
                Self::Other { keyword: keyword.into_token_stream(), what }
            }
        }
    }
}

/// The word that tells the kind; of `const NAME` and `extern {}` it is the first.
fn keyword(tokens: TokenStream) -> Option<Ident> {
    let mut modifier = None;
    for token in tokens {
        match token {
            TokenTree::Ident(word) if MODIFIERS.iter().any(|modifier| word == modifier) => {
                modifier = Some(word);
            }
            TokenTree::Ident(word)
                if modifier
                    .as_ref()
                    .is_none_or(|m| m != "const" || word == "fn" || word == "impl") =>
            {
                return Some(word);
            }
            TokenTree::Literal(_) => {}
            _ => break,
        }
    }
    modifier
}

//! What is compiled out is not judged, and nothing is made for it.
//!
//! An attribute gets its item with every `#[cfg(..)]` in it, and cannot ask whether one holds. So it
//! writes the item twice, once with the first condition taken as true and once as false, each under
//! that condition: the compiler expands the one that it keeps. The attribute then comes back, with one
//! condition less, until all of them are settled.

use proc_macro2::{Delimiter, Group, Punct, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, GenericParam, Generics, Item};

/// What a condition of `cfg_attr` may decide that matters to the attributes of this crate.
const MATTERS: [&str; 3] = ["cfg", "packed", "must_use"];

/// How deep conditions are looked for: the item with its parameters, its fields or members, and the
/// arguments of these. The bodies of functions are the compiler's alone.
const DEEPEST: usize = 2;

/// The item once for each answer to its first open condition, under `attribute` again; `None` if all
/// conditions are settled, or the item cannot be read.
pub(crate) fn split(attribute: &TokenStream, item: &TokenStream) -> Option<TokenStream> {
    let condition = first_open(item, 0)?;
    // What is half-typed the compiler has refused; written again, it would be refused again.
    syn::parse2::<Item>(item.clone()).ok()?;
    let holds = with(item, 0, &condition, true);
    let fails = with(item, 0, &condition, false);
    Some(quote! {
        #[cfg(#condition)]
        #attribute
        #holds
        #[cfg(not(#condition))]
        #attribute
        #fails
    })
}

/// Whether a condition of its own, settled by now, keeps the item out.
pub(crate) fn is_compiled_out(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| match Conditional::of(&attr.meta.to_token_stream()) {
        Some(Conditional::Cfg(condition)) => is_false(&condition),
        _ => false,
    })
}

/// The parameters without those that are compiled out.
pub(crate) fn existing(generics: Generics) -> Generics {
    let params = generics.params.into_iter();
    let exists = |parameter: &GenericParam| {
        !is_compiled_out(match parameter {
            GenericParam::Lifetime(parameter) => &parameter.attrs,
            GenericParam::Type(parameter) => &parameter.attrs,
            GenericParam::Const(parameter) => &parameter.attrs,
        })
    };
    Generics { params: params.filter(exists).collect(), ..generics }
}

/// The contents of an attribute that depends on a condition.
enum Conditional {
    /// `cfg(condition)`
    Cfg(TokenStream),
    /// `cfg_attr(condition, attribute, ..)`
    Attributes(TokenStream, Vec<TokenStream>),
}

impl Conditional {
    fn of(contents: &TokenStream) -> Option<Self> {
        let trees = flat(contents.clone());
        let [TokenTree::Ident(name), TokenTree::Group(arguments)] = &trees[..] else { return None };
        if name == "cfg" {
            return Some(Self::Cfg(arguments.stream()));
        }
        let mut parts = parts(arguments.stream());
        let attributes = parts.split_off(1.min(parts.len()));
        let is_read = attributes.iter().all(begins_as_an_attribute);
        (name == "cfg_attr" && is_read)
            .then(|| Self::Attributes(parts.pop().unwrap_or_default(), attributes))
    }

    /// The condition, if it is not settled and its answer matters.
    fn open(self) -> Option<TokenStream> {
        match self {
            Self::Cfg(condition) => {
                (!is_false(&condition) && is_condition(&condition)).then_some(condition)
            }
            Self::Attributes(condition, attributes) => {
                let matters = |attribute: &TokenStream| {
                    attribute.clone().into_iter().any(|token| mentions(&token))
                };
                (is_condition(&condition) && attributes.iter().any(matters)).then_some(condition)
            }
        }
    }
}

/// By a name or a path: what begins otherwise no compiler reads, and alone in brackets it would lose the whole item.
fn begins_as_an_attribute(attribute: &TokenStream) -> bool {
    match attribute.clone().into_iter().next() {
        Some(TokenTree::Ident(_)) => true,
        Some(TokenTree::Punct(punct)) => punct.as_char() == ':',
        _ => false,
    }
}

fn mentions(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) => group.stream().into_iter().any(|token| mentions(&token)),
        TokenTree::Ident(word) => MATTERS.iter().any(|known| word == known),
        _ => false,
    }
}

/// Whether the compiler can read it. One that it cannot it takes as true, wherever it stands.
fn is_condition(condition: &TokenStream) -> bool {
    match &flat(condition.clone())[..] {
        [TokenTree::Ident(_)] => true,
        [TokenTree::Ident(_), TokenTree::Punct(equals), TokenTree::Literal(value)] => {
            equals.as_char() == '=' && value.to_string().ends_with(['"', '#'])
        }
        [TokenTree::Ident(of), TokenTree::Group(group)] => {
            let inner = parts(group.stream());
            let count_fits = of == "all" || of == "any" || (of == "not" && inner.len() == 1);
            count_fits && inner.iter().all(is_condition)
        }
        _ => false,
    }
}

/// The tokens between the commas.
fn parts(tokens: TokenStream) -> Vec<TokenStream> {
    let tokens = flat(tokens);
    let is_comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let parts = tokens.split(is_comma).map(|part| part.iter().cloned().collect());
    parts.filter(|part: &TokenStream| !part.is_empty()).collect()
}

/// What a condition that does not hold is replaced by.
fn is_false(condition: &TokenStream) -> bool {
    condition.to_string() == never().to_string()
}

fn never() -> TokenStream {
    quote!(any())
}

/// The tokens, those of a fragment of `macro_rules!` without its invisible delimiters.
fn flat(tokens: TokenStream) -> Vec<TokenTree> {
    let mut found = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                found.extend(flat(group.stream()));
            }
            token => found.push(token),
        }
    }
    found
}

/// Whether conditions are looked for in what a group at this depth contains.
fn is_searched(group: &Group, depth: usize) -> bool {
    match group.delimiter() {
        Delimiter::None => true,
        Delimiter::Brace => depth == 0,
        Delimiter::Parenthesis => depth < DEEPEST,
        Delimiter::Bracket => false,
    }
}

fn below(group: &Group, depth: usize) -> usize {
    depth + usize::from(group.delimiter() != Delimiter::None)
}

fn first_open(tokens: &TokenStream, depth: usize) -> Option<TokenStream> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    (0..trees.len()).find_map(|at| match &trees[at..] {
        [TokenTree::Punct(pound), TokenTree::Group(group), ..] if is_attribute(pound, group) => {
            Conditional::of(&group.stream())?.open()
        }
        [TokenTree::Group(group), ..] if is_searched(group, depth) => {
            first_open(&group.stream(), below(group, depth))
        }
        _ => None,
    })
}

/// The tokens with the condition settled wherever it stands.
fn with(tokens: &TokenStream, depth: usize, condition: &TokenStream, holds: bool) -> TokenStream {
    let is_it = |found: &TokenStream| found.to_string() == condition.to_string();
    let mut settled = TokenStream::new();
    let mut trees = tokens.clone().into_iter().peekable();
    while let Some(tree) = trees.next() {
        if let (TokenTree::Punct(pound), Some(TokenTree::Group(group))) = (&tree, trees.peek()) {
            if is_attribute(pound, group) {
                match Conditional::of(&group.stream()) {
                    Some(Conditional::Cfg(found)) if is_it(&found) => {
                        trees.next();
                        let never = never();
                        settled.extend((!holds).then(|| quote!(#[cfg(#never)])));
                        continue;
                    }
                    Some(Conditional::Attributes(found, attributes)) if is_it(&found) => {
                        trees.next();
                        settled.extend(holds.then(|| quote!(#(#[#attributes])*)));
                        continue;
                    }
                    _ => {}
                }
            }
        }
        settled.extend([match tree {
            TokenTree::Group(group) if is_searched(&group, depth) => {
                let inside = with(&group.stream(), below(&group, depth), condition, holds);
                let mut inside = Group::new(group.delimiter(), inside);
                inside.set_span(group.span());
                inside.into()
            }
            tree => tree,
        }]);
    }
    settled
}

fn is_attribute(pound: &Punct, group: &Group) -> bool {
    pound.as_char() == '#' && group.delimiter() == Delimiter::Bracket
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(item: &TokenStream) -> Option<String> {
        super::split(&quote!(#[class]), item).map(|both| both.to_string())
    }

    #[test]
    fn settles_one_condition_after_the_other() {
        let item = quote! {
            impl<#[cfg(a)] T> A<T> {
                #[cfg_attr(a, cfg(b))]
                fn run(&self, #[cfg(a)] x: u8) { #[cfg(a)] {} }
            }
        };
        let expected = quote! {
            #[cfg(a)]
            #[class]
            impl<T> A<T> {
                #[cfg(b)]
                fn run(&self, x: u8) { #[cfg(a)] {} }
            }
            #[cfg(not(a))]
            #[class]
            impl<#[cfg(any())] T> A<T> {
                fn run(&self, #[cfg(any())] x: u8) { #[cfg(a)] {} }
            }
        };
        assert_eq!(split(&item).unwrap(), expected.to_string());
    }

    #[test]
    fn leaves_alone_what_decides_nothing() {
        for item in [
            quote!(
                #[cfg_attr(a, derive(Debug))]
                struct A {
                    #[cfg(any())]
                    x: u8,
                }
            ),
            quote!(impl A { fn run(&self) { if cfg!(a) {} } }),
            quote!(
                struct A {
                    #[cfg(a = 1)]
                    x: u8,
                    #[cfg(a, b)]
                    y: u8,
                    #[cfg(not())]
                    z: u8,
                }
            ),
        ] {
            assert_eq!(split(&item), None);
        }
    }
}

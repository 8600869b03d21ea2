//! What a type shows by its looks, and how it is written elsewhere.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Generics, Type, TypeParamBound, WherePredicate, parse_quote};

/// Whether it has no size that the compiler knows.
pub(crate) fn has_no_size(ty: &Type) -> bool {
    match ty {
        Type::Slice(_) | Type::TraitObject(_) => true,
        Type::Path(path) => path.path.is_ident("str"),
        _ => false,
    }
}

/// The generics for what is made of a type, which has a size: its last field may have none where
/// a parameter is `?Sized`.
pub(crate) fn sized(mut generics: Generics) -> Generics {
    let is_relaxed = |bound: &TypeParamBound| matches!(bound, TypeParamBound::Trait(bound) if bound.maybe.is_some());
    let in_clause = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let in_clause = in_clause.filter_map(|predicate| match predicate {
        WherePredicate::Type(predicate) => Some(&predicate.bounds),
        _ => None,
    });
    let on_parameters = generics.type_params().map(|parameter| &parameter.bounds);
    if on_parameters.chain(in_clause).flatten().any(is_relaxed) {
        generics.make_where_clause().predicates.push(parse_quote!(Self: ::core::marker::Sized));
    }
    generics
}

/// The type as one would write it.
pub(crate) fn pretty(ty: &Type) -> String {
    let text = ty.to_token_stream().to_string();
    text.replace(" < ", "<").replace(" >", ">").replace(" , ", ", ").replace("< ", "<")
}

/// `ty` as it is written in a constant that stands in a type, where no parameters are in scope: with its lifetimes left to the compiler; `None` if it has other parameters, which it cannot
/// do without.
pub(crate) fn in_constant(ty: TokenStream, generics: &Generics) -> Option<TokenStream> {
    let has_others = generics.params.len() > generics.lifetimes().count();
    let lifetimes: Vec<_> =
        generics.lifetimes().map(|parameter| parameter.lifetime.ident.to_string()).collect();
    (!has_others).then(|| inferred(ty, &lifetimes))
}

/// The tokens with each of the lifetimes as `'_`.
fn inferred(tokens: TokenStream, lifetimes: &[String]) -> TokenStream {
    let mut after_quote = false;
    let token = |token| {
        let is_lifetime = std::mem::replace(
            &mut after_quote,
            matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\''),
        );
        match token {
            TokenTree::Ident(name) if is_lifetime && lifetimes.contains(&name.to_string()) => {
                Ident::new("_", name.span()).into()
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), inferred(group.stream(), lifetimes));
                inner.set_span(group.span());
                inner.into()
            }
            token => token,
        }
    };
    tokens.into_iter().map(token).collect()
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn leaves_lifetimes_to_the_compiler() {
        let generics = syn::parse_quote!(<'a, 'b: 'a>);
        let class = quote!(Worker<'a, [(&'b str, fn(&'c u8)); 2], 'static>);
        let expected = quote!(Worker<'_, [(&'_ str, fn(&'c u8)); 2], 'static>);
        assert_eq!(in_constant(class, &generics).unwrap().to_string(), expected.to_string());
    }

    #[test]
    fn has_no_place_for_other_parameters() {
        for generics in [syn::parse_quote!(<'a, T>), syn::parse_quote!(<const N: usize>)] {
            let generics: Generics = generics;
            assert!(in_constant(quote!(Worker<T>), &generics).is_none());
        }
    }
}

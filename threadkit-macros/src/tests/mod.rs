//! The macros as what they are: tokens in, tokens out.

mod broken_input;
mod expansions;
mod mutate;
mod mutations;

use proc_macro2::{TokenStream, TokenTree};

/// A source text as tokens.
fn tokens(source: &str) -> TokenStream {
    source.parse().unwrap_or_else(|error| panic!("{error}: {source}"))
}

fn thread_class(arguments: &str, item: &str) -> TokenStream {
    crate::thread_class::expand(tokens(arguments), &tokens(item))
}

fn main(arguments: &str, item: &str) -> TokenStream {
    crate::entry::expand(tokens(arguments), &tokens(item))
}

/// The first lines of the messages of all `compile_error!`s.
fn messages(expansion: &TokenStream) -> Vec<String> {
    let trees: Vec<TokenTree> = expansion.clone().into_iter().collect();
    let message = |window: &[TokenTree]| match window {
        [TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Group(group)]
            if name == "compile_error" =>
        {
            syn::parse2::<syn::LitStr>(group.stream()).ok()
        }
        _ => None,
    };
    trees
        .windows(3)
        .filter_map(message)
        .map(|text| text.value().lines().next().unwrap_or_default().to_owned())
        .collect()
}

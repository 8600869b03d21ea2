//! The macros as what they are: tokens in, tokens out.

mod broken_input;
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

fn test(arguments: &str, item: &str) -> TokenStream {
    crate::entry::test(tokens(arguments), &tokens(item))
}

fn main(arguments: &str, item: &str) -> TokenStream {
    crate::entry::main(tokens(arguments), &tokens(item))
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

/// Two expansions as a reader would like them. `INSTA_UPDATE=always` blesses a change.
mod expansions {
    use insta::assert_snapshot;
    use proc_macro2::TokenStream;

    use super::{main, test, thread_class};

    fn pretty(expansion: TokenStream) -> String {
        prettyplease::unparse(&syn::parse2(expansion).expect("items"))
    }

    #[test]
    fn a_class() {
        let class = thread_class(
            "name = \"count {path}\", daemon",
            "/// Counts the words of one file.\npub struct WordCount { path: String }",
        );
        let activity = thread_class(
            "",
            "impl WordCount {
                pub fn new(path: &str) -> Self { Self { path: path.to_owned() } }
                fn run(&self) -> io::Result<usize> { Ok(fs::read_to_string(&self.path)?.len()) }
            }",
        );
        assert_snapshot!([pretty(class), pretty(activity)].join("\n"));
    }

    #[test]
    fn a_test() {
        let test = test(
            "timeout = \"500ms\", stop = \"all\", time = \"virtual\"",
            "/// Begins here.\n#[should_panic]\nfn begins() { work() }",
        );
        let with_result = test_of_result();
        assert_snapshot!([pretty(test), pretty(with_result)].join("\n"));
    }

    fn test_of_result() -> TokenStream {
        test("", "fn r#gives() -> Result<(), Error> { work() }")
    }

    #[test]
    fn a_main() {
        let main = main(
            "report_after = \"30s\", stop = \"daemons\", grace = \"1.5s\"",
            "/// Begins here.\n#[allow(unused)]\nfn main() -> Result<(), Error> { work() }",
        );
        assert_snapshot!(pretty(main));
    }
}

//! Two expansions as a reader would like them. `INSTA_UPDATE=always` blesses a change.

use insta::assert_snapshot;
use proc_macro2::TokenStream;

use super::{main, thread_class};

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
fn a_main() {
    let main = main(
        "report_after = \"30s\", stop = \"daemons\", grace = \"1.5s\"",
        "/// Begins here.\n#[allow(unused)]\nfn main() -> Result<(), Error> { work() }",
    );
    assert_snapshot!(pretty(main));
}

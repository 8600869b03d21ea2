//! Valid programs, a few tokens changed. Also used by `tests/fuzz`, which compiles what comes out.

use fastrand::Rng;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// An attribute of this crate and what it stands on.
#[derive(Clone)]
pub(crate) struct Annotated {
    /// `threadkit::thread_class`
    pub(crate) path: TokenStream,
    pub(crate) arguments: TokenStream,
    pub(crate) item: TokenStream,
}

/// The program with what `f` makes of its annotated items, wherever they are.
pub(crate) fn rewrite(program: TokenStream, f: &mut impl FnMut(&mut Annotated)) -> TokenStream {
    let mut trees = program.into_iter().peekable();
    let mut rewritten = TokenStream::new();
    while let Some(tree) = trees.next() {
        let attribute = match (&tree, trees.peek()) {
            (TokenTree::Punct(pound), Some(TokenTree::Group(group))) if pound.as_char() == '#' => {
                attribute(group)
            }
            _ => None,
        };
        if let Some((path, arguments)) = attribute {
            trees.next();
            let mut item = TokenStream::new();
            for tree in trees.by_ref() {
                let ends = match &tree {
                    TokenTree::Group(body) => body.delimiter() == Delimiter::Brace,
                    TokenTree::Punct(punct) => punct.as_char() == ';',
                    _ => false,
                };
                item.extend([tree]);
                if ends {
                    break;
                }
            }
            let mut annotated = Annotated { path, arguments, item };
            f(&mut annotated);
            let Annotated { path, arguments, item } = annotated;
            rewritten.extend(quote::quote!(#[#path(#arguments)] #item));
        } else if let TokenTree::Group(group) = tree {
            let inside = rewrite(group.stream(), f);
            rewritten.extend([TokenTree::from(Group::new(group.delimiter(), inside))]);
        } else {
            rewritten.extend([tree]);
        }
    }
    rewritten
}

/// Path and arguments of `[thread_class(..)]`, `[threadkit::main]` or `[threadkit::test]`.
fn attribute(group: &Group) -> Option<(TokenStream, TokenStream)> {
    let trees: Vec<TokenTree> = group.stream().into_iter().collect();
    let (path, arguments) = match &trees[..] {
        [path @ .., TokenTree::Group(arguments)] => (path, arguments.stream()),
        path => (path, TokenStream::new()),
    };
    let name = path.last()?.to_string();
    let is_ours = group.delimiter() == Delimiter::Bracket
        && (name == "thread_class" || (name == "main" || name == "test") && path.len() > 1);
    is_ours.then(|| (path.iter().cloned().collect(), arguments))
}

/// What is put in: what means something to the macros or to the compiler.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "fn", "run", "new", "self", "&self", "&mut self", "mut self", "Self", "pub", "async", "const",
    "unsafe", "extern", "impl", "struct", "enum", "trait", "where", "for", "dyn", "static", "type",
    "ref", "move", "crate", "super", "use", "macro_rules!", "'a", "'static", "r#join", "r#fn",
    "join", "start", "value", "with_name", "Output", "name", "daemon", "stack_size", "excepthook",
    "inherit", "stop", "grace", "report_after", "true", "0", "1.5", "-1", "\"\"", "\"{}\"",
    "\"{0} {id}\"", "\"{\"", "b\"x\"", "'x'", "=", ",", ";", ":", "::", "->", "=>", "..", "..=",
    "?", "!", "&", "&&", "*", "<", ">", "<>", "|", "_", "@", "$", "#", "#[inline]", "#![allow()]",
    "#[cfg(any())]", "#[thread_class]", "()", "[]", "{}", "{ }", "(,)", "fn run() {}",
    "fn join(&self) {}", "const join: u8 = 0;", "type start = ();", "/** doc */", "Result<(), u8>",
    "Option<Self>", "impl Trait", "[u8; 3]", "(u8,)", "*const u8",
];

/// Changes one thing somewhere in the tokens.
pub(crate) fn mutate(tokens: TokenStream, random: &mut Rng) -> TokenStream {
    let mut trees: Vec<TokenTree> = tokens.into_iter().collect();
    let at = random.usize(..=trees.len());
    // Into a group rather than at it: most of what is written is in one.
    if let Some(TokenTree::Group(group)) = trees.get(at) {
        if random.u8(..8) > 0 {
            let mut inside = Group::new(group.delimiter(), mutate(group.stream(), random));
            inside.set_span(group.span());
            trees[at] = inside.into();
            return trees.into_iter().collect();
        }
    }
    let word = WORDS[random.usize(..WORDS.len())];
    let word: TokenStream = word.parse().unwrap_or_else(|error| panic!("{word}: {error}"));
    let (before, after) = trees.split_at(at);
    let (before, after) = (before.iter().cloned(), after.iter().cloned());
    match random.u8(..6) {
        0 => before.chain(after.skip(1)).collect(),
        1 => before.chain(after.clone().take(1)).chain(after).collect(),
        2 => {
            let (first, rest) = (after.clone().take(1), after.clone().skip(2));
            before.chain(after.skip(1).take(1)).chain(first).chain(rest).collect()
        }
        3 => before.chain(word).chain(after.skip(1)).collect(),
        4 => {
            let other = trees.get(random.usize(..=trees.len())).cloned();
            before.chain(other).chain(after).collect()
        }
        _ => before.chain(word).chain(after).collect(),
    }
}

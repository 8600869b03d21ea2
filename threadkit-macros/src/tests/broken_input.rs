//! What is half-typed keeps the class and its methods known, and makes no errors of its own.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::quote;

use super::{main, messages, thread_class, tokens};

const STRUCT: &str = r"
    /// Doc.
    #[derive(Debug)]
    pub(crate) struct Worker<'a, T: Clone, const N: usize> where T: Send {
        #[allow(unused)]
        pub name: &'a str,
        items: [T; N],
    }
";

const TUPLE: &str = "struct Worker<T>(pub T, fn(u8) -> u8) where T: Send;";

const IMPL: &str = r"
    impl<'a, T: Clone, const N: usize> Worker<'a, T, N> where T: Send {
        #![allow(unused)]
        const LIMIT: [u8; 2] = { [1, 2] };
        pub fn new((a, b): (u8, u8), name: impl Into<&'a str>) -> Result<Self, String> { todo!() }
        #[inline]
        pub fn join(&mut self, mut times: u8) -> Vec<T> { loop {} }
        r#macro! { items }
        fn run(&self) -> Result<T, std::io::Error> { self.items[0].clone() }
    }
";

const MAIN: &str = "fn main() -> Result<(), String> { Ok(()) }";

const LOCALS: &str =
    "#[doc = \"A\"] pub static A: Cell<u8> = const { Cell::new(1) }; static B: u8 = 0;";

/// The tokens with one of them left out, for each of them, those in groups included.
fn deletions(tokens: &TokenStream) -> Vec<TokenStream> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut found = Vec::new();
    for at in 0..trees.len() {
        let with = |replacement: Option<TokenTree>| {
            trees[..at]
                .iter()
                .cloned()
                .chain(replacement)
                .chain(trees[at + 1..].iter().cloned())
                .collect()
        };
        found.push(with(None));
        if let TokenTree::Group(group) = &trees[at] {
            for inside in deletions(&group.stream()) {
                found.push(with(Some(Group::new(group.delimiter(), inside).into())));
            }
        }
    }
    found
}

/// The beginnings of the tokens.
fn beginnings(tokens: &TokenStream) -> Vec<TokenStream> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    (0..trees.len()).map(|end| trees[..end].iter().cloned().collect()).collect()
}

#[test]
fn nothing_that_can_be_typed_makes_the_macros_panic() {
    let arguments =
        "name = \"{name}\", daemon, stack_size = 1 << 16, excepthook = a::b, crate = tk";
    for item in [STRUCT, TUPLE, IMPL, MAIN] {
        for broken in deletions(&tokens(item)).iter().chain(&beginnings(&tokens(item))) {
            crate::thread_class::expand(tokens(arguments), broken);
            crate::entry::main(tokens("report_after = \"1s\""), broken);
            crate::entry::test(tokens("timeout = \"1s\""), broken);
        }
        for broken in deletions(&tokens(arguments)) {
            crate::thread_class::expand(broken.clone(), &tokens(item));
            crate::entry::main(broken.clone(), &tokens(item));
            crate::entry::test(broken, &tokens(item));
        }
    }
}

#[test]
fn nothing_that_can_be_typed_makes_local_panic_or_go_round_in_circles() {
    let locals = tokens(LOCALS);
    for broken in deletions(&locals).iter().chain(&beginnings(&locals)) {
        let mut declarations = broken.clone();
        // There are two, and a mistake more in neither than it has tokens.
        let rounds = (0..50).take_while(|_| {
            let expansion = crate::local::mistake(quote!((local) #declarations));
            if let Some(TokenTree::Group(group)) = expansion.clone().into_iter().last() {
                declarations = group.stream();
            }
            !messages(&expansion).is_empty() && !declarations.is_empty()
        });
        assert!(rounds.count() < 50, "{broken} -> {declarations}");
    }
}

#[test]
fn a_local_that_is_refused_is_declared_all_the_same() {
    let kept = "local ! { static A : u8 = 5 ; }";
    for (declaration, kept, expected) in [
        (
            "static A: u8;",
            "local ! { static A : u8 = loop { } ; }",
            "the value of `A` is missing: with it begins each thread that uses it",
        ),
        (
            "static mut A: u8 = 5;",
            kept,
            "a thread-local is not `mut`: its key is shared by all threads, and each has its own value",
        ),
        ("static A: u8 = 5,", kept, "expected `;` between two declarations"),
        ("static A = 5;", "local ! { }", "the type of `A` is missing"),
        ("let a = 5;", "local ! { }", "`local!` takes statics, and this is none"),
    ] {
        let expansion = crate::local::mistake(tokens(&format!("(local) {declaration}")));
        assert_eq!(messages(&expansion), [expected], "{declaration}");
        assert!(expansion.to_string().ends_with(kept), "{expansion}");
    }
}

#[test]
fn a_class_with_half_typed_fields_keeps_its_methods() {
    let braced = ["{ id: u32, name }", "{ id: u32, name: }", "{ id: }", "{ pub }"];
    for fields in braced.into_iter().chain(["(u32,, u8);", "(pub);", "(u32,,)"]) {
        for arguments in ["", "name = \"{id}\"", "daemon"] {
            let expansion = thread_class(arguments, &format!("struct Worker {fields}"));
            assert_eq!(messages(&expansion), [""; 0], "{fields}");
            let text = expansion.to_string();
            for known in ["fn start", "fn with_name", "fn join", "Declared for Worker"] {
                assert!(text.contains(known), "{known} is unknown with {fields}: {text}");
            }
        }
    }
}

#[test]
fn a_class_with_mistaken_options_keeps_its_methods() {
    for (arguments, expected) in [
        ("deamon", "`#[thread_class]` on a struct has no option `deamon`"),
        (
            "name",
            "`name` takes a format string over the fields or the path of a constant: `name = \"worker {id}\"`, `name = NAME`",
        ),
        ("name =", "the value of `name` is missing"),
        ("name = , daemon", "the value of `name` is missing"),
        ("daemon name = \"x\"", "expected `,` between options"),
        ("= 3", "expected an option of `#[thread_class]` on a struct: `key` or `key = value`"),
        ("name(\"x\")", "an option's value stands after `=`: `name = ..`"),
        ("daemon => true", "an option's value stands after `=`: `daemon = ..`"),
        ("daemon, daemon", "the option `daemon` is given twice"),
        ("name = \"x\" =", "expected an expression"),
        ("name = \"{{}}\", deamon", "`#[thread_class]` on a struct has no option `deamon`"),
        ("name = \"{}\", id", "`{}` names no field: `name` is a format string over the fields"),
        (
            "name = \"{:?}\", self.id, x",
            "`{}` names no field: `name` is a format string over the fields",
        ),
        ("stack_size = SIZES[0; 1]", "unexpected token, expected `]`"),
    ] {
        let expansion = thread_class(arguments, "struct Worker { id: u32 }");
        assert_eq!(messages(&expansion), [expected], "{arguments}");
        assert!(expansion.to_string().contains("fn start"), "{arguments}");
    }
}

#[test]
fn every_mistake_in_the_options_is_reported() {
    let expansion =
        thread_class("deamon, name = 5, 7, stack_size = \"1\", daemon =", "struct Worker;");
    assert_eq!(messages(&expansion).len(), 5, "{:?}", messages(&expansion));
}

#[test]
fn half_typed_members_leave_the_class_as_it_is() {
    for member in [
        "fn jobs(&self)",
        "fn jobs(&self) ->",
        "fn jobs(&self, x: ) {}",
        "fn jobs(&self) { self. }",
        "fn jobs(&self);",
        "fn",
        "pub",
        "#[inline]",
        "const LIMIT: u8 =",
        "const LIMIT",
        "const LIMIT: u8 = 3 fn jobs(&self) {}",
        "const LIMIT: u8 3;",
        "fn jobs(&self, x: [u8 3]) {}",
        "fn jobs(&self) u8 {}",
        "fn jobs jobs(&self) {}",
        "#[] fn jobs(&self) {}",
        "jobs",
    ] {
        let expansion =
            thread_class("", &format!("impl Worker {{ fn run(&self) -> u8 {{ 1 }} {member} }}"));
        assert_eq!(messages(&expansion), [""; 0], "{member}");
        let text = expansion.to_string();
        assert!(
            text.contains("type Output = u8") && text.contains("Self :: run (__this)"),
            "{member}: {text}"
        );
    }
}

#[test]
fn what_is_no_item_is_left_out_and_its_neighbours_stay() {
    for stray in [
        "let x = 1;",
        "count: u8,",
        "pub count: Vec<(u8, u8)>,",
        "self.count = 1;",
        "@classmethod",
        "\"doc\";",
        ";",
        "{}",
        "public",
        "def jobs(self): pass;",
    ] {
        let expansion = thread_class(
            "",
            &format!("impl Worker {{ fn jobs(&self) {{}} {stray} fn run(&self) -> u8 {{ 1 }} }}"),
        );
        assert_eq!(messages(&expansion), [""; 0], "{stray}");
        let text = expansion.to_string();
        let kept = tokens(
            "fn jobs(&self) {} \
             #[allow(clippy::unused_self, clippy::needless_pass_by_ref_mut, clippy::missing_const_for_fn)] \
             fn run(&self) -> u8 { 1 }",
        );
        assert!(text.contains(&format!("{{ {kept} }}")), "{stray}: {text}");
    }
}

#[test]
fn a_method_without_its_fn_has_it_all_the_same() {
    for run in ["run(&self) {}", "def run(&self) {}", "function run(&self) {}"] {
        let expansion = thread_class("", &format!("impl Worker {{ {run} }}"));
        assert_eq!(messages(&expansion), [""; 0], "{run}");
        assert!(expansion.to_string().contains("fn run (& self) { }"), "{run}: {expansion}");
    }
}

#[test]
fn a_half_typed_run_is_not_a_missing_one() {
    for run in ["fn run(&self, x: ) {}", "fn run(&self)", "fn run(&self) ->", "fn run"] {
        let expansion = thread_class("", &format!("impl Worker {{ fn jobs(&self) {{}} {run} }}"));
        assert_eq!(messages(&expansion), [""; 0], "{run}");
        assert!(expansion.to_string().contains("ThreadClass for Worker"), "{run}");
    }
}

#[test]
fn an_unfinished_final_name_is_refused_already() {
    let expansion = thread_class("", "impl Worker { fn run(&self) {} fn join(&self, x: ) {} }");
    assert_eq!(
        messages(&expansion),
        ["`join` is final: a thread class overrides only `new` and `run`"]
    );
}

#[test]
fn a_half_typed_main_is_left_to_the_compiler() {
    let expansion = main("", "fn main() -> Result<(), String> { let x = }");
    assert_eq!(messages(&expansion), [""; 0]);
    assert!(expansion.to_string().contains("let x ="));
}

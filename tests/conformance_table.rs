//! The table of the documentation that compares with Python, made of the tests that show it.
//!
//! A test named after a row (`s07_start_only_once`) says in its documentation what it shows:
//! `Here: ..`, and one test of each row `Python: ..`. A test of the compiler's messages says so at
//! the head of its file, `s07-start-only-once.rs`. Only tests that run count: those of the modules
//! of a target in `Cargo.toml`, neither ignored nor conditional.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// s01 to s42.
const ROWS: u32 = 42;

const TABLE: &str = "../threadkit/src/guide/conformance.md";

/// Blesses a change of the table.
const BLESS: &str = "THREADKIT_BLESS";

const HEAD: &str = "\
<!-- Made of the tests by tests/conformance_table.rs: change it there. -->

| row | Python | here | shown by |
|---|---|---|---|
";

/// What one test says that it shows.
struct Shown {
    python: Option<String>,
    here: String,
    by: String,
}

type Table = BTreeMap<u32, Vec<Shown>>;

#[test]
fn every_row_has_a_test_and_the_table_says_what_they_show() {
    let mut table = table();
    let rows: Vec<_> = table.keys().copied().collect();
    assert!(rows.iter().copied().eq(1..=ROWS), "each row has a test that runs: {rows:?}");
    let mut text = HEAD.to_owned();
    for (number, row) in &mut table {
        // First what the row is about, then what there is beside it.
        row.sort_by_key(|shown| shown.python.is_none());
        let python: Vec<_> = row.iter().filter_map(|shown| shown.python.as_deref()).collect();
        let [python] = python[..] else {
            panic!("one test of s{number:02} says `Python: ..`, not {python:?}");
        };
        let join = |column: fn(&Shown) -> &str, by: &str| {
            row.iter().map(column).collect::<Vec<_>>().join(by)
        };
        let (here, tests) = (join(|shown| &shown.here, " "), join(|shown| &shown.by, "<br>"));
        writeln!(text, "| s{number:02} | {python} | {here} | {tests} |").unwrap();
    }
    if env::var_os(BLESS).is_some() {
        fs::write(TABLE, &text).unwrap();
    }
    let written = fs::read_to_string(TABLE).unwrap_or_default();
    assert!(written == text, "{TABLE} is not what the tests say: {BLESS}=1 writes it anew");
}

fn table() -> Table {
    let mut table = Table::new();
    let manifest: toml::Table = fs::read_to_string("Cargo.toml").unwrap().parse().unwrap();
    for target in manifest["test"].as_array().unwrap() {
        let root = Path::new(target["path"].as_str().unwrap());
        let mut sources = vec![(root.to_owned(), root.parent().unwrap().to_owned())];
        while let Some((file, modules)) = sources.pop() {
            sources.extend(add_source(&mut table, &file, &modules));
        }
    }
    add_messages(&mut table);
    table
}

/// The tests of a file; gives back the files of its modules, each with the folder of its own modules.
fn add_source(table: &mut Table, file: &Path, modules: &Path) -> Vec<(PathBuf, PathBuf)> {
    let mut found = Vec::new();
    let source =
        fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    for item in syn::parse_file(&source).unwrap().items {
        match item {
            syn::Item::Mod(module) if module.content.is_none() && is_searched(&module.attrs) => {
                let name = module.ident.to_string();
                let folder = modules.join(&name);
                let beside = modules.join(format!("{name}.rs"));
                let file = if beside.exists() { beside } else { folder.join("mod.rs") };
                found.push((file, folder));
            }
            syn::Item::Fn(function) if is_run(&function.attrs) => {
                let name = function.sig.ident.to_string();
                add_test(table, &name, file, &function.attrs);
            }
            _ => {}
        }
    }
    found
}

/// What the compiler refuses: `ui/TOPIC/sNN-*.rs`, where `ui.rs` runs the topic.
fn add_messages(table: &mut Table) {
    let runner = fs::read_to_string("ui.rs").unwrap();
    let mut topics: Vec<_> = fs::read_dir("ui").unwrap().map(|topic| topic.unwrap()).collect();
    topics.retain(|topic| {
        topic.path().is_dir() && runner.contains(&format!("{:?}", topic.file_name()))
    });
    let files = topics.iter().flat_map(|topic| fs::read_dir(topic.path()).unwrap());
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files.sort();
    for file in files {
        let name = file.file_stem().unwrap().to_str().unwrap();
        if number_of(name).is_none() {
            continue;
        }
        assert!(file.with_extension("stderr").exists(), "{} has a message", file.display());
        let source = syn::parse_file(&fs::read_to_string(&file).unwrap()).unwrap();
        add_test(table, name, &file, &source.attrs);
    }
}

/// Left out of some builds, and not for the system's sake: Linux with glibc, where all is tested, has whatever
/// another system may lack. Where every class reuses, the tests are run once more, and some are left out.
fn is_gated(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let system = |meta: &syn::MetaList| {
            let condition = meta.tokens.to_string();
            ["unix", "target_os = \"linux\""].contains(&&*condition)
                || condition.starts_with("threadkit_reuse , ignore")
                || condition.starts_with("target_env = \"musl\" , ignore")
        };
        let gates = ["cfg", "cfg_attr"].iter().any(|gate| attribute.path().is_ident(gate));
        gates && !attribute.meta.require_list().is_ok_and(system)
    })
}

/// A module in its place, of a build on Linux.
fn is_searched(attributes: &[syn::Attribute]) -> bool {
    !is_gated(attributes) && !attributes.iter().any(|attribute| attribute.path().is_ident("path"))
}

/// A test that is run whenever its target is.
fn is_run(attributes: &[syn::Attribute]) -> bool {
    let has = |name: &str| attributes.iter().any(|attribute| attribute.path().is_ident(name));
    has("test") && !has("ignore") && !is_gated(attributes)
}

/// 7, of `s07_start_only_once`.
fn number_of(name: &str) -> Option<u32> {
    let digits = name.strip_prefix('s')?.get(..2)?;
    name.get(3..4).filter(|separator| ["_", "-"].contains(separator))?;
    digits.parse().ok()
}

fn add_test(table: &mut Table, name: &str, file: &Path, attrs: &[syn::Attribute]) {
    let Some(number) = number_of(name) else { return };
    let text = documentation(attrs);
    table.entry(number).or_default().push(Shown {
        python: labelled(&text, "Python:"),
        here: labelled(&text, "Here:").unwrap_or_else(|| panic!("{name} says `Here: ..`")),
        by: format!("`{}`: `{name}`", file.parent().unwrap().display()),
    });
}

fn documentation(attributes: &[syn::Attribute]) -> Vec<String> {
    let line = |attribute: &syn::Attribute| match &attribute.meta {
        syn::Meta::NameValue(doc) if doc.path.is_ident("doc") => match &doc.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    };
    attributes.iter().filter_map(line).map(|line| line.trim().to_owned()).collect()
}

/// What stands behind the label, up to the next one or an empty line.
fn labelled(lines: &[String], label: &str) -> Option<String> {
    let begin = lines.iter().position(|line| line.starts_with(label))?;
    let ends = |line: &&String| !line.is_empty() && !line.starts_with("Here:");
    let first = lines[begin].strip_prefix(label)?.trim();
    let rest = lines[begin + 1..].iter().take_while(ends).map(String::as_str);
    let text = [first].into_iter().chain(rest).collect::<Vec<_>>().join(" ");
    assert!(text.ends_with('.'), "{text:?} is a sentence");
    let mut letters = text.chars();
    let first = letters.next()?.to_uppercase();
    Some(first.chain(letters).collect::<String>().replace('|', r"\|"))
}

//! What the documents say, where no compiler reads it: quotes, names and links.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

mod links;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn read(path: impl AsRef<Path>) -> String {
    let path = repository().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

const GUIDE: &str = "threadkit/src/guide";

/// The chapters of the guide.
fn chapters() -> Vec<PathBuf> {
    let files = fs::read_dir(repository().join(GUIDE)).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

/// The documents for users and contributors.
fn documents() -> Vec<PathBuf> {
    let pages = [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "tests/README.md",
        "tests/models/README.md",
        "tests/systems/README.md",
        "threadkit/benches/README.md",
    ];
    pages.iter().map(|page| repository().join(page)).chain(chapters()).collect()
}

#[test]
fn every_chapter_is_in_the_guide() {
    let guide = read(format!("{GUIDE}/mod.rs"));
    for chapter in chapters() {
        let (file, name) = (chapter.file_name().unwrap(), chapter.file_stem().unwrap());
        let (file, name) = (file.to_str().unwrap(), name.to_str().unwrap());
        assert!(guide.contains(&format!("include_str!(\"{file}\")")), "{file} is not included");
        assert!(guide.contains(&format!("\npub mod {name} {{}}")), "no module for {file}");
        assert!(guide.contains(&format!("//! | [`{name}`] | ")), "{name} is not in the list");
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

/// Whoever reads what is tested where finds each system that is tried, and its target.
#[test]
fn every_system_is_told_of() {
    let told = read("tests/README.md");
    let table = read("tests/systems/table");
    for system in table.lines().filter(|line| !line.starts_with('#')) {
        let mut columns = system.split_whitespace();
        let (name, target) = (columns.next().unwrap(), columns.nth(1).unwrap());
        let row = told.lines().find(|line| line.starts_with(&format!("| `{name}` | ")));
        let row = row.unwrap_or_else(|| panic!("{name} is not told of"));
        assert!(row.contains(&format!("`{target}`")), "{row}");
    }
}

/// Whoever reads all chapters has met every name at the root of the crate.
#[test]
fn every_public_item_is_named_in_a_chapter() {
    let chapters: String = chapters().into_iter().map(read).collect();
    let named: BTreeSet<&str> = words(&chapters).collect();
    let api = read("tests/public-api.txt");
    let paths = api.lines().filter(|line| line.starts_with("pub "));
    let paths = paths.filter_map(|line| Some(line.split_once(" threadkit::")?.1));
    let items: BTreeSet<&str> = paths.filter_map(|path| words(path).next()).collect();
    assert!(items.len() > 50 && items.contains("while_stoppable"));
    let missing: Vec<_> = items.difference(&named).collect();
    assert!(missing.is_empty(), "not in the guide: {missing:?}");
}

#[test]
fn every_example_is_in_the_guide() {
    let guide = read(format!("{GUIDE}/mod.rs"));
    let manifest = read("examples/Cargo.toml");
    let examples: Vec<&str> = manifest.split("[[example]]\nname = \"").skip(1).collect();
    assert!(examples.len() >= 10);
    for example in examples {
        let name = example.split_once('"').unwrap().0;
        assert!(guide.contains(&format!("//! | `{name}` | ")), "{name} is not in the list");
    }
}

/// `<!-- from PATH -->` above a block of code says that it stands in that file, word for word.
#[test]
fn quotes_are_true() {
    let mut quotes = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for quote in text.split("\n<!-- from ").skip(1) {
            let (path, rest) = quote.split_once(" -->\n```").expect("a block below the comment");
            let (_, rest) = rest.split_once('\n').unwrap();
            let (block, _) = rest.split_once("```").expect("an end of the block");
            let differ = format!("{} does not quote {path}", document.display());
            assert!(!block.trim().is_empty() && read(path).contains(block), "{differ}");
            quotes += 1;
        }
    }
    assert!(quotes >= 5, "{quotes} quotes");
}

/// What Python 3.14 and 3.15 add to the names, written down by hand.
const LATER_NAMES: [&str; 4] =
    ["Thread(context)", "concurrent_tee", "serialize_iterator", "synchronized_iterator"];

/// The names are those that `python_names.py` found in Python 3.13, where they are those of 3.11 and two more, and what
/// later ones add.
#[test]
fn the_chapter_for_python_has_every_name() {
    let chapter = read(format!("{GUIDE}/from_python.md"));
    let mut there = BTreeSet::new();
    let table =
        chapter.split_once("# Every name").unwrap().1.split_once("# Not in the table").unwrap().0;
    for row in table.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split(" | ").collect();
        assert!(cells.len() == 2 && cells[1].len() > 2, "no counterpart: {row}");
        let names =
            cells[0].trim_start_matches("| ").split(", ").map(|name| name.trim_matches('`'));
        there.extend(names.map(str::to_owned));
    }
    let names = include_str!("python_names.txt").lines().chain(LATER_NAMES).map(str::to_owned);
    let names: BTreeSet<String> = names.collect();
    assert!(names.len() > 80);
    assert_eq!(names, there);
}

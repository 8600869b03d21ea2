//! The inside of the crates: floors that know only what is below them, rooms that are neither dust nor halls, and
//! `unsafe` where it was argued for. ARCHITECTURE.md draws the floors and lists the files; this holds them to it.

mod imports;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use imports::{Crate, Import, Module};

const RUNTIME: &str = "threadkit/src";
const MACROS: &str = "threadkit-macros/src";

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn sources(root: &str) -> Crate {
    Crate::read(&repository().join(root))
}

fn architecture() -> String {
    fs::read_to_string(repository().join("ARCHITECTURE.md")).unwrap()
}

/// The folders of a crate from the top down, as ARCHITECTURE.md draws them: the first word of each line of the picture.
fn floors(root: &str) -> Vec<String> {
    let text = architecture();
    let picture = text.split(&format!("<!-- the floors of {root} -->\n```text\n")).nth(1);
    let picture = picture.unwrap_or_else(|| panic!("ARCHITECTURE.md does not draw {root}"));
    let lines = picture.split("```").next().unwrap().lines();
    lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

fn describe(sources: &Crate, Import { from, to, name }: &Import) -> String {
    let file = |module: &Module| sources.path(module).strip_prefix(repository()).unwrap().display();
    format!("{} takes `{name}` from {}", file(from), file(to))
}

/// A parent names its children, and they may name it.
fn is_of_a_family(import: &Import) -> bool {
    let is_parent = |parent: &Module, child: &Module| {
        child.split_last().is_some_and(|(_, rest)| rest == parent.as_slice())
    };
    is_parent(&import.from, &import.to) || is_parent(&import.to, &import.from)
}

#[test]
fn a_folder_knows_only_those_below_it() {
    for root in [RUNTIME, MACROS] {
        let (sources, floors) = (sources(root), floors(root));
        let floor = |module: &Module| floors.iter().position(|folder| *folder == module[0]);
        let imports = sources.imports();
        assert!(imports.len() > 100, "{root}: the imports are not read");
        let upward = imports.iter().filter(|import| {
            // A file beside the floors is a part of the root.
            floor(&import.from).zip(floor(&import.to)).is_some_and(|(from, to)| to < from)
        });
        let upward: Vec<_> = upward.map(|import| describe(&sources, import)).collect();
        assert!(upward.is_empty(), "these look up:\n{}", upward.join("\n"));
    }
}

#[test]
fn no_file_is_in_a_circle_of_imports() {
    for root in [RUNTIME, MACROS] {
        let sources = sources(root);
        let mut taken: BTreeMap<Module, Vec<Import>> = BTreeMap::new();
        for import in sources.imports().into_iter().filter(|import| !is_of_a_family(import)) {
            taken.entry(import.from.clone()).or_default().push(import);
        }
        // Take away whoever takes nothing of the others, or gives them nothing, until only circles are left.
        loop {
            let before = taken.len();
            let takers: BTreeSet<Module> = taken.keys().cloned().collect();
            for imports in taken.values_mut() {
                imports.retain(|import| takers.contains(&import.to));
            }
            let givers: BTreeSet<Module> =
                taken.values().flatten().map(|import| import.to.clone()).collect();
            taken.retain(|file, imports| !imports.is_empty() && givers.contains(file));
            if taken.len() == before {
                break;
            }
        }
        let circle = taken.values().flatten().map(|import| describe(&sources, import));
        let circle: Vec<_> = circle.collect();
        assert!(circle.is_empty(), "circles of imports:\n{}", circle.join("\n"));
    }
}

/// What the reader finds, so that its silence means something.
#[test]
fn imports_are_read() {
    let imports = sources(RUNTIME).imports();
    let has = |from: &str, to: &str| {
        let module = |path: &str| path.split('/').map(str::to_owned).collect::<Module>();
        imports.iter().any(|import| import.from == module(from) && import.to == module(to))
    };
    assert!(has("tools/event", "core/graph"), "in braces");
    assert!(has("core/observe/tracing", "core/observe"), "of a parent");
    assert!(has("start/scope", "os/borrow"), "a re-export");
}

#[test]
fn the_root_names_the_floors_in_their_order() {
    let root = fs::read_to_string(repository().join(RUNTIME).join("lib.rs")).unwrap();
    let declared = root.lines().filter_map(|line| {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        line.strip_prefix("mod ")?.strip_suffix([';', '{']).map(str::trim)
    });
    let aside = ["__private", "attribute", "guide"];
    let declared: Vec<_> = declared.filter(|name| !aside.contains(name)).collect();
    assert_eq!(declared, floors(RUNTIME));
}

/// A file that nobody reads to the end is two files; one of a few lines is rarely a room.
#[test]
fn files_are_neither_halls_nor_dust() {
    let mut small = Vec::new();
    for root in [RUNTIME, MACROS] {
        for path in sources(root).paths() {
            let lines = fs::read_to_string(path).unwrap().lines().count();
            assert!(lines <= 500, "{}: {lines} lines", path.display());
            if lines < 50 {
                small.push(path.display().to_string());
            }
        }
    }
    assert!(small.len() <= 8, "{} files of less than 50 lines:\n{}", small.len(), small.join("\n"));
}

/// In `os/`, and in the files that ARCHITECTURE.md lists: at most four.
#[test]
fn unsafe_code_is_where_it_was_argued_for() {
    let text = architecture();
    let listed = text.split("<!-- unsafe outside of os -->\n").nth(1).expect("the list");
    let listed: BTreeSet<PathBuf> = listed
        .lines()
        .map_while(|line| line.strip_prefix("- `"))
        .map(|line| line.split('`').next().unwrap().into())
        .collect();
    assert!(listed.len() <= 4, "{listed:?}");
    let root = repository().join(RUNTIME);
    let mut found = BTreeSet::new();
    for path in sources(RUNTIME).paths() {
        let path = path.strip_prefix(&root).unwrap();
        let text = fs::read_to_string(root.join(path)).unwrap();
        if text.contains("allow(unsafe_code)") && !path.starts_with("os") {
            found.insert(path.to_owned());
        }
    }
    assert_eq!(found, listed);
    let macros = fs::read_to_string(repository().join(MACROS).join("lib.rs")).unwrap();
    assert!(macros.contains("#![forbid(unsafe_code)]"));
}

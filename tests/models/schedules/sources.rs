//! Models see what goes through `primitive.rs`, and nothing else.

use std::fs;
use std::path::{Path, PathBuf};

/// What a model answers for itself (`primitive/os.rs`), or has no part in.
const APART: [&str; 5] =
    ["base/primitive.rs", "os/process.rs", "os/stderr.rs", "os/thread.rs", "os/unwind/mod.rs"];

fn sources() -> Vec<(PathBuf, String)> {
    fn read(folder: &Path, sources: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, sources);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap();
                let is_code = |line: &&str| !line.trim_start().starts_with("//");
                let lines: Vec<_> = code.lines().filter(is_code).collect();
                sources.push((path, lines.join("\n")));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../threadkit/src");
    let mut sources = Vec::new();
    read(&root, &mut sources);
    sources.retain(|(path, _)| !APART.iter().any(|apart| path.ends_with(apart)));
    // The threads of a model share one stack, and get no signals.
    sources.retain(|(path, _)| !path.components().any(|part| part.as_os_str() == "stacks"));
    assert!(sources.len() > 40, "the sources are elsewhere");
    sources
}

/// Std's and `parking_lot`'s own primitives would block the one thread of the system that a model has.
#[test]
fn primitives_come_from_one_place() {
    let models_have_none = ["parking_lot::", "std::sync::", "std::thread::", "std::thread;"];
    let shared = ["std::sync::Arc;", "std::sync::Weak;", "std::sync::{Arc, Weak};"];
    for (path, code) in sources() {
        // Where the module itself is imported from there, what is named by it is, too.
        let has = |module: &str| code.contains(&format!("crate::base::primitive::{module};"));
        let models_have_none =
            models_have_none.iter().filter(|foreign| !foreign.strip_suffix("::").is_some_and(has));
        for line in code.lines().filter(|line| !line.contains("crate::base::primitive::")) {
            let is_shared = shared.iter().any(|shared| line.contains(shared));
            let is_foreign = models_have_none.clone().any(|foreign| line.contains(foreign));
            assert!(is_shared || !is_foreign, "{}: {line}", path.display());
        }
    }
}

/// A static that changes would outlive the execution of a model that changed it.
#[test]
fn statics_that_change_are_declared_by_global() {
    let changes = ["Atomic", "Mutex<", "Condvar", "Once"];
    for (path, code) in sources() {
        for (at, _) in code.match_indices("static ") {
            let declaration = code[at..].split(['=', ';', '{']).next().unwrap();
            let is_static = declaration.contains(": ") && !code[..at].ends_with('\'');
            if is_static && changes.iter().any(|changes| declaration.contains(changes)) {
                let block = code[..at].rfind("global! {").map_or("", |begin| &code[begin..at]);
                let is_open = block.matches('{').count() > block.matches('}').count();
                assert!(is_open, "{}: {declaration}", path.display());
            }
        }
    }
}

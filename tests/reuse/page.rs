//! The page that says what changes under reuse, held against the tests that are left out where every class reuses.

use std::fs;
use std::path::Path;

#[test]
fn what_differs_is_what_the_page_says() {
    let page = include_str!("../../threadkit/src/guide/reuse.md");
    let mut found = 0;
    for folder in ["contract", "conformance", "waits", "owners", "observe", "process"] {
        visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut |path, text| {
            for line in
                text.lines().filter(|line| line.contains("cfg_attr(threadkit_reuse, ignore"))
            {
                let reason = line.split('"').nth(1).expect("a reason");
                assert!(page.contains(reason), "{}: {reason}", path.display());
                found += 1;
            }
        });
    }
    assert!(found > 0);
}

fn visit(folder: &Path, each: &mut impl FnMut(&Path, &str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, each);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            each(&path, &fs::read_to_string(&path).unwrap());
        }
    }
}

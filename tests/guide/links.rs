//! Links between the files of the repository resolve. Those into the documentation are rustdoc's.

use std::fs;
use std::path::Path;

use crate::documents;

/// What is linked to in a text of Markdown, without what stands in code.
fn targets(text: &str) -> Vec<String> {
    let mut targets = Vec::new();
    let mut in_block = false;
    for line in text.lines() {
        if line.starts_with("```") {
            in_block = !in_block;
        }
        if in_block {
            continue;
        }
        if let Some((name, target)) = line.strip_prefix('[').and_then(|line| line.split_once("]: "))
        {
            assert!(!name.is_empty());
            targets.push(target.to_owned());
        }
        for link in line.split("](").skip(1) {
            targets.push(link.split_once(')').expect("an end of the link").0.to_owned());
        }
    }
    targets
}

/// As GitHub makes it of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn has_heading(path: &Path, wanted: &str) -> bool {
    let text = fs::read_to_string(path).unwrap();
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches(['#', ' ']))).any(|found| found == wanted)
}

#[test]
fn local_links_resolve() {
    let mut checked = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for target in targets(&text) {
            let is_rustdoc = target.contains("crate::") || target.starts_with("std::");
            if is_rustdoc || target.starts_with("https://") {
                continue;
            }
            let (path, heading) = target.split_once('#').unwrap_or((&target, ""));
            let linked = document.parent().unwrap().join(path);
            let linked = if path.is_empty() { &document } else { &linked };
            assert!(linked.exists(), "{}: no {target}", document.display());
            assert!(heading.is_empty() || has_heading(linked, heading), "no heading {target}");
            checked += 1;
        }
    }
    assert!(checked >= 5, "{checked} links");
}

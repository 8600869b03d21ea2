//! What the macros make of programs with a few tokens changed compiles, or fails with errors on
//! tokens that the user wrote.
//!
//! `corpus` keeps what once failed otherwise; beside it a sample of mutations of the programs in
//! `ui/pass` is compiled. `THREADKIT_FUZZ=n` takes n samples, and writes what fails into the corpus.

#[path = "../../threadkit-macros/src/tests/mutate.rs"]
mod mutate;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use fastrand::Rng;
use proc_macro2::TokenStream;
use serde_json::Value;

const SAMPLE: usize = 40;

/// A unit struct that is called as a parameter of a generated method is a pattern in its place: a limit
/// of every macro that has parameters with names for the documentation.
const PARAMETERS: [&str; 3] = ["struct name", "struct daemon", "struct bytes"];

type Programs = BTreeMap<String, String>;

#[test]
fn errors_are_on_the_users_tokens() {
    let samples = env::var("THREADKIT_FUZZ").map_or(1, |samples| samples.parse().unwrap());
    let corpus = programs_in(Path::new("fuzz/corpus"));
    assert!(!corpus.is_empty());
    let mut failures = check(&corpus);
    for seed in 1..=samples {
        let sample = sample(seed);
        let failed = check(&sample);
        if env::var_os("THREADKIT_FUZZ").is_some() {
            for name in failed.keys() {
                fs::write(format!("fuzz/corpus/{name}.rs"), &sample[name]).unwrap();
            }
        }
        failures.extend(failed);
    }
    let report: Vec<_> = failures.into_iter().map(|(name, why)| format!("{name}: {why}")).collect();
    assert!(report.is_empty(), "{}", report.join("\n"));
}

fn programs_in(folder: &Path) -> Programs {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let sources = files.filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
    let named = |file: PathBuf| {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(file).unwrap())
    };
    sources.map(named).collect()
}

/// Programs with one annotated item changed each, which are syntax still.
fn sample(seed: usize) -> Programs {
    let mut random = Rng::with_seed(seed as u64);
    let seeds: Vec<_> = programs_in(Path::new("ui/pass")).into_iter().collect();
    let mut sample = Programs::new();
    while sample.len() < SAMPLE {
        let (name, source) = &seeds[random.usize(..seeds.len())];
        let program: TokenStream = source.parse().unwrap();
        let mut items = 0;
        mutate::rewrite(program.clone(), &mut |_| items += 1);
        let (mut chosen, times) = (random.usize(..items), random.usize(1..4));
        let mut is_item = false;
        let mutated = mutate::rewrite(program, &mut |annotated| {
            if chosen == 0 {
                for _ in 0..times {
                    let arguments = random.u8(..4) == 0;
                    let part =
                        if arguments { &mut annotated.arguments } else { &mut annotated.item };
                    *part = mutate::mutate(std::mem::take(part), &mut random);
                }
                is_item = syn::parse2::<syn::Item>(annotated.item.clone()).is_ok();
            }
            chosen = chosen.wrapping_sub(1);
        });
        // What is no syntax never comes to a macro.
        is_item &= !PARAMETERS.iter().any(|name| mutated.to_string().contains(name));
        if is_item && syn::parse2::<syn::File>(mutated.clone()).is_ok() {
            sample.insert(format!("{name}-{seed}-{}", sample.len()), mutated.to_string());
        }
    }
    sample
}

/// Compiles the programs, and says what is wrong with the errors of some.
fn check(programs: &Programs) -> BTreeMap<String, String> {
    let project = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz");
    let sources = project.join("src/bin");
    let _ = fs::remove_dir_all(&sources);
    fs::create_dir_all(&sources).unwrap();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manifest = format!(
        "[package]\nname = \"fuzz\"\nedition = \"2024\"\n\n[dependencies]\n\
         threadkit.path = \"{}\"\n\n[workspace]\n",
        workspace.join("threadkit").display()
    );
    fs::write(project.join("Cargo.toml"), manifest).unwrap();
    fs::copy(workspace.join("Cargo.lock"), project.join("Cargo.lock")).unwrap();
    for (name, source) in programs {
        fs::write(sources.join(format!("{name}.rs")), source).unwrap();
    }
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["check", "--offline", "--keep-going", "--bins", "--message-format=json"]);
    let checked = cargo.arg("--target-dir").arg(project.join("target")).current_dir(&project);
    let checked = checked.output().unwrap();
    let messages = String::from_utf8(checked.stdout).unwrap();
    let messages: Vec<Value> =
        messages.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut reached = 0;
    let mut failures = BTreeMap::new();
    for message in &messages {
        let name = message["target"]["name"].as_str().unwrap_or_default();
        let Some(source) = programs.get(name) else { continue };
        reached += usize::from(message["reason"] == "compiler-artifact");
        if message["message"]["level"] == "error" {
            reached += 1;
            if let Some(why) = complaint(&message["message"], source) {
                let rendered = message["message"]["rendered"].as_str().unwrap_or_default();
                failures.insert(name.to_owned(), format!("{why}\n{rendered}\n{source}"));
            }
        }
    }
    let errors = String::from_utf8_lossy(&checked.stderr);
    assert!(reached >= programs.len(), "not all were compiled: {errors}");
    failures
}

/// What is wrong with an error of the compiler's.
fn complaint(error: &Value, source: &str) -> Option<&'static str> {
    let text = error["message"].as_str().unwrap();
    if text.contains("panicked") || text.contains("internal compiler error") {
        return Some("the macro panicked");
    }
    if text.contains("__threadkit") || text.contains("__private") {
        return Some("the message names what is generated");
    }
    // An attribute on an expression is the compiler's own affair.
    if error["code"]["code"] == "E0658" {
        return None;
    }
    let spans = error["spans"].as_array().unwrap().iter();
    let mut primary = spans.filter(|span| span["is_primary"] == true).peekable();
    // A summary of what was said before, of the whole program, has no place.
    primary.peek()?;
    let is_at_attribute = |span: &Value| {
        let bound = |name: &str| usize::try_from(span[name].as_u64().unwrap()).unwrap();
        let blamed = source.get(bound("byte_start")..bound("byte_end")).unwrap_or_default();
        blamed.starts_with('#') && ["thread_class", "main"].iter().any(|name| blamed.contains(name))
    };
    primary.all(is_at_attribute).then_some("the error is on the attribute")
}

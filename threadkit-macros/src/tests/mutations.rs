//! Whatever is typed, the macros do not panic, come to an end, and leave syntax where there was some.
//!
//! `THREADKIT_FUZZ=n` makes n times as many mutations.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::time::Duration;
use std::{env, fs, thread};

use fastrand::Rng;
use proc_macro2::TokenStream;

use super::mutate::{Annotated, mutate, rewrite};
use super::tokens;

const MUTATIONS: usize = 10_000;

/// Far more than one expansion takes.
const HANG: Duration = Duration::from_secs(60);

/// The annotated items of programs that must compile.
fn seeds() -> Vec<Annotated> {
    let folders = ["../tests/ui/pass", "../tests/contract"].map(fs::read_dir);
    let files = folders.into_iter().flat_map(|folder| folder.expect("it is there"));
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files.sort();
    let mut seeds = Vec::new();
    for file in files {
        let program = tokens(&fs::read_to_string(file).unwrap());
        rewrite(program, &mut |annotated| seeds.push(annotated.clone()));
    }
    assert!(seeds.len() > 100, "{} seeds", seeds.len());
    seeds
}

fn expand(case: &Annotated) -> TokenStream {
    let Annotated { path, arguments, item } = case;
    if path.to_string().ends_with("main") {
        crate::entry::main(arguments.clone(), item)
    } else if path.to_string().ends_with("test") {
        crate::entry::test(arguments.clone(), item)
    } else {
        crate::thread_class::expand(arguments.clone(), item)
    }
}

fn check(case: &Annotated) {
    let Annotated { path, arguments, item } = case;
    let source = format!("#[{path}({arguments})] {item}");
    let Ok(expansion) = catch_unwind(AssertUnwindSafe(|| expand(case))) else {
        panic!("the macro panics on: {source}");
    };
    // What is no item is given back as it was, for the compiler to say what is wrong with it.
    if is_item(item) {
        if let Err(error) = syn::parse2::<syn::File>(expansion.clone()) {
            panic!("{error}\nin the expansion of: {source}\nwhich is: {expansion}");
        }
    }
}

fn is_item(tokens: &TokenStream) -> bool {
    let generics = match syn::parse2(tokens.clone()) {
        Ok(syn::Item::Struct(item)) => item.generics,
        Ok(syn::Item::Impl(item)) => item.generics,
        Ok(_) => return true,
        Err(_) => return false,
    };
    // Which syn takes for a name, and the compiler does not.
    !generics.type_params().any(|parameter| parameter.ident == "_")
}

#[test]
fn mutations_neither_panic_nor_hang_nor_lose_syntax() {
    let factor = env::var("THREADKIT_FUZZ").map_or(1, |factor| factor.parse().unwrap());
    let (begun, begins) = mpsc::sync_channel(0);
    // A thread of its own, so that a hang is told from it.
    let checker = thread::spawn(move || {
        let mut random = Rng::with_seed(1);
        let seeds = seeds();
        seeds.iter().for_each(check);
        for number in 0..factor * MUTATIONS {
            let mut case = seeds[number % seeds.len()].clone();
            for _ in 0..random.usize(1..4) {
                let part = if random.u8(..4) == 0 { &mut case.arguments } else { &mut case.item };
                *part = mutate(std::mem::take(part), &mut random);
            }
            let Annotated { path, arguments, item } = &case;
            begun.send(format!("#[{path}({arguments})] {item}")).unwrap();
            check(&case);
        }
    });
    let mut last = String::new();
    loop {
        match begins.recv_timeout(HANG) {
            Ok(case) => last = case,
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("the macro hangs on: {last}"),
        }
    }
    checker.join().expect("every mutation is expanded");
}

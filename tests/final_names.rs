//! The list of final names stands once. What the runtime adds to a thread is on it, and nothing
//! else is.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use syn::{Expr, ExprLit, ImplItem, Item, ItemImpl, Lit, Type, Visibility};

const LIST: &str = include_str!("../threadkit-macros/final-names.md");

/// Where the macros say what the object itself has.
const MACROS: &str = include_str!("../threadkit-macros/src/base/final_names.rs");

/// Kept free for a later version.
const KEPT_FREE: [&str; 2] = ["join_deadline", "set_daemon"];

/// Of `Builder` alone, which does not deref to the class: no release breaks a class by these.
const ON_THE_BUILDER: [&str; 8] = [
    "new",
    "try_start",
    "start_ready",
    "start_ready_timeout",
    "on_stop",
    "daemon",
    "with_reuse",
    "with_stall_after",
];

type Names = BTreeSet<String>;

fn names(names: &[&str]) -> Names {
    names.iter().copied().map(str::to_owned).collect()
}

fn listed() -> Names {
    LIST.lines().skip(2).filter_map(|row| row.split('`').nth(1)).map(str::to_owned).collect()
}

/// What the object itself has.
fn on_the_object() -> Names {
    let items = syn::parse_file(MACROS).unwrap().items;
    let list = items.into_iter().find_map(|item| match item {
        Item::Const(item) if item.ident == "ON_THE_OBJECT" => Some(*item.expr),
        _ => None,
    });
    let Some(Expr::Array(list)) = list else { panic!("the list is an array of strings") };
    list.elems
        .iter()
        .map(|name| match name {
            Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) => name.value(),
            _ => panic!("the list is an array of strings"),
        })
        .collect()
}

/// The public methods in impls of `ty<C>`, hidden ones included: they are in the way of a class too.
fn methods_of(ty: &str) -> Names {
    let mut found = Names::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../threadkit/src");
    visit(&source, &mut |item| {
        if is_generic_impl(item, ty) {
            found.extend(item.items.iter().filter_map(public_method));
        }
    });
    assert!(!found.is_empty(), "no impl of {ty}<C> in {}", source.display());
    found
}

fn visit(folder: &Path, f: &mut impl FnMut(&ItemImpl)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, f);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
            let impls = file.items.iter().filter_map(|item| match item {
                Item::Impl(item) => Some(item),
                _ => None,
            });
            impls.for_each(&mut *f);
        }
    }
}

/// `impl<C> Thread<C>`, and neither `impl Thread` nor the impl of a trait.
fn is_generic_impl(item: &ItemImpl, ty: &str) -> bool {
    let Type::Path(path) = &*item.self_ty else { return false };
    let last = path.path.segments.last().unwrap();
    item.trait_.is_none() && last.ident == ty && !last.arguments.is_none()
}

fn public_method(item: &ImplItem) -> Option<String> {
    match item {
        ImplItem::Fn(method) if matches!(method.vis, Visibility::Public(_)) => {
            Some(method.sig.ident.to_string())
        }
        _ => None,
    }
}

#[test]
fn every_method_of_a_thread_is_final() {
    let unlisted: Vec<_> = methods_of("Thread").difference(&listed()).cloned().collect();
    assert!(unlisted.is_empty(), "a class may define these, and would hide them: {unlisted:?}");
}

#[test]
fn every_method_of_the_builder_is_final_or_its_own() {
    let known: Names = listed().union(&names(&ON_THE_BUILDER)).cloned().collect();
    let unknown: Vec<_> = methods_of("Builder").difference(&known).cloned().collect();
    assert!(unknown.is_empty(), "decide where these belong: {unknown:?}");
    for name in on_the_object() {
        assert!(methods_of("Builder").contains(&name), "the object's {name} calls the builder's");
    }
}

#[test]
fn every_final_name_is_used_or_kept_free() {
    let mut used = methods_of("Thread");
    used.extend(on_the_object());
    used.extend(names(&KEPT_FREE));
    let idle: Vec<_> = listed().difference(&used).cloned().collect();
    assert!(idle.is_empty(), "these bar a class from a name for nothing: {idle:?}");
}

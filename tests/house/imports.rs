//! The imports of a crate, read from its sources: `use` items, paths and re-exports.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The path of a module, from the root of the crate.
pub(crate) type Module = Vec<String>;

/// One file takes a name from another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Import {
    pub(crate) from: Module,
    pub(crate) to: Module,
    pub(crate) name: String,
}

/// The files of a crate, each with its module.
pub(crate) struct Crate {
    files: BTreeMap<Module, File>,
}

struct File {
    path: PathBuf,
    /// What stands in it, as it is written from the root of the crate.
    names: Vec<Module>,
    /// What it hands on under names of its own.
    re_exports: BTreeMap<String, Module>,
}

impl Crate {
    /// Reads the sources in `root`.
    pub(crate) fn read(root: &Path) -> Self {
        let mut files = BTreeMap::new();
        read_folder(root, &mut Vec::new(), &mut files);
        Self { files }
    }

    pub(crate) fn path(&self, module: &[String]) -> &Path {
        &self.files[module].path
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.values().map(|file| file.path.as_path())
    }

    /// Who takes what from whom, the root of the crate aside: all it does is to re-export.
    pub(crate) fn imports(&self) -> Vec<Import> {
        let mut imports = Vec::new();
        for (from, file) in self.files.iter().filter(|(module, _)| !module.is_empty()) {
            for name in &file.names {
                let to = self.resolve(name);
                if !to.is_empty() && to != *from {
                    imports.push(Import { from: from.clone(), to, name: name.join("::") });
                }
            }
        }
        imports.sort();
        imports.dedup();
        imports
    }

    /// The file in which a name is defined.
    fn resolve(&self, name: &[String]) -> Module {
        let mut name = name.to_vec();
        // A re-export may lead to another.
        for _ in 0..8 {
            let files = (0..=name.len()).rev().map(|length| name[..length].to_vec());
            let module = files.into_iter().find(|path| self.files.contains_key(path)).unwrap();
            let next = name.get(module.len());
            let re_export = next.and_then(|next| self.files[&module].re_exports.get(next));
            let Some(re_export) = re_export else { return module };
            name = re_export.iter().chain(&name[module.len() + 1..]).cloned().collect();
        }
        panic!("{name:?} is re-exported without an end");
    }
}

fn read_folder(folder: &Path, module: &mut Module, files: &mut BTreeMap<Module, File>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let is_root = matches!(&*name, "lib" | "mod");
        if !is_root {
            module.push(name);
        }
        if path.is_dir() {
            read_folder(&path, module, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.insert(module.clone(), File::read(path, module));
        }
        if !is_root {
            module.pop();
        }
    }
}

impl File {
    fn read(path: PathBuf, module: &Module) -> Self {
        let source = fs::read_to_string(&path).unwrap();
        let tokens: TokenStream = source.parse().unwrap();
        let mut reader = Reader { names: Vec::new(), re_exports: BTreeMap::new() };
        reader.read(tokens, module, true);
        Self { path, names: reader.names, re_exports: reader.re_exports }
    }
}

/// Reads paths that begin with `crate`, `super` or `self` wherever they stand, in macros too.
struct Reader {
    names: Vec<Module>,
    re_exports: BTreeMap<String, Module>,
}

impl Reader {
    fn read(&mut self, tokens: TokenStream, module: &Module, is_outermost: bool) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            let rest = &tokens[at..];
            if let Some(length) = test_module(rest) {
                // Tests may look at anything.
                at += length;
                continue;
            }
            if let [TokenTree::Ident(keyword), TokenTree::Ident(name), TokenTree::Group(body), ..] =
                rest
            {
                if keyword == "mod" {
                    let inner = module.iter().cloned().chain([name.to_string()]).collect();
                    self.read(body.stream(), &inner, false);
                    at += 3;
                    continue;
                }
            }
            if let Some(length) = self.re_export(rest, module, is_outermost) {
                at += length;
                continue;
            }
            if is_punct(&rest[0], '$') {
                // `$crate` is a path where the macro is used.
                at += 2;
                continue;
            }
            if let Some((base, length)) = base(rest, module) {
                self.names.extend(trees(&rest[length..], &base).into_iter().map(|(name, _)| name));
                at += length;
                continue;
            }
            if let TokenTree::Group(group) = &tokens[at] {
                self.read(group.stream(), module, false);
            }
            at += 1;
        }
    }

    /// `pub use ..;`, of whatever visibility: the number of its tokens.
    fn re_export(
        &mut self,
        tokens: &[TokenTree],
        module: &Module,
        is_outermost: bool,
    ) -> Option<usize> {
        let is = |at: usize, word: &str| matches!(tokens.get(at), Some(TokenTree::Ident(ident)) if ident == word);
        if !is_outermost || !is(0, "pub") {
            return None;
        }
        let restricted = matches!(tokens.get(1), Some(TokenTree::Group(_)));
        let at = if restricted { 2 } else { 1 };
        if !is(at, "use") {
            return None;
        }
        let end = tokens.iter().position(|token| is_punct(token, ';')).unwrap();
        let tree = &tokens[at + 1..end];
        // Without a keyword it is a child's, or another crate's.
        let (base, length) = base(tree, module).unwrap_or_else(|| (module.clone(), 0));
        for (name, alias) in trees(&tree[length..], &base) {
            self.names.push(name.clone());
            // A macro is handed on under the name that it has here.
            if name.last() != Some(&alias)
                || name.split_last().is_some_and(|(_, path)| path != module.as_slice())
            {
                self.re_exports.insert(alias, name);
            }
        }
        Some(end)
    }
}

fn is_punct(token: &TokenTree, punct: char) -> bool {
    matches!(token, TokenTree::Punct(found) if found.as_char() == punct)
}

/// `#[cfg(test)] mod name { .. }`: the number of its tokens.
fn test_module(tokens: &[TokenTree]) -> Option<usize> {
    let [hash, TokenTree::Group(attribute), TokenTree::Ident(keyword), _, TokenTree::Group(_), ..] =
        tokens
    else {
        return None;
    };
    let is_test = attribute.stream().to_string() == "cfg (test)" && is_punct(hash, '#');
    (is_test && keyword == "mod").then_some(5)
}

/// `crate::`, `super::`, `self::`: where it leads, and the number of its tokens.
fn base(tokens: &[TokenTree], module: &Module) -> Option<(Module, usize)> {
    let mut base: Option<Module> = None;
    let mut at = 0;
    while let [TokenTree::Ident(ident), first, second, ..] = &tokens[at..] {
        if !(is_punct(first, ':') && is_punct(second, ':')) {
            break;
        }
        base = match &*ident.to_string() {
            "crate" => Some(Module::new()),
            "self" => Some(module.clone()),
            "super" => {
                let inner = base.unwrap_or_else(|| module.clone());
                Some(inner.split_last().map(|(_, outer)| outer.to_vec()).unwrap_or_default())
            }
            _ => break,
        };
        at += 3;
    }
    base.map(|base| (base, at))
}

/// The names of a tree of imports, or of a path, below `base`; each with what it is called here.
fn trees(tokens: &[TokenTree], base: &Module) -> Vec<(Module, String)> {
    let mut name = base.clone();
    let mut rest = tokens;
    loop {
        match rest {
            [TokenTree::Ident(ident), after @ ..] => {
                if ident != "self" {
                    name.push(ident.to_string());
                }
                rest = after;
            }
            [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::Brace => {
                let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
                let parts = tokens.split(|token| is_punct(token, ','));
                return parts
                    .filter(|part| !part.is_empty())
                    .flat_map(|part| trees(part, &name))
                    .collect();
            }
            _ => break,
        }
        match rest {
            [first, second, after @ ..] if is_punct(first, ':') && is_punct(second, ':') => {
                rest = after;
            }
            [TokenTree::Ident(keyword), TokenTree::Ident(alias), ..] if keyword == "as" => {
                return vec![(name, alias.to_string())];
            }
            _ => break,
        }
    }
    let alias = name.last().cloned().unwrap_or_default();
    vec![(name, alias)]
}

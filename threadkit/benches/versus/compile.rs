//! What the compiler has to do.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::harness::{Bar, Table, Unit, nanoseconds, time};

const CLASSES: usize = 500;

/// A package that is only compiled.
pub(crate) struct Package(pub(crate) PathBuf);

impl Package {
    fn new(name: &str, dependency: &str, source: &str) -> Self {
        Self::of(name, dependency, "src/lib.rs", source)
    }

    pub(crate) fn of(name: &str, dependency: &str, file: &str, source: &str) -> Self {
        let at = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&at);
        fs::create_dir_all(at.join("src")).expect("a place for a package");
        let manifest = format!(
            "[package]\nname = \"{name}\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n{dependency}\n"
        );
        let package = Self(at);
        package.write("Cargo.toml", &manifest);
        package.write(file, source);
        // The versions that the workspace has, so that none needs to be looked for.
        let locked = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
        fs::copy(locked, package.0.join("Cargo.lock")).expect("a lock file");
        package
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.0.join(file), text).expect("a place for a package");
    }

    /// The command, in this package and with nothing that was built for another.
    pub(crate) fn command(&self) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&self.0).env("CARGO_INCREMENTAL", "0");
        cargo.env("CARGO_TARGET_DIR", self.0.join("target"));
        cargo
    }

    fn cargo(&self, command: &str) -> Result<(), String> {
        succeeds(self.command().arg(command))
    }
    /// Nanoseconds of a check of the package alone, since what it depends on is checked already.
    fn check(&self, source: &str) -> f64 {
        self.write("src/lib.rs", source);
        nanoseconds(time(|| self.cargo("check").expect("it was checked before")))
    }

    /// The same in nanoseconds of processor time, of cargo and of all that it starts.
    fn check_cpu(&self, source: &str) -> f64 {
        self.write("src/lib.rs", source);
        let before = children_cpu();
        self.cargo("check").expect("it was checked before");
        children_cpu() - before
    }

    /// Forgets all that was built.
    pub(crate) fn clean(&self) {
        let _ = fs::remove_dir_all(self.0.join("target"));
    }

    /// Nanoseconds of a build of everything.
    fn build(&self) -> f64 {
        self.clean();
        nanoseconds(time(|| self.cargo("build").expect("it was built before")))
    }
}

/// Runs it, or says what it said on stderr.
pub(crate) fn succeeds(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let says = || String::from_utf8_lossy(&output.stderr).trim().to_owned();
    if output.status.success() { Ok(()) } else { Err(says()) }
}

/// Nanoseconds of processor time that the children of this process took, those that are waited for.
pub(crate) fn children_cpu() -> f64 {
    // In hundredths of a second: the sixteenth and seventeenth field, counted behind the name, which may contain
    // anything.
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(13).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() * 1e7
}

pub(crate) fn depend_on_threadkit() -> String {
    format!("threadkit = {{ path = {:?} }}", env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn measure(table: &mut Table) {
    let (classes, structs) = (source(class), source(plain_struct));
    let ours = Package::new("versus-classes", &depend_on_threadkit(), &classes);
    let peer = Package::new("versus-structs", "", &structs);
    let what = "`cargo check` of 500 classes over 500 hand-written structs with `std::thread`";
    match ours.cargo("check").and_then(|()| peer.cargo("check")) {
        Ok(()) => table.turns(
            [(what.to_owned(), Bar::Ratio(3.0))],
            Unit::Nanoseconds,
            3,
            || [ours.check(&classes)],
            || [peer.check(&structs)],
        ),
        Err(why) => table.skip(what, why),
    }
    for (peer, bar) in [
        (peers::STD, Bar::None),
        (peers::SERDE, Bar::Ratio(1.0)),
        (peers::BON, Bar::None),
        (peers::CLAP, Bar::None),
        (peers::THISERROR, Bar::None),
    ] {
        let ours = Package::new("versus-classes-cpu", &depend_on_threadkit(), &classes);
        let derived = source(peer.item);
        let package = Package::new("versus-derived", peer.dependency, &derived);
        let what = format!("`cargo check` of 500 classes over 500 {}, processor time", peer.what);
        match ours.cargo("check").and_then(|()| package.cargo("check")) {
            Ok(()) => table.turns(
                [(what, bar)],
                Unit::Nanoseconds,
                3,
                || [ours.check_cpu(&classes)],
                || [package.check_cpu(&derived)],
            ),
            Err(why) => table.skip(what, why),
        }
    }
    let ours = Package::new("versus-threadkit", &depend_on_threadkit(), "");
    let peer = Package::new("versus-thiserror", "thiserror = \"2\"", "");
    let what = "clean build with dependencies, over that of `thiserror`";
    match ours.cargo("build").and_then(|()| peer.cargo("build")) {
        Ok(()) => table.turns(
            [(what.to_owned(), Bar::Ratio(2.5))],
            Unit::Nanoseconds,
            3,
            || [ours.build()],
            || [peer.build()],
        ),
        Err(why) => table.skip(what, why),
    }
}

fn source(item: fn(usize) -> String) -> String {
    (0..CLASSES).fold(String::new(), |mut source, number| {
        // Writing to a string does not fail.
        let _ = write!(source, "{}", item(number));
        source
    })
}

fn class(number: usize) -> String {
    format!(
        "#[threadkit::thread_class]
pub struct Count{number} {{
    path: std::path::PathBuf,
    words: u64,
}}

#[threadkit::thread_class]
impl Count{number} {{
    pub fn new(path: impl Into<std::path::PathBuf>, words: u64) -> Self {{
        Self {{ path: path.into(), words }}
    }}

    fn run(&self) -> std::io::Result<u64> {{
        Ok(std::fs::read_to_string(&self.path)?.split_whitespace().count() as u64 + self.words)
    }}
}}
"
    )
}

/// The same, written by hand.
fn plain_struct(number: usize) -> String {
    format!(
        "pub struct Count{number} {{
    path: std::path::PathBuf,
    words: u64,
}}

impl Count{number} {{
    pub fn new(path: impl Into<std::path::PathBuf>, words: u64) -> Self {{
        Self {{ path: path.into(), words }}
    }}

    fn run(&self) -> std::io::Result<u64> {{
        Ok(std::fs::read_to_string(&self.path)?.split_whitespace().count() as u64 + self.words)
    }}

    pub fn start(self) -> std::io::Result<std::thread::JoinHandle<std::io::Result<u64>>> {{
        let name = String::from(\"Count{number}\");
        std::thread::Builder::new().name(name).spawn(move || self.run())
    }}
}}
"
    )
}

/// What else a program writes on its structs, and what that costs.
mod peers {
    use super::plain_struct;

    pub(super) struct Peer {
        pub(super) what: &'static str,
        pub(super) dependency: &'static str,
        pub(super) item: fn(usize) -> String,
    }

    pub(super) const STD: Peer = Peer {
        what: "hand-written structs with `std::thread`",
        dependency: "",
        item: plain_struct,
    };

    pub(super) const SERDE: Peer = Peer {
        what: "structs with serde's two derives",
        dependency: "serde = { version = \"1\", features = [\"derive\"] }",
        item: |number| derived("#[derive(serde::Serialize, serde::Deserialize)]", "", "", number),
    };

    pub(super) const BON: Peer = Peer {
        what: "structs with bon's builder",
        dependency: "bon = \"3\"",
        item: |number| derived("#[derive(bon::Builder)]", "", "", number),
    };

    pub(super) const CLAP: Peer = Peer {
        what: "structs with clap's `Args`",
        dependency: "clap = { version = \"4\", features = [\"derive\"] }",
        item: |number| derived("#[derive(clap::Args)]", "#[arg(long)]", "#[arg(long)]", number),
    };

    pub(super) const THISERROR: Peer = Peer {
        what: "errors by thiserror",
        dependency: "thiserror = \"2\"",
        item: |number| {
            derived("#[derive(Debug, thiserror::Error)]\n#[error(\"{words}\")]", "", "", number)
        },
    };

    /// A struct of the same fields and methods, with a derive.
    fn derived(derive: &str, on_path: &str, on_words: &str, number: usize) -> String {
        format!(
            "{derive}
pub struct Count{number} {{
    {on_path} path: std::path::PathBuf,
    {on_words} words: u64,
}}

impl Count{number} {{
    pub fn new(path: impl Into<std::path::PathBuf>, words: u64) -> Self {{
        Self {{ path: path.into(), words }}
    }}

    pub fn run(&self) -> std::io::Result<u64> {{
        Ok(std::fs::read_to_string(&self.path)?.split_whitespace().count() as u64 + self.words)
    }}
}}
"
        )
    }
}

//! What a small program weighs with threadkit: for the compiler, and in its file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::compile::{Package, children_cpu, depend_on_threadkit, succeeds};
use crate::harness::{Table, median};

/// Where this program, called in the place of rustc, writes what rustc took.
const RECORD: &str = "THREADKIT_BENCH_RECORD";

/// The parts of either side that take less are shown as one.
const LEAST_PART: f64 = 0.02;

const CLASS: &str = r#"
#[threadkit::thread_class]
struct Sum {
    up_to: u64,
}

#[threadkit::thread_class]
impl Sum {
    fn run(&self) -> u64 {
        (1..=self.up_to).sum()
    }
}

fn main() {
    let thread = Sum { up_to: 10 }.start().unwrap();
    println!("{}", thread.value().unwrap());
}
"#;

const STRUCT: &str = r#"
struct Sum {
    up_to: u64,
}

impl Sum {
    fn run(&self) -> u64 {
        (1..=self.up_to).sum()
    }
}

fn main() {
    let sum = Sum { up_to: 10 };
    let thread = std::thread::Builder::new().name("Sum-1".into()).spawn(move || sum.run()).unwrap();
    println!("{}", thread.join().unwrap());
}
"#;

/// Nanoseconds of rustc, or bytes, of each package.
type Parts = BTreeMap<String, f64>;

pub(crate) fn measure(table: &mut Table) {
    match weigh() {
        Ok(text) => table.texts.push(text),
        Err(why) => table.skip("what a small program weighs", why),
    }
}

/// If this process stands for rustc: calls it, and writes down what it took.
pub(crate) fn was_called_as_rustc() -> bool {
    let Some(record) = env::var_os(RECORD) else { return false };
    let mut arguments = env::args_os().skip(1);
    let rustc = arguments.next().expect("the path of rustc");
    let status = Command::new(rustc).args(arguments).status().expect("rustc can be called");
    if let Ok(package) = env::var("CARGO_PKG_NAME") {
        let mut file = fs::File::options().append(true).create(true).open(record).expect("a file");
        // One write, since several append at once.
        let line = format!("{package} {}\n", children_cpu());
        file.write_all(line.as_bytes()).expect("a place for a line");
    }
    std::process::exit(status.code().unwrap_or(1));
}

fn weigh() -> Result<String, String> {
    let ours = Package::of("small-class", &depend_on_threadkit(), "src/main.rs", CLASS);
    let peer = Package::of("small-struct", "", "src/main.rs", STRUCT);
    let (mut ours_took, mut peer_took) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        ours_took.push(build(&ours)?);
        peer_took.push(build(&peer)?);
    }
    let cpu = medians(&ours_took);
    let peer_cpu: f64 = medians(&peer_took).values().sum();
    let with_symbols = |package| release(package, "-Csymbol-mangling-version=v0");
    let of_ours = code(&with_symbols(&ours)?, &cpu)?;
    let of_peer = code(&with_symbols(&peer)?, &Parts::new())?;
    let stripped = |package| -> Result<u64, String> {
        let file = fs::metadata(release(package, "-Cstrip=symbols")?);
        Ok(file.map_err(|error| error.to_string())?.len() / 1000)
    };
    let (ours_file, peer_file) = (stripped(&ours)?, stripped(&peer)?);

    let of = |parts: &Parts, name: &str| parts.get(name).copied().unwrap_or_default();
    let [all_cpu, all_code] = [&cpu, &of_ours].map(|parts| parts.values().sum::<f64>());
    let names: BTreeSet<_> = cpu.keys().chain(of_ours.keys()).collect();
    let mut parts: Vec<_> =
        names.into_iter().map(|name| (&**name, of(&cpu, name), of(&of_ours, name))).collect();
    parts.sort_by(|(_, one, _), (_, other, _)| other.total_cmp(one));
    let (shown, small): (Vec<_>, Vec<_>) = parts
        .into_iter()
        .partition(|(_, cpu, code)| *cpu >= LEAST_PART * all_cpu || *code >= LEAST_PART * all_code);
    let others = format!("{} others", small.len());
    let small = small
        .into_iter()
        .fold((&*others, 0.0, 0.0), |(others, all_cpu, all_code), (_, cpu, code)| {
            (others, all_cpu + cpu, all_code + code)
        });
    let std = ("the same with `std::thread`", peer_cpu, of_peer.values().sum());

    let mut text = String::from(
        "| part of a small program | clean debug build, processor time | code in the release build |\n|---|--:|--:|\n",
    );
    for (part, cpu, code) in shown.into_iter().chain([small, ("**all**", all_cpu, all_code), std]) {
        // Writing to a string does not fail.
        let _ = writeln!(text, "| {part} | {:.2} s | {:.0} kB |", cpu / 1e9, code / 1e3);
    }
    let _ = write!(
        text,
        "\nStripped, the file has {ours_file} kB, and {peer_file} kB with `std::thread`: {} kB more.\n",
        ours_file.saturating_sub(peer_file)
    );
    Ok(text)
}

/// Builds all of it, and says what rustc took for each package.
fn build(package: &Package) -> Result<Parts, String> {
    package.clean();
    let record = package.0.join("record");
    let _ = fs::remove_file(&record);
    let this = env::current_exe().map_err(|error| error.to_string())?;
    let mut cargo = package.command();
    succeeds(cargo.arg("build").env("RUSTC_WRAPPER", this).env(RECORD, &record))?;
    let mut parts = Parts::new();
    for line in fs::read_to_string(&record).map_err(|error| error.to_string())?.lines() {
        let (name, took) = line.split_once(' ').ok_or("a line without a space")?;
        let took: f64 = took.parse().map_err(|_| format!("no number: {took}"))?;
        *parts.entry(name.to_owned()).or_default() += took;
    }
    Ok(parts)
}

fn medians(turns: &[Parts]) -> Parts {
    let of = |part: &String| {
        median(turns.iter().map(|turn| turn.get(part).copied().unwrap_or_default()))
    };
    turns[0].keys().map(|part| (part.clone(), of(part))).collect()
}

/// A release build with these flags of rustc, and where it lies.
fn release(package: &Package, flags: &str) -> Result<PathBuf, String> {
    let mut cargo = package.command();
    succeeds(cargo.args(["build", "--release"]).env("RUSTFLAGS", flags))?;
    let name = package.0.file_name().expect("the folder of a package has a name");
    Ok(package.0.join("target/release").join(name))
}

/// The code that belongs to no package.
const STD: &str = "std";

/// Bytes of code by package: a function belongs to the first of them in whose name it is named; so what is
/// generic in std and made for a type of threadkit's is threadkit's.
fn code(program: &Path, packages: &Parts) -> Result<Parts, String> {
    let output = Command::new("nm").args(["--print-size", "--radix=d"]).arg(program).output();
    let output = output.map_err(|error| format!("nm: {error}"))?;
    let mut parts = Parts::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let [_, size, kind, symbol] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            continue;
        };
        if !kind.eq_ignore_ascii_case("t") {
            continue;
        }
        // In a mangled name, each word has its length before it.
        let place = |package: &&String| {
            let word = package.replace('-', "_");
            symbol.find(&format!("{}{word}", word.len()))
        };
        let package = packages.keys().filter_map(|package| Some((place(&package)?, package))).min();
        let package = package.map_or(STD, |(_, package)| package);
        *parts.entry(package.to_owned()).or_default() += size.parse::<f64>().unwrap_or_default();
    }
    Ok(parts)
}

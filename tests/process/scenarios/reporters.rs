//! Crash reporters that people use, installed before or after the first start.

use std::panic::{set_hook, take_hook};
use std::process::ExitCode;

use threadkit::{set_excepthook, spawn};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

crate::scenarios! {
    color_eyre_first, color_eyre_later, human_panic_first, human_panic_later, tracing_panic_first,
    tracing_panic_later, tracing_panic_chained,
}

/// Three threads fail: with a panic, with one that no panic hook sees, and with an excepthook in force.
fn fail() -> ExitCode {
    spawn(|| panic!("the first")).join().unwrap_err();
    spawn(|| std::panic::resume_unwind(Box::new("the second"))).join().unwrap_err();
    set_excepthook(|args| println!("excepthook: {}", args.exception.message()));
    spawn(|| panic!("the third")).join().unwrap_err();
    ExitCode::SUCCESS
}

fn start_one() {
    spawn(|| ()).join().unwrap();
}

fn color_eyre_first() -> ExitCode {
    color_eyre::install().unwrap();
    fail()
}

fn color_eyre_later() -> ExitCode {
    start_one();
    color_eyre_first()
}

/// As its macro does in release builds; in others it leaves the hook alone.
fn human_panic() {
    let about = human_panic::Metadata::new("reporters", "0.1.0");
    set_hook(Box::new(move |info| {
        let report = human_panic::handle_dump(&about, info);
        human_panic::print_msg(report, &about).expect("stderr can be written to");
    }));
}

fn human_panic_first() -> ExitCode {
    human_panic();
    fail()
}

fn human_panic_later() -> ExitCode {
    start_one();
    human_panic_first()
}

/// A subscriber without this crate's own events, which tell of failures too.
fn subscribe() {
    let output = fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    let filter =
        Targets::new().with_default(LevelFilter::INFO).with_target("threadkit", LevelFilter::OFF);
    tracing_subscriber::registry().with(output).with(filter).init();
}

fn tracing_panic_first() -> ExitCode {
    subscribe();
    set_hook(Box::new(tracing_panic::panic_hook));
    fail()
}

fn tracing_panic_later() -> ExitCode {
    start_one();
    tracing_panic_first()
}

fn tracing_panic_chained() -> ExitCode {
    start_one();
    subscribe();
    let before = take_hook();
    set_hook(Box::new(move |info| {
        tracing_panic::panic_hook(info);
        before(info);
    }));
    fail()
}

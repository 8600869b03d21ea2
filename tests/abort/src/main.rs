//! Failures with `panic = "abort"`: `threadkit-abort NAME`.

use threadkit::{default_excepthook, set_excepthook, spawn, thread_class};

#[thread_class(excepthook = threadkit::silent)]
struct Silent;

#[thread_class]
impl Silent {
    fn run(&self) {
        panic!("the cause");
    }
}

#[thread_class]
struct Failing;

#[thread_class]
impl Failing {
    fn run(&self) -> Result<(), String> {
        Err("the cause".to_owned())
    }
}

struct Stderr;

impl log::Log for Stderr {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        eprintln!("log: {}", record.target());
    }

    fn flush(&self) {}
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("hooked") => set_excepthook(|args| {
            let place = args.exception.location().map(|location| location.line());
            eprintln!("hook: {} {}", args.exception.message(), place.is_some());
        }),
        Some("hooked_with_default") => set_excepthook(default_excepthook),
        Some("reporter") => std::panic::set_hook(Box::new(|info| eprintln!("reporter: {info}"))),
        Some("logged") => {
            log::set_boxed_logger(Box::new(Stderr)).unwrap();
            log::set_max_level(log::LevelFilter::Error);
        }
        Some("hook_panics") => set_excepthook(|_| panic!("of the hook")),
        Some("silent") => drop(Silent.start().unwrap().join()),
        Some("error") => {
            assert!(Failing.start().unwrap().join().is_err());
            return;
        }
        _ => (),
    }
    let _ = spawn(|| panic!("the cause")).join();
}

//! `Local::get` on a value that cannot be copied.

use std::cell::Cell;

use threadkit::Local;

fn main() {
    let name = Local::new(|| String::from("nobody"));
    let _ = name.get();
    let line = Local::new(|| Cell::new(String::new()));
    let _ = line.get();
}

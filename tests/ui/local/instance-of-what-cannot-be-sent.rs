use std::rc::Rc;

use threadkit::Local;

fn main() {
    let names = Local::new(|| Rc::new(String::from("nobody")));
    names.with(|name| println!("{name}"));
}

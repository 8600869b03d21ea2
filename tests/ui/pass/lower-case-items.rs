//! Constants and unit structs in lower case, as a glob import of a table's columns brings them: a
//! pattern takes such a name for the item, and not for a new variable.
#![allow(non_camel_case_types, non_upper_case_globals)]

mod columns {
    pub struct name;
    pub struct daemon;
    pub struct this;
    pub const bytes: usize = 65_536;
    pub const output: u8 = 1;
    pub const value: u8 = 1;
}

use std::cell::Cell;

use columns::*;
use threadkit::thread_class;

threadkit::local! {
    #[inherit]
    static COUNT: Cell<u8> = Cell::new(output);
}

#[thread_class(name = "row {number}", daemon, stack_size = bytes)]
struct Row {
    number: u8,
}

#[thread_class]
impl Row {
    fn run(&self) -> Result<u8, std::io::Error> {
        let (_, _, _) = (name, daemon, this);
        Ok(self.number + COUNT.get())
    }
}

fn main() {
    let row = Row { number: 1 }.with_name("row").with_daemon(false).with_stack_size(bytes);
    assert_eq!(row.start().unwrap().value().unwrap().unwrap(), 1 + value);
}

//! The names of the standard library mean something else here.
#![no_implicit_prelude]
#![allow(dead_code, non_camel_case_types)]

struct Result;
struct Option;
struct Some;
struct None;
struct Ok;
struct Err;
struct String;
struct Box;
#[::threadkit::thread_class]
struct Vec<T>(T);
struct Into;
struct Duration;
struct ExitCode;
trait Send {}
trait Sync {}
trait Sized {}
trait Fn {}
trait FnOnce {}
trait From {}
struct Self_;
mod std {}
mod core {}
mod threadkit {}
mod io {}
struct str;

#[allow(unused_macros)]
macro_rules! format {
    () => {};
}

#[::threadkit::thread_class(name = "download {url}", daemon, stack_size = 65_536)]
pub struct Download {
    url: &'static ::std::primitive::str,
}

#[::threadkit::thread_class]
impl Download {
    pub fn new(url: &'static ::std::primitive::str) -> Self {
        Self { url }
    }

    fn run(&self) -> ::std::result::Result<u8, ::std::io::Error> {
        ::std::result::Result::Ok(1)
    }
}

#[::threadkit::thread_class]
impl self::Vec<u8> {
    fn run(&self) {}
}

#[::threadkit::main(report_after = "30s", stop = "all", grace = "1ms")]
fn main() {
    let thread = Download::new("x").start().unwrap();
    ::std::assert_eq!(thread.value().unwrap().unwrap(), 1);
}

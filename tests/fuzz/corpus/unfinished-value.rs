//! The error was on the whole attribute, as the end of its arguments.

#[threadkit::thread_class]
struct Worker(u8);

#[threadkit::thread_class(crate = threadkit &&)]
impl Worker {
    fn run(self) -> u8 {
        self.0
    }
}

#[threadkit::main(report_after = "1.5s" =)]
fn main() {}

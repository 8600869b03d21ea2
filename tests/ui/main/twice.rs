#[threadkit::main]
#[threadkit::main]
fn main() {}

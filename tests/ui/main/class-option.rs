#[threadkit::main(daemon)]
fn main() {}

#[threadkit::main(stop = "deamons")]
fn main() {}

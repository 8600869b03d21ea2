#[threadkit::main(report = "10s")]
fn main() {}

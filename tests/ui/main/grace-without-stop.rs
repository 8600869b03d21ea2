#[threadkit::main(grace = "2s")]
fn main() {}

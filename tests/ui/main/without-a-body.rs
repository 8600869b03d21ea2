#[threadkit::main]
fn main();

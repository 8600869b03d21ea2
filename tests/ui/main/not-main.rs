#[threadkit::main]
fn start() {}

fn main() {}

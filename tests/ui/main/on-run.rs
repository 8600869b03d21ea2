#[threadkit::main]
fn run() {}

fn main() {}

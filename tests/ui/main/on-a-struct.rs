#[threadkit::main]
struct Main;

fn main() {}

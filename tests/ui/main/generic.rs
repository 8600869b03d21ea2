#[threadkit::main]
fn main<T>() {}

#[threadkit::main]
unsafe fn main() {}

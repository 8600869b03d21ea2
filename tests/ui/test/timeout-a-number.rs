#[threadkit::test(timeout = 5)]
fn ends() {}

fn main() {}

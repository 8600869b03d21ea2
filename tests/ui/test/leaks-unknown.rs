#[threadkit::test(leaks = true)]
fn ends() {}

fn main() {}

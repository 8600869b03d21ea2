#[threadkit::test(daemon)]
fn ends() {}

fn main() {}

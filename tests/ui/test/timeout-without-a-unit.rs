#[threadkit::test(timeout = "60")]
fn ends() {}

fn main() {}

#[threadkit::test(timeot = "60s")]
fn ends() {}

fn main() {}

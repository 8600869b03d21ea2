#[threadkit::test(timeout = "1s", timeout = "2s")]
fn ends() {}

fn main() {}

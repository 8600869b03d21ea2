#[threadkit::test(flavor = "multi_thread")]
fn ends() {}

fn main() {}

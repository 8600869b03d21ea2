#[threadkit::test]
#[threadkit::test(timeout = "1s")]
fn ends() {}

fn main() {}

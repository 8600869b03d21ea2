#[threadkit::test]
#[test]
fn ends() {}

fn main() {}

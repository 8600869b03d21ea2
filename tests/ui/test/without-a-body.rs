#[threadkit::test]
fn ends();

fn main() {}

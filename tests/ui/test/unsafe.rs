#[threadkit::test]
unsafe fn reads() {}

fn main() {}

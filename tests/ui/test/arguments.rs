#[threadkit::test]
fn adds(a: u32, b: u32) {
    assert!(a + b > 0);
}

fn main() {}

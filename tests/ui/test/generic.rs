#[threadkit::test]
fn sorts<T: Ord + Default>() {
    assert!(T::default() <= T::default());
}

fn main() {}

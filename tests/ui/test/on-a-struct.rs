#[threadkit::test]
struct Download {
    url: String,
}

fn main() {}

#[threadkit::test]
async fn fetches() {}

fn main() {}

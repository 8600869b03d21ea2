#[threadkit::test]
#[tokio::test]
async fn fetches() {}

fn main() {}

#[threadkit::test(timeout = 5)]
async unsafe fn fetches(url: &str) {
    assert!(!url.is_empty());
}

fn main() {}

#[threadkit::test(timeout = 5, time = "paused")]
async unsafe fn fetches(url: &str) {
    assert!(!url.is_empty());
}

fn main() {}

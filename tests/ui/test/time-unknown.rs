#[threadkit::test(time = "paused")]
fn ends() {}

fn main() {}

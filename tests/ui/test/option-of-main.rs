#[threadkit::test(report_after = "5s")]
fn ends() {}

fn main() {}

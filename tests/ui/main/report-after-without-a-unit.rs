#[threadkit::main(report_after = "5")]
fn main() {}

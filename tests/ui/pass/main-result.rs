#[threadkit::main(report_after = "1.5s")]
#[allow(clippy::unnecessary_wraps)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = String::from("1");
    let number: u8 = text.parse()?;
    assert_eq!(number, 1);
    Ok(())
}

#[threadkit::main]
fn main() -> Result<u8, String> {
    Ok(1)
}

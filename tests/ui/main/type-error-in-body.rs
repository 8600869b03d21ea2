#[threadkit::main]
fn main() -> Result<(), std::io::Error> {
    let count: u32 = "five";
    Ok(count)
}

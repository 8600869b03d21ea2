//! A `main` under the attribute, for users who deny every lint (see `Cargo.toml`).

use std::io;

#[threadkit::main(report_after = "30s", stop = "daemons", grace = "500ms")]
fn main() -> io::Result<()> {
    let length = threadkit_lint_2021::start_all()?;
    assert_eq!(length, 1);
    Ok(())
}

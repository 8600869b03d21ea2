use threadkit::{Supervisor, thread_class};

#[thread_class]
struct Feed;

#[thread_class]
impl Feed {
    fn run(&self) {}
}

fn main() -> std::io::Result<()> {
    Supervisor::new().child("feed", Feed).start()?;
    Ok(())
}

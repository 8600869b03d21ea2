use threadkit::thread_class;

#[thread_class]
struct Worker {
    jobs: u32,
}

#[thread_class]
impl Worker {
    fn run(&self) -> u32 {
        self.jobs
    }
}

fn main() -> std::io::Result<()> {
    Worker::new(7).start()?;
    Ok(())
}

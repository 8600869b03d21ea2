use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) -> u8;

    fn jobs(&self) -> usize {
        0
    }
}

fn main() {
    assert_eq!(Worker.jobs(), 0);
    let _: u8 = Worker.start().unwrap().value().unwrap();
}

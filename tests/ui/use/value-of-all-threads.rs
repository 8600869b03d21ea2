use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) -> u32 {
        1
    }
}

fn main() {
    for thread in threadkit::enumerate() {
        println!("{}", thread.value().unwrap());
    }
    let mut group = threadkit::Group::new();
    group.add(Worker.start().unwrap());
    println!("{}", group.values().unwrap());
}

use threadkit::thread_class;

#[thread_class]
struct Worker;

fn main() {
    let _ = Worker.start();
}

mod class {
    struct Secret;

    #[threadkit::thread_class]
    pub struct Worker;

    #[threadkit::thread_class]
    impl Worker {
        fn run(&self) -> Secret {
            Secret
        }
    }
}

fn main() {
    let _ = class::Worker.start();
}

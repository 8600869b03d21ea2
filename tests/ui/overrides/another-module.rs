mod class {
    #[threadkit::thread_class]
    pub struct Worker;

    #[threadkit::thread_class]
    impl Worker {
        fn run(&self) {}
    }
}

mod extension {
    impl super::class::Worker {
        pub fn is_alive(&self) -> bool {
            true
        }
    }
}

fn main() {}

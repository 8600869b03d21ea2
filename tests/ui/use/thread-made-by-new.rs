fn main() {
    let _ = threadkit::Thread::new(|| 1);
}

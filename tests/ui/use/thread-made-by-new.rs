fn main() {
    let thread = threadkit::Thread::new(|| 1);
    thread.start();
    thread.join();
}

fn main() {
    threadkit::scope(|s| {
        let _ = s.start(threadkit::spawn(|| 1));
    });
}

fn main() {
    let thread = threadkit::spawn(|| 1);
    thread.join(5).unwrap();
}

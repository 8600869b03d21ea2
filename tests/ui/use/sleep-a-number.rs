fn main() {
    threadkit::sleep(1).unwrap();
}

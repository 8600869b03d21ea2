fn main() {
    let _data = threadkit::local();
}

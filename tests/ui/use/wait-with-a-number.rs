static READY: threadkit::Event = threadkit::Event::new();

fn main() {
    READY.wait(0.5);
}

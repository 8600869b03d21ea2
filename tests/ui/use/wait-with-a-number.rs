static READY: threadkit::Event = threadkit::Event::new();

fn main() {
    READY.wait(0.5);
    let thread = threadkit::spawn(|| 1);
    let _ = thread.value_timeout(5);
    let _ = threadkit::Guard::new(thread).with_timeout(5);
    let _ = threadkit::Group::<threadkit::Target<()>>::new().join_timeout(5);
}

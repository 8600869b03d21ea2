use threadkit::{Event, spawn};

fn main() {
    let loaded = Event::new();
    let theirs = loaded.clone();
    spawn(move || theirs.wait());
    loaded.set();
}

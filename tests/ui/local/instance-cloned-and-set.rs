use threadkit::{Local, spawn};

fn main() {
    let hits = Local::new(|| 0);
    let theirs = hits.clone();
    spawn(move || theirs.set(1));
    hits.set(2);
}

use threadkit::{Thread, Timer};

fn main() {
    let worker = Thread(|| 1);
    worker.start();
    let timer = Timer(5, || ());
    timer.start();
}

use threadkit::Timer;

fn main() {
    let _ = Timer::new(5, || println!("now")).start();
}

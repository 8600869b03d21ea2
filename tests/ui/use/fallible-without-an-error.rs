struct Refused;

fn main() {
    let _ = threadkit::Target::fallible(|| Err::<(), Refused>(Refused)).start();
}

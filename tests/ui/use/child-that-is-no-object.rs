use threadkit::{Supervisor, Target};

#[derive(Debug)]
struct NoError;

fn main() {
    let _ = Supervisor::new().child("number", || 42);
    let _ = Supervisor::new().child("result", || Err::<Target<()>, _>(NoError));
    let _ = Supervisor::new().child("started", || Target::new(|| 42).start());
}

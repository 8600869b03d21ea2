//! What a class of the user's refuses before its start, those of the crate refuse, too; and all objects refuse std's words.

use std::time::Duration;

use threadkit::{Builder, Supervisor, Target, Timer};

fn main() {
    Timer::new(Duration::from_secs(5), || ()).join().unwrap();
    let _: u32 = Target::new(|| 1).value().unwrap();
    Supervisor::new().set_daemon(true);
    Timer::every(Duration::from_secs(5), || ()).on_stop(|| ()).start().unwrap();
    Builder::new(Target::new(|| 1)).spawn().unwrap();
    Builder::new().name("worker").spawn(|| 1).unwrap();
}

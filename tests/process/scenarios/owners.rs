//! Owners whose drop waits for a thread that does not hear.

use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;

use threadkit::{ChildSpec, Group, Guard, Supervisor, Target, Thread, sleep};

crate::scenarios! {
    guard_waits, guard_waits_plainly, guard_waits_in_silence, group_waits, supervisor_waits,
    supervisor_leaves_alone,
}

/// A thread that ends when the parent closes stdin.
fn deaf() -> Thread<Target<usize>> {
    Target::new(|| std::io::stdin().lines().count()).with_name("slow").start().unwrap()
}

fn guard_waits() -> ExitCode {
    #[threadkit::main(report_after = "100ms")]
    fn main() {
        drop(Guard::new(deaf()));
    }
    main()
}

fn guard_waits_plainly() -> ExitCode {
    drop(Guard::new(deaf()));
    ExitCode::SUCCESS
}

fn guard_waits_in_silence() -> ExitCode {
    #[threadkit::main(report_after = "never")]
    fn main() {
        drop(Guard::new(deaf()));
    }
    main()
}

/// Of its threads one ends at once, and one is deaf: it is the one that is named, and the drop is the last to hear of it.
fn group_waits() -> ExitCode {
    #[threadkit::main(report_after = "100ms")]
    fn main() {
        let mut group = Group::new();
        group.add(threadkit::spawn(|| sleep(Duration::MAX)));
        group.add(deaf());
    }
    main()
}

/// Stops a supervisor whose only child is deaf, and has so much time to end.
fn supervise(grace: Duration) {
    let (say, begun) = mpsc::channel();
    let child = move || {
        let say = say.clone();
        let deaf = move || {
            say.send(()).unwrap();
            std::io::stdin().lines().count()
        };
        Target::new(deaf).with_name("slow")
    };
    let child = ChildSpec::new("child", child).with_grace(grace);
    let supervisor = Supervisor::new().add(child).with_name("boss").start().unwrap();
    begun.recv().unwrap();
    supervisor.request_stop();
    println!("ended in order: {}", supervisor.join().is_ok());
}

fn supervisor_waits() -> ExitCode {
    #[threadkit::main(report_after = "100ms")]
    fn main() {
        supervise(Duration::MAX);
    }
    main()
}

fn supervisor_leaves_alone() -> ExitCode {
    #[threadkit::main(report_after = "never")]
    fn main() {
        supervise(Duration::from_millis(1));
    }
    main()
}

//! Owners whose drop waits for a thread that does not hear.

use std::process::ExitCode;

use threadkit::{Group, Guard, Target, Thread, sleep};

crate::scenarios! { guard_waits, guard_waits_plainly, guard_waits_in_silence, group_waits }

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
        group.add(threadkit::spawn(|| sleep(std::time::Duration::MAX)));
        group.add(deaf());
    }
    main()
}

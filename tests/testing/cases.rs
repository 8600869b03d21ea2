//! Tests that most of them are to fail, for the others to run: they are ignored, so that nobody else does.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use threadkit::{
    ChildSpec, Event, Group, Guard, JoinError, Restart, Supervisor, Target, Thread, sleep, spawn,
    thread_class,
};

/// Panics, with a word.
#[thread_class]
struct Panics(&'static str);

#[thread_class]
impl Panics {
    fn run(&self) {
        panic!("the {}", self.0);
    }
}

/// Returns an error that has another.
#[thread_class]
struct Errs;

#[thread_class]
impl Errs {
    fn run(&self) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
        Err(io::Error::other("x".parse::<u32>().unwrap_err()).into())
    }
}

/// Runs until it is asked to stop.
#[thread_class]
struct Stays;

#[thread_class]
impl Stays {
    fn run(&self) -> Result<(), threadkit::Stopped> {
        sleep(Duration::MAX)
    }
}

/// Waits until the thread is over, and takes nothing.
fn over<C>(thread: &Thread<C>) {
    drop(Guard::new(thread.clone()));
}

mod passes;

mod taken {
    use super::*;

    #[thread_class(excepthook = threadkit::silent)]
    struct Silent;

    #[thread_class]
    impl Silent {
        fn run(&self) {
            panic!("nobody is told");
        }
    }

    #[threadkit::test]
    #[ignore]
    fn by_join() {
        assert!(Panics("cheese").start().unwrap().join().is_err());
        assert!(Errs.start().unwrap().join().is_err());
    }

    #[threadkit::test]
    #[ignore]
    fn by_value() {
        assert!(Panics("cheese").start().unwrap().value().is_err());
        assert!(Errs.start().unwrap().value().unwrap().is_err());
    }

    #[threadkit::test]
    #[ignore]
    fn by_an_await() {
        assert!(pollster::block_on(async { Panics("cheese").start().unwrap().await }).is_err());
    }

    #[threadkit::test]
    #[ignore]
    fn by_a_group() {
        let cheese = ["cheese", "wine"];
        assert!(Group::start(cheese.map(Panics)).unwrap().join().is_err());
        assert!(Group::start(cheese.map(Panics)).unwrap().values().is_err());
        assert!(Group::start(cheese.map(Panics)).unwrap().first().is_err());
    }

    #[threadkit::test]
    #[ignore]
    fn by_ready() {
        assert!(threadkit::Builder::new(Errs).start_ready().is_err());
    }

    #[threadkit::test]
    #[ignore]
    fn by_a_supervisor() {
        let mut children = ["cheese", "wine"].map(Panics).into_iter();
        let supervisor = Supervisor::new()
            .child("fails", move || children.next())
            .with_max_restarts(2, Duration::from_secs(60))
            .with_backoff(Duration::ZERO, Duration::ZERO);
        assert!(supervisor.start().unwrap().join().is_err());
    }

    #[threadkit::test]
    #[ignore]
    fn by_the_hook_of_the_class() {
        over(&Silent.start().unwrap());
    }

    #[threadkit::test]
    #[ignore]
    fn by_a_hook() {
        threadkit::set_excepthook(threadkit::silent);
        over(&Panics("cheese").start().unwrap());
    }

    #[threadkit::test]
    #[ignore]
    fn by_another_thread_of_the_test() {
        let thread = Panics("cheese").start().unwrap();
        spawn(move || thread.join().is_err()).join().unwrap();
    }
}

mod untaken {
    use super::*;

    #[threadkit::test]
    #[ignore]
    fn panic() {
        over(&Panics("cheese").with_name("cellar").start().unwrap());
    }

    #[threadkit::test]
    #[ignore]
    fn error() -> io::Result<()> {
        over(&Errs.start()?);
        Ok(())
    }

    #[threadkit::test]
    #[ignore]
    fn several() {
        let panics = ["cheese", "wine", "bread"].map(|what| Panics(what).start().unwrap());
        panics.iter().for_each(over);
        panics[1].join().unwrap_err();
    }

    #[threadkit::test]
    #[ignore]
    fn of_a_grandchild() {
        spawn(|| over(&Panics("cheese").start().unwrap())).join().unwrap();
    }

    /// It fails when the body has returned.
    #[threadkit::test(grace = "1h")]
    #[ignore]
    fn late() {
        static GO: Event = Event::new();
        let _ = Target::new(|| {
            GO.wait();
            panic!("the cheese");
        })
        .start()
        .unwrap();
        GO.set();
    }

    #[threadkit::test]
    #[ignore]
    fn by_a_guard() {
        drop(Guard::new(Panics("cheese").start().unwrap()));
    }

    /// The supervisor does nothing about it.
    #[threadkit::test]
    #[ignore]
    fn by_a_supervisor() {
        let child = ChildSpec::new("fails", || Panics("cheese")).with_restart(Restart::Never);
        Supervisor::new().add(child).start().unwrap().join().unwrap();
    }

    #[threadkit::test]
    #[ignore]
    fn by_into_object() {
        assert_eq!(Panics("cheese").start().unwrap().into_object().unwrap().0, "cheese");
    }

    #[threadkit::test]
    #[ignore]
    fn in_a_callback() {
        let thread = Stays.start().unwrap();
        let token = threadkit::StopToken::from(&thread);
        token.on_stop(|| panic!("the cheese"));
        spawn(move || thread.request_stop()).join().unwrap();
    }

    #[threadkit::test]
    #[ignore]
    fn in_a_destructor() {
        struct Falls;
        impl Drop for Falls {
            fn drop(&mut self) {
                panic!("the cheese");
            }
        }
        threadkit::local! {
            static FALLS: Falls = Falls;
        }
        FALLS.with(|_| ());
    }

    #[threadkit::test]
    #[ignore]
    fn and_the_body_panics() {
        over(&Panics("cheese").start().unwrap());
        panic!("the body");
    }

    #[threadkit::test]
    #[ignore]
    fn and_the_body_errs() -> Result<(), &'static str> {
        over(&Panics("cheese").start().unwrap());
        Err("the body")
    }
}

mod leaks {
    use super::*;

    #[thread_class(inherit = false)]
    struct Apart;

    #[thread_class]
    impl Apart {
        fn run(&self) -> Result<(), threadkit::Stopped> {
            sleep(Duration::MAX)
        }
    }

    #[threadkit::test(grace = "1ms")]
    #[ignore]
    fn thread() {
        let _ = Stays.with_name("squatter").start().unwrap();
    }

    #[threadkit::test(grace = "1ms")]
    #[ignore]
    fn grandchild() {
        spawn(|| drop(Stays.with_name("squatter").start().unwrap())).join().unwrap();
    }

    #[threadkit::test(grace = "1ms")]
    #[ignore]
    fn without_inheritance() {
        let _ = Apart.with_name("squatter").start().unwrap();
    }

    #[threadkit::test(grace = "1ms")]
    #[ignore]
    fn daemon() {
        let _ = Stays.with_name("squatter").with_daemon(true).start().unwrap();
    }

    #[threadkit::test(grace = "1ms", leaks = "daemons")]
    #[ignore]
    fn thread_where_daemons_may() {
        let _ = Stays.with_name("squatter").start().unwrap();
    }

    #[threadkit::test(grace = "1ms")]
    #[ignore]
    #[should_panic]
    fn should_panic() {
        let _ = Stays.with_name("squatter").start().unwrap();
        panic!("as expected");
    }

    /// It does not heed the stop, and does not keep the process.
    #[threadkit::test(grace = "1ms")]
    #[ignore]
    fn deaf() {
        static NEVER: Event = Event::new();
        let _ = Target::new(|| NEVER.wait()).with_name("squatter").start().unwrap();
    }

    #[threadkit::test(grace = "1ms")]
    #[ignore]
    fn and_a_failure() {
        let _ = Stays.with_name("squatter").start().unwrap();
        over(&Panics("cheese").start().unwrap());
    }
}

mod timeouts {
    use super::*;

    #[threadkit::test(timeout = "5ms")]
    #[ignore]
    fn sleeps() {
        let worker = Stays.with_name("worker").start().unwrap();
        worker.join().unwrap();
    }

    #[threadkit::test(timeout = "5ms")]
    #[ignore]
    fn hangs() {
        loop {
            std::thread::park();
        }
    }

    #[threadkit::test(timeout = "5ms")]
    #[ignore]
    #[should_panic]
    fn should_panic() {
        sleep(Duration::MAX).unwrap();
    }
}

mod hooks {
    use super::*;

    /// Where both tests have set their hooks.
    static MET: std::sync::Barrier = std::sync::Barrier::new(2);

    /// Two that run side by side, each with a hook of its own.
    fn hears_its_own(name: &'static str) {
        let (tell, told) = std::sync::mpsc::channel();
        threadkit::set_excepthook(move |args| {
            let _ = tell.send(args.exception.message().to_owned());
        });
        MET.wait();
        over(&Panics(name).start().unwrap());
        MET.wait();
        assert_eq!(told.recv().unwrap(), format!("the {name}"));
        assert!(told.try_recv().is_err());
    }

    #[threadkit::test]
    #[ignore]
    fn one() {
        hears_its_own("one");
    }

    #[threadkit::test]
    #[ignore]
    fn other() {
        hears_its_own("other");
    }
}

mod side_by_side {
    use super::*;

    static MET: std::sync::Barrier = std::sync::Barrier::new(2);

    #[threadkit::test]
    #[ignore]
    fn fails() {
        MET.wait();
        over(&Panics("cheese").start().unwrap());
        println!("on stdout");
        eprintln!("on stderr");
        MET.wait();
    }

    #[threadkit::test]
    #[ignore]
    fn passes() {
        MET.wait();
        MET.wait();
    }
}

mod clocks {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    /// Where both tests are.
    static MET: std::sync::Barrier = std::sync::Barrier::new(2);

    #[threadkit::test(time = "virtual")]
    #[ignore]
    fn goes() {
        let start = threadkit::now();
        MET.wait();
        sleep(HOUR).unwrap();
        assert_eq!(threadkit::now() - start, HOUR);
        MET.wait();
    }

    #[threadkit::test(time = "virtual")]
    #[ignore]
    fn stands() {
        let start = threadkit::now();
        MET.wait();
        MET.wait();
        assert_eq!(threadkit::now(), start);
    }
}

mod deadlocks {
    use super::*;

    static NEVER: Event = Event::new();

    #[threadkit::test(time = "virtual")]
    #[ignore]
    fn for_an_event() {
        NEVER.wait();
    }

    #[threadkit::test(time = "virtual")]
    #[ignore]
    fn of_two() {
        let waiter = Target::new(|| NEVER.wait()).with_name("waiter").start().unwrap();
        waiter.join().unwrap();
    }

    #[threadkit::test(time = "virtual")]
    #[ignore]
    #[should_panic]
    fn should_panic() {
        sleep(Duration::MAX).unwrap();
    }
}

mod virtual_leaks {
    use super::*;

    #[threadkit::test(time = "virtual", grace = "24h")]
    #[ignore]
    fn sleeper() {
        let _ = spawn(|| sleep(Duration::from_secs(1 << 20)));
    }

    #[threadkit::test(time = "virtual", grace = "24h")]
    #[ignore]
    fn waiter() {
        let _ = Stays.start().unwrap();
    }
}

mod virtual_timeouts {
    use super::*;

    #[threadkit::test(time = "virtual", timeout = "5ms")]
    #[ignore]
    fn works() {
        let _sleeper = Stays.start().unwrap();
        loop {
            std::thread::park();
        }
    }
}

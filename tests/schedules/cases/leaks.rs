//! A thread, or what it holds, is left behind.

cases! {
    nobody_tells_it names "Poller-1";
    joined_the_pool_too_late names "Member-";
    slot_kept_on_failure names "Download-2";
    forgotten_sender names "Logger-1";
}

mod classes {
    use std::time::Duration;

    use threadkit::{Thread, thread_class};
    use threadkit_schedules::sync::atomic::{AtomicBool, Ordering::SeqCst};
    use threadkit_schedules::sync::mpsc::{Receiver, Sender, channel};
    use threadkit_schedules::sync::{Arc, Condvar, Mutex};

    #[thread_class]
    struct Poller {
        quit: Receiver<()>,
    }

    #[thread_class]
    impl Poller {
        fn run(&mut self) {
            let _ = self.quit.recv(); // fault: nobody_tells_it
        }
    }

    /// Opens what may fail, and polls it.
    fn open<const SOUND: bool>(quits: &mut Vec<Sender<()>>, works: bool) -> Result<(), String> {
        let (quit, receiver) = channel();
        let poller = Poller { quit: receiver }.start().unwrap();
        if !works {
            if SOUND {
                drop(quit);
                poller.join().unwrap();
            } else {
                quits.push(quit);
            }
            return Err("no such device".to_owned());
        }
        quit.send(()).unwrap();
        poller.join().unwrap();
        Ok(())
    }

    pub(super) fn nobody_tells_it<const SOUND: bool>() {
        let mut quits = Vec::new();
        assert!(open::<SOUND>(&mut quits, false).is_err());
        // They live as long as the program.
        std::mem::forget(quits);
    }

    #[derive(Default)]
    struct Pool {
        closed: AtomicBool,
        members: Mutex<Vec<Thread<Member>>>,
    }

    #[thread_class]
    struct Member;

    #[thread_class]
    impl Member {
        fn run(&self) {
            let _ = threadkit::sleep(Duration::MAX); // fault: joined_the_pool_too_late
        }
    }

    #[thread_class]
    struct Recruiter<const SOUND: bool> {
        pool: Arc<Pool>,
    }

    #[thread_class]
    impl<const SOUND: bool> Recruiter<SOUND> {
        fn run(&self) {
            if SOUND {
                let mut members = self.pool.members.lock().unwrap();
                if !self.pool.closed.load(SeqCst) {
                    members.push(Member.start().unwrap());
                }
            } else if !self.pool.closed.load(SeqCst) {
                let member = Member.start().unwrap();
                self.pool.members.lock().unwrap().push(member);
            }
        }
    }

    pub(super) fn joined_the_pool_too_late<const SOUND: bool>() {
        let pool = Arc::new(Pool::default());
        let recruiter = Recruiter::<SOUND> { pool: pool.clone() }.start().unwrap();
        let members = {
            let mut members = pool.members.lock().unwrap();
            pool.closed.store(true, SeqCst);
            std::mem::take(&mut *members)
        };
        for member in members {
            member.request_stop();
            member.join().unwrap();
        }
        recruiter.join().unwrap();
    }

    /// So many at once.
    struct Slots {
        free: Mutex<usize>,
        freed: Condvar,
    }

    #[thread_class]
    struct Download<const SOUND: bool> {
        slots: Arc<Slots>,
        works: bool,
    }

    #[thread_class]
    impl<const SOUND: bool> Download<SOUND> {
        fn run(&self) -> bool {
            let mut free = self.slots.free.lock().unwrap();
            while *free == 0 {
                free = self.slots.freed.wait(free).unwrap(); // fault: slot_kept_on_failure
            }
            *free -= 1;
            drop(free);
            if !SOUND && !self.works {
                return false;
            }
            *self.slots.free.lock().unwrap() += 1;
            self.slots.freed.notify_one();
            self.works
        }
    }

    pub(super) fn slot_kept_on_failure<const SOUND: bool>() {
        let slots = Arc::new(Slots { free: Mutex::new(1), freed: Condvar::new() });
        let one = Download::<SOUND> { slots: slots.clone(), works: false }.start().unwrap();
        let two = Download::<SOUND> { slots, works: true }.start().unwrap();
        assert!(!one.value().unwrap());
        assert!(two.value().unwrap());
    }

    #[thread_class]
    struct Logger {
        lines: Receiver<String>,
    }

    #[thread_class]
    impl Logger {
        fn run(&mut self) -> usize {
            let mut count = 0;
            loop {
                let line = self.lines.recv(); // fault: forgotten_sender
                if line.is_err() {
                    return count;
                }
                count += 1;
            }
        }
    }

    pub(super) fn forgotten_sender<const SOUND: bool>() {
        let (sender, lines) = channel();
        let logger = Logger { lines }.start().unwrap();
        let theirs = sender.clone();
        let writer = threadkit::spawn(move || theirs.send("hello".to_owned()).unwrap());
        writer.join().unwrap();
        if SOUND {
            drop(sender);
            assert_eq!(logger.value().unwrap(), 1);
        } else {
            // It waits for the end of a channel that it keeps open itself.
            assert_eq!(logger.value().unwrap(), 1);
            drop(sender);
        }
    }
}

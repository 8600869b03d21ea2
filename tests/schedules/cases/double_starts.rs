//! What is to be done once is done twice.

cases! {
    look_then_set names "Migration-";
    two_initialisers names "Reader-";
    one_job_for_two names "Puller-";
    two_timers names "Flush-";
    two_locks_for_one_decision names "Importer-";
}

mod classes {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use threadkit::{Group, Thread, thread_class};
    use threadkit_schedules::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
    use threadkit_schedules::sync::{Arc, Mutex, OnceLock};

    #[derive(Default)]
    struct Schema {
        begun: AtomicBool,
        runs: AtomicUsize,
    }

    #[thread_class]
    struct Migration<const SOUND: bool> {
        schema: Arc<Schema>,
    }

    #[thread_class]
    impl<const SOUND: bool> Migration<SOUND> {
        fn run(&self) {
            let begun = if SOUND {
                self.schema.begun.swap(true, SeqCst)
            } else {
                let begun = self.schema.begun.load(SeqCst);
                self.schema.begun.store(true, SeqCst); // fault: look_then_set
                begun
            };
            if !begun {
                self.schema.runs.fetch_add(1, SeqCst);
            }
        }
    }

    pub(super) fn look_then_set<const SOUND: bool>() {
        let schema = Arc::new(Schema::default());
        let migrations = (0..2).map(|_| Migration::<SOUND> { schema: schema.clone() });
        Group::start(migrations).unwrap().join().unwrap();
        assert_eq!(schema.runs.load(SeqCst), 1);
    }

    #[derive(Default)]
    struct Config {
        parsed: OnceLock<u32>,
        reads: AtomicUsize,
    }

    impl Config {
        fn read(&self) -> u32 {
            let reads = self.reads.fetch_add(1, SeqCst);
            assert_eq!(reads, 0, "the file is read once"); // fault: two_initialisers
            80
        }
    }

    #[thread_class]
    struct Reader<const SOUND: bool> {
        config: Arc<Config>,
    }

    #[thread_class]
    impl<const SOUND: bool> Reader<SOUND> {
        fn run(&self) -> u32 {
            if SOUND {
                return *self.config.parsed.get_or_init(|| self.config.read());
            }
            if let Some(port) = self.config.parsed.get() {
                return *port;
            }
            let port = self.config.read();
            let _ = self.config.parsed.set(port);
            port
        }
    }

    pub(super) fn two_initialisers<const SOUND: bool>() {
        let config = Arc::new(Config::default());
        let readers = (0..2).map(|_| Reader::<SOUND> { config: config.clone() });
        // Nobody looks at how they end.
        let readers = Group::start(readers).unwrap();
        drop(readers);
    }

    #[derive(Default)]
    struct Jobs {
        next: AtomicUsize,
        done: [AtomicUsize; 3],
    }

    #[thread_class]
    struct Puller<const SOUND: bool> {
        jobs: Arc<Jobs>,
    }

    #[thread_class]
    impl<const SOUND: bool> Puller<SOUND> {
        fn run(&self) {
            loop {
                let job = if SOUND {
                    self.jobs.next.fetch_add(1, SeqCst)
                } else {
                    let job = self.jobs.next.load(SeqCst);
                    self.jobs.next.store(job + 1, SeqCst); // fault: one_job_for_two
                    job
                };
                let Some(done) = self.jobs.done.get(job) else { return };
                assert_eq!(done.fetch_add(1, SeqCst), 0, "job {job} is done once");
            }
        }
    }

    pub(super) fn one_job_for_two<const SOUND: bool>() {
        let jobs = Arc::new(Jobs::default());
        let pullers = (0..2).map(|_| Puller::<SOUND> { jobs: jobs.clone() });
        Group::start(pullers).unwrap().join().unwrap();
        assert!(jobs.done.iter().all(|done| done.load(SeqCst) == 1));
    }

    #[thread_class]
    struct Flush {
        flushed: Arc<AtomicUsize>,
    }

    #[thread_class]
    impl Flush {
        fn run(&self) -> Result<(), threadkit::Stopped> {
            threadkit::sleep(Duration::from_secs(60))?;
            let before = self.flushed.fetch_add(1, SeqCst);
            assert_eq!(before, 0, "one delay, one flush"); // fault: two_timers
            Ok(())
        }
    }

    /// Each write puts the flush off.
    struct Journal<const SOUND: bool> {
        flushed: Arc<AtomicUsize>,
        pending: Option<Thread<Flush>>,
    }

    impl<const SOUND: bool> Journal<SOUND> {
        fn write(&mut self) {
            let earlier = self.pending.take();
            if SOUND {
                earlier.iter().for_each(Thread::request_stop);
            }
            let flush = Flush { flushed: self.flushed.clone() };
            self.pending = Some(flush.start().unwrap());
        }
    }

    pub(super) fn two_timers<const SOUND: bool>() {
        let flushed = Arc::new(AtomicUsize::new(0));
        let mut journal = Journal::<SOUND> { flushed: flushed.clone(), pending: None };
        journal.write();
        threadkit::sleep(Duration::from_secs(30)).unwrap();
        journal.write();
        threadkit::sleep(Duration::from_secs(3600)).unwrap();
        assert!(flushed.load(SeqCst) > 0);
    }

    #[derive(Default)]
    struct Library {
        known: Mutex<BTreeSet<&'static str>>,
        imported: AtomicUsize,
    }

    #[thread_class]
    struct Importer<const SOUND: bool> {
        library: Arc<Library>,
    }

    #[thread_class]
    impl<const SOUND: bool> Importer<SOUND> {
        fn run(&self) {
            let is_new = if SOUND {
                self.library.known.lock().unwrap().insert("a.flac")
            } else {
                let is_known = self.library.known.lock().unwrap().contains("a.flac");
                self.library.known.lock().unwrap().insert("a.flac"); // fault: two_locks_for_one_decision
                !is_known
            };
            if is_new {
                self.library.imported.fetch_add(1, SeqCst);
            }
        }
    }

    pub(super) fn two_locks_for_one_decision<const SOUND: bool>() {
        let library = Arc::new(Library::default());
        let importers = (0..2).map(|_| Importer::<SOUND> { library: library.clone() });
        Group::start(importers).unwrap().join().unwrap();
        assert_eq!(library.imported.load(SeqCst), 1);
    }
}

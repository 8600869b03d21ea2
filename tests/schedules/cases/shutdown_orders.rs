//! What others still use is gone.

cases! {
    closed_before_the_writers_end names "Writer-";
    closed_last_registered_first names "Session-1";
    fields_dropped_in_order names "Sampler-1";
    consumer_stopped_first names "Sink-1";
}

mod classes {
    use std::time::Duration;

    use threadkit::{Group, Guard, Stopped, at_exit, at_shutdown, stop_requested, thread_class};
    use threadkit_schedules::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
    use threadkit_schedules::sync::{Arc, Mutex};

    #[derive(Default)]
    struct Log {
        closed: AtomicBool,
        lines: AtomicU32,
    }

    impl Log {
        fn write(&self) {
            assert!(!self.closed.load(SeqCst), "the log is closed");
            self.lines.fetch_add(1, SeqCst);
        }

        fn close(&self) {
            self.closed.store(true, SeqCst);
        }
    }

    #[thread_class]
    struct Writer {
        log: Arc<Log>,
    }

    #[thread_class]
    impl Writer {
        fn run(&self) {
            self.log.write(); // fault: closed_before_the_writers_end
        }
    }

    pub(super) fn closed_before_the_writers_end<const SOUND: bool>() {
        let log = Arc::new(Log::default());
        let writers = Group::start((0..2).map(|_| Writer { log: log.clone() })).unwrap();
        if SOUND {
            writers.join().unwrap();
            log.close();
        } else {
            log.close();
            writers.join().unwrap();
        }
    }

    #[thread_class]
    struct Session {
        log: Arc<Log>,
    }

    #[thread_class]
    impl Session {
        fn run(&self) -> Result<(), Stopped> {
            let stopped = threadkit::sleep(Duration::MAX);
            self.log.write(); // fault: closed_last_registered_first
            stopped
        }
    }

    pub(super) fn closed_last_registered_first<const SOUND: bool>() {
        let log = Arc::new(Log::default());
        let session = Session { log: log.clone() }.start().unwrap();
        at_shutdown(move || session.request_stop()).unwrap();
        if SOUND {
            at_exit(move || log.close()).unwrap();
        } else {
            at_shutdown(move || log.close()).unwrap();
        }
    }

    /// Closes the log with itself.
    struct Owner(Arc<Log>);

    impl Drop for Owner {
        fn drop(&mut self) {
            self.0.close();
        }
    }

    #[thread_class]
    struct Sampler {
        log: Arc<Log>,
    }

    #[thread_class]
    impl Sampler {
        fn run(&self) {
            while !stop_requested() {
                self.log.write(); // fault: fields_dropped_in_order
                let _ = threadkit::sleep(Duration::from_millis(10));
            }
        }
    }

    struct Device {
        owner: Owner,
        sampler: Guard<Sampler>,
    }

    struct SoundDevice {
        sampler: Guard<Sampler>,
        owner: Owner,
    }

    pub(super) fn fields_dropped_in_order<const SOUND: bool>() {
        let log = Arc::new(Log::default());
        let sampler = Guard::new(Sampler { log: log.clone() }.start().unwrap());
        let owner = Owner(log.clone());
        threadkit::sleep(Duration::from_millis(20)).unwrap();
        if SOUND {
            let device = SoundDevice { sampler, owner };
            assert!(device.sampler.is_alive() && !device.owner.0.closed.load(SeqCst));
        } else {
            let device = Device { owner, sampler };
            assert!(device.sampler.is_alive() && !device.owner.0.closed.load(SeqCst));
        }
        assert!(log.lines.load(SeqCst) > 0);
    }

    #[thread_class]
    struct Sink {
        items: Arc<Mutex<Vec<u32>>>,
    }

    #[thread_class]
    impl Sink {
        fn run(&self) -> usize {
            let mut stored = 0;
            loop {
                let stopped = threadkit::sleep(Duration::from_millis(1)).is_err();
                stored += self.items.lock().unwrap().drain(..).count();
                if stopped {
                    return stored;
                }
            }
        }
    }

    #[thread_class]
    struct Source {
        items: Arc<Mutex<Vec<u32>>>,
    }

    #[thread_class]
    impl Source {
        fn run(&self) {
            let _ = threadkit::sleep(Duration::from_millis(5));
            // The last one goes out, whatever happens.
            self.items.lock().unwrap().push(1);
        }
    }

    pub(super) fn consumer_stopped_first<const SOUND: bool>() {
        let items = Arc::new(Mutex::new(Vec::new()));
        let sink = Sink { items: items.clone() }.start().unwrap();
        let source = Source { items }.start().unwrap();
        source.request_stop();
        if SOUND {
            source.join().unwrap();
        }
        sink.request_stop();
        source.join().unwrap();
        let stored = sink.value().unwrap();
        assert_eq!(stored, 1, "Sink-1 stores all"); // fault: consumer_stopped_first
    }
}

//! A thread does not hear that it is to stop.

cases! {
    wait_without_stop names "Worker-1";
    stop_forgotten_at_the_start names "Ticker-1";
    bell_without_the_lock names "Drain-1";
    swallowed_stop names "Heartbeat-1";
    stop_seen_between_batches names "Batch-1";
}

mod classes {
    use std::time::Duration;

    use threadkit::{Event, Stopped, stop_requested, thread_class};
    use threadkit_schedules::sync::atomic::{AtomicBool, Ordering::SeqCst};
    use threadkit_schedules::sync::{Arc, Condvar, Mutex};

    #[thread_class]
    struct Worker<const SOUND: bool> {
        work: Arc<Event>,
    }

    #[thread_class]
    impl<const SOUND: bool> Worker<SOUND> {
        fn run(&self) -> Result<(), Stopped> {
            while !stop_requested() {
                if SOUND {
                    self.work.wait_or_stop()?;
                } else {
                    self.work.wait(); // fault: wait_without_stop
                }
                self.work.clear();
            }
            Ok(())
        }
    }

    pub(super) fn wait_without_stop<const SOUND: bool>() {
        let work = Arc::new(Event::new());
        let worker = Worker::<SOUND> { work: work.clone() }.start().unwrap();
        work.set();
        worker.request_stop();
        worker.join().unwrap();
    }

    #[thread_class]
    struct Ticker<const SOUND: bool> {
        running: AtomicBool,
    }

    #[thread_class]
    impl<const SOUND: bool> Ticker<SOUND> {
        fn run(&self) {
            if !SOUND {
                self.running.store(true, SeqCst);
            }
            while self.running.load(SeqCst) {
                threadkit_schedules::thread::sleep(Duration::from_secs(1)); // fault: stop_forgotten_at_the_start
            }
        }

        fn stop(&self) {
            self.running.store(false, SeqCst);
        }
    }

    pub(super) fn stop_forgotten_at_the_start<const SOUND: bool>() {
        let ticker = Ticker::<SOUND> { running: AtomicBool::new(true) }.start().unwrap();
        ticker.stop();
        ticker.join().unwrap();
    }

    #[derive(Default)]
    struct Queue {
        stopping: AtomicBool,
        items: Mutex<Vec<u32>>,
        changed: Condvar,
    }

    #[thread_class]
    struct Drain {
        queue: Arc<Queue>,
    }

    #[thread_class]
    impl Drain {
        fn run(&self) {
            let mut items = self.queue.items.lock().unwrap();
            while !self.queue.stopping.load(SeqCst) {
                items.clear();
                items = self.queue.changed.wait(items).unwrap(); // fault: bell_without_the_lock
            }
        }
    }

    pub(super) fn bell_without_the_lock<const SOUND: bool>() {
        let queue = Arc::new(Queue::default());
        let drain = Drain { queue: queue.clone() }.start().unwrap();
        queue.items.lock().unwrap().push(1);
        queue.changed.notify_one();
        let lock = SOUND.then(|| queue.items.lock().unwrap());
        queue.stopping.store(true, SeqCst);
        drop(lock);
        queue.changed.notify_one();
        drain.join().unwrap();
    }

    #[thread_class]
    struct Heartbeat<const SOUND: bool> {
        beats: AtomicBool,
    }

    #[thread_class]
    impl<const SOUND: bool> Heartbeat<SOUND> {
        fn run(&self) {
            loop {
                let slept = threadkit::sleep(Duration::from_secs(10)); // fault: swallowed_stop
                if SOUND && slept.is_err() {
                    return;
                }
                self.beats.store(true, SeqCst);
            }
        }
    }

    pub(super) fn swallowed_stop<const SOUND: bool>() {
        let heartbeat = Heartbeat::<SOUND> { beats: AtomicBool::new(false) }.start().unwrap();
        threadkit::sleep(Duration::from_secs(25)).unwrap();
        assert!(heartbeat.beats.load(SeqCst));
        heartbeat.request_stop();
        heartbeat.join().unwrap();
    }

    #[thread_class]
    struct Batch<const SOUND: bool> {
        go: Arc<Event>,
    }

    #[thread_class]
    impl<const SOUND: bool> Batch<SOUND> {
        fn run(&self) {
            // A stop that comes between the look and the wait is to end the wait.
            while !stop_requested() {
                let go = if SOUND {
                    self.go.wait_or_stop_timeout(Duration::from_secs(3600)).unwrap_or(false)
                } else {
                    self.go.wait_timeout(Duration::from_secs(3600))
                };
                if go {
                    self.go.clear();
                }
            }
        }
    }

    pub(super) fn stop_seen_between_batches<const SOUND: bool>() {
        let go = Arc::new(Event::new());
        let batch = Batch::<SOUND> { go: go.clone() }.start().unwrap();
        go.set();
        batch.request_stop();
        let stopped = batch.join_timeout(Duration::from_secs(1));
        assert!(stopped.is_ok(), "{} stops within a second", batch.name()); // fault: stop_seen_between_batches
    }
}

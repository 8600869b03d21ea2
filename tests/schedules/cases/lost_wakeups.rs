//! A thread waits for what has happened already.

cases! {
    cleared_after_the_look names "Consumer-1";
    flag_outside_of_the_lock names "Sleeper-1";
    one_bell_for_two_kinds names "Taker-";
    late_registration names "Parked-1";
}

mod classes {
    use std::collections::VecDeque;

    use threadkit::{Event, Group, thread_class};
    use threadkit_schedules::sync::atomic::{AtomicBool, Ordering::SeqCst};
    use threadkit_schedules::sync::{Arc, Condvar, Mutex};
    use threadkit_schedules::thread;

    #[derive(Default)]
    struct Mailbox {
        letters: Mutex<Vec<u32>>,
        arrived: Event,
    }

    #[thread_class]
    struct Consumer<const SOUND: bool> {
        mailbox: Arc<Mailbox>,
    }

    #[thread_class]
    impl<const SOUND: bool> Consumer<SOUND> {
        fn run(&self) -> u32 {
            loop {
                if SOUND {
                    self.mailbox.arrived.clear();
                }
                if let Some(letter) = self.mailbox.letters.lock().unwrap().pop() {
                    return letter;
                }
                if !SOUND {
                    self.mailbox.arrived.clear();
                }
                self.mailbox.arrived.wait(); // fault: cleared_after_the_look
            }
        }
    }

    pub(super) fn cleared_after_the_look<const SOUND: bool>() {
        let mailbox = Arc::new(Mailbox::default());
        let consumer = Consumer::<SOUND> { mailbox: mailbox.clone() }.start().unwrap();
        mailbox.letters.lock().unwrap().push(7);
        mailbox.arrived.set();
        assert_eq!(consumer.value().unwrap(), 7);
    }

    #[derive(Default)]
    struct Gate {
        open: AtomicBool,
        lock: Mutex<()>,
        changed: Condvar,
    }

    #[thread_class]
    struct Sleeper {
        gate: Arc<Gate>,
    }

    #[thread_class]
    impl Sleeper {
        fn run(&self) {
            let mut lock = self.gate.lock.lock().unwrap();
            while !self.gate.open.load(SeqCst) {
                lock = self.gate.changed.wait(lock).unwrap(); // fault: flag_outside_of_the_lock
            }
        }
    }

    pub(super) fn flag_outside_of_the_lock<const SOUND: bool>() {
        let gate = Arc::new(Gate::default());
        let sleeper = Sleeper { gate: gate.clone() }.start().unwrap();
        let lock = SOUND.then(|| gate.lock.lock().unwrap());
        gate.open.store(true, SeqCst);
        gate.changed.notify_all();
        drop(lock);
        sleeper.join().unwrap();
    }

    /// A queue with room for one, on which givers and takers wait.
    #[derive(Default)]
    struct Slot {
        items: Mutex<VecDeque<u32>>,
        changed: Condvar,
    }

    impl Slot {
        fn change<const SOUND: bool>(&self) {
            if SOUND {
                self.changed.notify_all();
            } else {
                // It may be the wrong one that hears of it.
                self.changed.notify_one();
            }
        }
    }

    #[thread_class]
    struct Giver<const SOUND: bool> {
        slot: Arc<Slot>,
    }

    #[thread_class]
    impl<const SOUND: bool> Giver<SOUND> {
        fn run(&self) {
            let items = self.slot.items.lock().unwrap();
            let mut items = self.slot.changed.wait_while(items, |items| !items.is_empty()).unwrap();
            items.push_back(1);
            drop(items);
            self.slot.change::<SOUND>();
        }
    }

    #[thread_class]
    struct Taker<const SOUND: bool> {
        slot: Arc<Slot>,
    }

    #[thread_class]
    impl<const SOUND: bool> Taker<SOUND> {
        fn run(&self) -> u32 {
            let mut items = self.slot.items.lock().unwrap();
            loop {
                if let Some(item) = items.pop_front() {
                    drop(items);
                    self.slot.change::<SOUND>();
                    return item;
                }
                items = self.slot.changed.wait(items).unwrap(); // fault: one_bell_for_two_kinds
            }
        }
    }

    pub(super) fn one_bell_for_two_kinds<const SOUND: bool>() {
        let slot = Arc::new(Slot::default());
        let takers = (0..3).map(|_| Taker::<SOUND> { slot: slot.clone() });
        let takers = Group::start(takers).unwrap();
        let givers = (0..3).map(|_| Giver::<SOUND> { slot: slot.clone() });
        let givers = Group::start(givers).unwrap();
        givers.join().unwrap();
        assert_eq!(takers.values().unwrap(), [1; 3]);
    }

    #[derive(Default)]
    struct Signal {
        given: AtomicBool,
        waiter: Mutex<Option<thread::Thread>>,
    }

    #[thread_class]
    struct Parked<const SOUND: bool> {
        signal: Arc<Signal>,
    }

    #[thread_class]
    impl<const SOUND: bool> Parked<SOUND> {
        fn run(&self) {
            if SOUND {
                *self.signal.waiter.lock().unwrap() = Some(thread::current());
            }
            while !self.signal.given.load(SeqCst) {
                if !SOUND {
                    *self.signal.waiter.lock().unwrap() = Some(thread::current());
                }
                thread::park(); // fault: late_registration
            }
        }
    }

    pub(super) fn late_registration<const SOUND: bool>() {
        let signal = Arc::new(Signal::default());
        let parked = Parked::<SOUND> { signal: signal.clone() }.start().unwrap();
        signal.given.store(true, SeqCst);
        if let Some(waiter) = signal.waiter.lock().unwrap().as_ref() {
            waiter.unpark();
        }
        parked.join().unwrap();
    }
}

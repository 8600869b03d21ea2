//! Two threads change one thing, and one of the changes is lost.

cases! {
    counter names "Counter-";
    upgraded_lock names "Depositor-";
}

mod classes {
    use threadkit::{Group, thread_class};
    use threadkit_schedules::sync::atomic::{AtomicU32, Ordering::SeqCst};
    use threadkit_schedules::sync::{Arc, RwLock};

    #[thread_class]
    struct Counter<const SOUND: bool> {
        total: Arc<AtomicU32>,
    }

    #[thread_class]
    impl<const SOUND: bool> Counter<SOUND> {
        fn run(&self) {
            if SOUND {
                self.total.fetch_add(1, SeqCst);
            } else {
                let seen = self.total.load(SeqCst);
                self.total.store(seen + 1, SeqCst); // fault: counter
            }
        }
    }

    pub(super) fn counter<const SOUND: bool>() {
        let total = Arc::new(AtomicU32::new(0));
        let counters = (0..2).map(|_| Counter::<SOUND> { total: total.clone() });
        Group::start(counters).unwrap().join().unwrap();
        assert_eq!(total.load(SeqCst), 2);
    }

    #[thread_class]
    struct Depositor<const SOUND: bool> {
        account: Arc<RwLock<u32>>,
        amount: u32,
    }

    #[thread_class]
    impl<const SOUND: bool> Depositor<SOUND> {
        fn run(&self) {
            if SOUND {
                *self.account.write().unwrap() += self.amount;
            } else {
                let balance = *self.account.read().unwrap();
                *self.account.write().unwrap() = balance + self.amount; // fault: upgraded_lock
            }
        }
    }

    pub(super) fn upgraded_lock<const SOUND: bool>() {
        let account = Arc::new(RwLock::new(0));
        let one = Depositor::<SOUND> { account: account.clone(), amount: 10 }.start().unwrap();
        let two = Depositor::<SOUND> { account: account.clone(), amount: 20 }.start().unwrap();
        one.join().unwrap();
        two.join().unwrap();
        assert_eq!(*account.read().unwrap(), 30);
    }
}

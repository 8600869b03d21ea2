//! Instances, threads and visitors that come and go at once. What it looks for shows under the sanitizers, and in the
//! count of values: each is dropped exactly once.

use std::cell::RefCell;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use threadkit::Local;

/// Values alive.
struct Census(AtomicI64);

/// A value that is counted, that notices when it is used after its end, and that owns memory.
struct Citizen {
    census: Arc<Census>,
    word: Box<AtomicU64>,
}

const ALIVE: u64 = 0xa11e;

impl Citizen {
    fn new(census: &Arc<Census>) -> Self {
        census.0.fetch_add(1, Ordering::Relaxed);
        Self { census: Arc::clone(census), word: Box::new(AtomicU64::new(ALIVE)) }
    }

    fn check(&self) {
        assert_eq!(self.word.load(Ordering::Relaxed), ALIVE);
    }
}

impl Drop for Citizen {
    fn drop(&mut self) {
        assert_eq!(self.word.swap(0, Ordering::Relaxed), ALIVE, "dropped twice");
        self.census.0.fetch_sub(1, Ordering::Relaxed);
    }
}

type Instance = Arc<Local<Citizen>>;

fn instance(census: &Arc<Census>) -> Instance {
    let census = Arc::clone(census);
    Arc::new(Local::new(move || Citizen::new(&census)))
}

/// Runs `work` on `n` threads and joins each: the end of a `scope` of std's does not wait for thread-locals.
fn on_threads(n: u64, work: impl Fn(u64) + Sync) {
    thread::scope(|s| {
        let threads: Vec<_> = (0..n)
            .map(|i| {
                s.spawn({
                    let work = &work;
                    move || work(i)
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

/// A generator of its own, so that a failing run can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(self.0 >> 33).expect("31 bits") % n
    }
}

/// Uses, visits and replaces the shared instances, and some of its own.
fn churn(seed: u64, shared: &[Mutex<Instance>], census: &Arc<Census>) {
    let mut random = Random(seed);
    let mut own = Vec::new();
    for _ in 0..200 {
        let slot = &shared[random.below(shared.len())];
        match random.below(8) {
            0 => {
                let fresh = instance(census);
                let old = std::mem::replace(&mut *slot.lock().unwrap(), fresh);
                drop(old);
            }
            1 => {
                let instance = Arc::clone(&slot.lock().unwrap());
                instance.for_each(Citizen::check);
            }
            2 => own.push(instance(census)),
            3 => own.truncate(random.below(8)),
            _ => {
                let instance = Arc::clone(&slot.lock().unwrap());
                instance.with(Citizen::check);
                for own in &own {
                    own.with(Citizen::check);
                }
            }
        }
    }
}

#[test]
fn instances_threads_and_visitors_come_and_go() {
    let census = Arc::new(Census(AtomicI64::new(0)));
    let shared: Vec<_> = (0..6).map(|_| Mutex::new(instance(&census))).collect();
    for round in 0..threadkit_tests::rounds(60) as u64 {
        on_threads(6, |i| churn(round * 100 + i, &shared, &census));
        for slot in &shared {
            slot.lock().unwrap().for_each(|_| panic!("its thread is joined"));
        }
    }
    drop(shared);
    assert_eq!(census.0.load(Ordering::Relaxed), 0);
}

#[test]
fn an_instance_is_dropped_as_its_threads_end() {
    let census = Arc::new(Census(AtomicI64::new(0)));
    for _ in 0..threadkit_tests::rounds(500) {
        let instance = instance(&census);
        let go = Arc::new(Barrier::new(4));
        let threads: Vec<_> = (0..3)
            .map(|_| {
                let (instance, go) = (Arc::clone(&instance), Arc::clone(&go));
                thread::spawn(move || {
                    instance.with(Citizen::check);
                    drop(instance);
                    go.wait();
                })
            })
            .collect();
        go.wait();
        drop(instance);
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(census.0.load(Ordering::Relaxed), 0);
    }
}

#[test]
fn a_value_is_visited_as_its_thread_ends() {
    let census = Arc::new(Census(AtomicI64::new(0)));
    let instance = instance(&census);
    for _ in 0..threadkit_tests::rounds(500) {
        let go = Barrier::new(3);
        // Two use the instance and end; the third visits.
        on_threads(3, |i| {
            if i > 0 {
                instance.with(Citizen::check);
            }
            go.wait();
            if i == 0 {
                instance.for_each(Citizen::check);
            }
        });
        instance.for_each(|_| panic!("its thread is joined"));
        assert_eq!(census.0.load(Ordering::Relaxed), 0);
    }
}

#[test]
fn keys_and_instances_that_own_one_another() {
    let census = Arc::new(Census(AtomicI64::new(0)));
    threadkit::local! {
        static OWNED: RefCell<Vec<Instance>> = const { RefCell::new(Vec::new()) };
    }
    for _ in 0..threadkit_tests::rounds(200) {
        let (first, second) = (instance(&census), instance(&census));
        on_threads(2, |_| {
            let (first, second) = (Arc::clone(&first), Arc::clone(&second));
            first.with(Citizen::check);
            OWNED.with_borrow_mut(|owned| owned.extend([first, Arc::clone(&second)]));
            second.with(Citizen::check);
        });
        drop((first, second));
        assert_eq!(census.0.load(Ordering::Relaxed), 0);
    }
}

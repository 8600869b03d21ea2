//! A million objects on eight threads of the system, which are kept.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use threadkit::{get_native_id, spawn, thread_class};

use crate::census::Census;
use crate::{memory, wait_for_all};

const STARTERS: usize = 8;

/// One of many.
#[thread_class(reuse)]
struct Reused {
    census: Arc<Census>,
    number: usize,
    ids: Arc<Mutex<BTreeSet<u64>>>,
}

threadkit::local! {
    static LAST: std::cell::Cell<usize> = const { std::cell::Cell::new(usize::MAX) };
    static OWNED: std::cell::RefCell<Vec<usize>> = const { std::cell::RefCell::new(Vec::new()) };
}

#[thread_class]
impl Reused {
    fn run(&self) -> usize {
        assert_eq!(LAST.replace(self.number), usize::MAX, "a value of another object");
        OWNED.with_borrow_mut(|owned| {
            owned.push(self.number);
            assert_eq!(*owned, [self.number]);
        });
        self.ids.lock().unwrap().insert(get_native_id());
        self.census.count(self.number);
        assert!(self.number % 64 != 63, "on purpose");
        self.number
    }
}

pub(crate) fn reused(count: usize) {
    println!("{count} on kept threads, twice");
    threadkit::set_excepthook(threadkit::silent);
    let ids = Arc::default();
    memory::comes_back(|| {
        let census = Arc::new(Census::new(count));
        let starters: Vec<_> = (0..STARTERS)
            .map(|_| {
                let (census, ids) = (Arc::clone(&census), Arc::clone(&ids));
                spawn(move || start(count / STARTERS, &census, &ids))
            })
            .collect();
        for starter in starters {
            starter.join().unwrap();
        }
        wait_for_all();
        census.check(census.given(), |_| true);
    });
    // Each starter joins one object before it starts the next.
    let ids = ids.lock().unwrap();
    assert!((1..=STARTERS).contains(&ids.len()), "{} threads of the system", ids.len());
}

fn start(count: usize, census: &Arc<Census>, ids: &Arc<Mutex<BTreeSet<u64>>>) {
    for turn in 0..count {
        let number = census.next();
        let object = Reused { census: Arc::clone(census), number, ids: Arc::clone(ids) };
        let thread = object.start().unwrap();
        assert_eq!(thread.join().is_err(), number % 64 == 63);
        if turn % 2 == 0 && number % 64 != 63 {
            assert_eq!(thread.value().unwrap(), number);
        }
    }
}

//! A million threads that are soon over, started by eight.

use std::sync::Arc;

use threadkit::{Thread, spawn};

use crate::census::Census;
use crate::{memory, wait_for_all};

const STARTERS: usize = 8;

pub(crate) fn short(count: usize) {
    println!("{count} short ones, twice");
    memory::comes_back(|| {
        let census = Arc::new(Census::new(count));
        let starters: Vec<_> = (0..STARTERS)
            .map(|_| {
                let census = Arc::clone(&census);
                spawn(move || start(count / STARTERS, &census))
            })
            .collect();
        for starter in starters {
            starter.join().unwrap();
        }
        wait_for_all();
        assert_eq!(census.given(), count / STARTERS * STARTERS);
        census.check(census.given(), |_| true);
    });
}

fn start(count: usize, census: &Arc<Census>) {
    let mut erased: Vec<Thread> = Vec::new();
    for turn in 0..count {
        let (theirs, number) = (Arc::clone(census), census.next());
        let thread = spawn(move || {
            theirs.count(number);
            number
        });
        match turn % 4 {
            0 => assert_eq!(thread.value().unwrap(), number),
            1 => thread.join().unwrap(),
            2 => erased.push(thread.to_thread()),
            // Let go at once.
            _ => drop(thread),
        }
        if erased.len() == 16 {
            erased.drain(..).for_each(|thread| thread.join().unwrap());
        }
    }
    erased.drain(..).for_each(|thread| thread.join().unwrap());
}

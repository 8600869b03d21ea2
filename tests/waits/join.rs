//! Joins that end with the thread or with the time.

use std::time::Duration;

use threadkit::spawn;

use crate::rounds;

/// Many at once: of each lot the first are likely to be running and the last to be over.
#[test]
fn timeout_against_finish_each_join_tells_which_it_was() {
    const LOT: usize = 10;
    let mut timed_out = 0;
    for _ in 0..rounds() / LOT {
        let threads: Vec<_> = (0..LOT).map(|number| spawn(move || number)).collect();
        for (number, thread) in threads.iter().enumerate() {
            match thread.join_timeout(Duration::from_micros(number as u64)) {
                Ok(()) => assert!(!thread.is_alive()),
                Err(error) => {
                    assert!(error.is_timeout());
                    timed_out += 1;
                }
            }
            assert_eq!(thread.value().unwrap(), number);
            assert!(!thread.is_alive());
        }
    }
    assert!((1..rounds()).contains(&timed_out), "no race was run: {timed_out}");
}

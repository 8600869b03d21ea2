//! Ten thousand threads alive at once.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use threadkit::{Event, Target, Thread, active_count, dump, enumerate};

use crate::{memory, wait_for_all};

pub(crate) fn alive(count: usize) {
    println!("{count} at once");
    memory::comes_back(|| {
        let all_here = Arc::new((AtomicUsize::new(0), Event::new(), Event::new()));
        let threads: Vec<Thread<Target<usize>>> = (0..count)
            .map(|number| {
                let all_here = Arc::clone(&all_here);
                let target = Target::new(move || {
                    let (begun, last_is_here, release) = &*all_here;
                    if begun.fetch_add(1, Ordering::Relaxed) + 1 == count {
                        last_is_here.set();
                    }
                    release.wait();
                    number
                });
                let target = target.with_name(format!("number {number}"));
                target.with_stack_size(64 * 1024).start().expect("the system has room")
            })
            .collect();
        all_here.1.wait();
        assert_eq!(active_count(), count + 1);
        let (listed, dumped) = (enumerate(), dump());
        let idents: HashSet<_> = listed.iter().map(Thread::ident).collect();
        let natives: HashSet<_> = listed.iter().map(Thread::native_id).collect();
        assert_eq!([idents.len(), natives.len(), dumped.threads().len()], [count + 1; 3]);
        assert!(!natives.contains(&None));
        for (number, thread) in threads.iter().enumerate() {
            assert!(idents.contains(&thread.ident()) && thread.is_alive());
            assert_eq!(thread.name(), *format!("number {number}"));
            thread.set_name(format!("renamed {number}"));
        }
        assert!(dump().to_string().contains(&format!("renamed {}", count - 1)));
        all_here.2.set();
        for (number, thread) in threads.iter().enumerate() {
            assert_eq!(thread.value().unwrap(), number);
        }
        wait_for_all();
    });
}

//! `Local` instances whose threads come and go.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use threadkit::{Event, Local, spawn};

use crate::explore::explore;

/// Counts its drops, and is used only before them.
struct Value(Arc<AtomicUsize>, AtomicUsize);

impl Value {
    fn look(&self) {
        assert_eq!(self.1.load(SeqCst), 0, "a value is used after its drop");
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        self.1.fetch_add(1, SeqCst);
        self.0.fetch_add(1, SeqCst);
    }
}

fn instance() -> (Arc<Local<Value>>, Arc<AtomicUsize>) {
    let drops = Arc::new(AtomicUsize::new(0));
    let theirs = drops.clone();
    let local = Local::new(move || Value(theirs.clone(), AtomicUsize::new(0)));
    (Arc::new(local), drops)
}

/// Values die with their threads or with the instance, whichever goes first, each once.
#[test]
fn an_instance_goes_as_its_threads_end() {
    explore(|| {
        let (local, drops) = instance();
        let threads = [(); 2].map(|()| {
            let local = local.clone();
            spawn(move || local.with(Value::look))
        });
        local.with(Value::look);
        drop(local);
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(drops.load(SeqCst), 3);
    });
}

/// Who visits all values finds only those that are there, and at the end each was dropped once.
#[test]
fn a_visitor_comes_as_threads_begin_and_end() {
    explore(|| {
        let (local, drops) = instance();
        let threads = [(); 2].map(|()| {
            let local = local.clone();
            spawn(move || local.with(Value::look))
        });
        let mut visits = 0;
        local.for_each(|value| {
            value.look();
            visits += 1;
        });
        assert!(visits <= 2);
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(drops.load(SeqCst), 2);
    });
}

/// What each thread leaves behind is there once: for who takes it meanwhile, or for who takes the rest.
#[test]
fn kept_values_are_taken_as_threads_end() {
    explore(|| {
        let drops = Arc::new(AtomicUsize::new(0));
        let theirs = drops.clone();
        let local = Arc::new(Local::keeping(move || Value(theirs.clone(), AtomicUsize::new(0))));
        let threads = [(); 2].map(|()| {
            let local = local.clone();
            spawn(move || local.with(Value::look))
        });
        let early = local.take_kept();
        early.iter().for_each(Value::look);
        let mut visits = 0;
        local.for_each(|value| {
            value.look();
            visits += 1;
        });
        assert!(visits + early.len() <= 2);
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(drops.load(SeqCst), 0);
        let local = Arc::into_inner(local).expect("the threads' clones went with them");
        let late: Vec<_> = local.into_values().collect();
        late.iter().for_each(Value::look);
        assert_eq!(early.len() + late.len(), 2);
        drop((early, late));
        assert_eq!(drops.load(SeqCst), 2);
    });
}

/// The values are the borrower's for as long as it borrows them, whatever becomes of their threads.
#[test]
fn values_are_borrowed_as_threads_end() {
    explore(|| {
        let (local, drops) = instance();
        let threads = [(); 2].map(|()| {
            let (local, used) = (local.clone(), Arc::new(Event::new()));
            let theirs = used.clone();
            let thread = spawn(move || {
                local.with(Value::look);
                drop(local);
                theirs.set();
            });
            (thread, used)
        });
        local.with(Value::look);
        for (_, used) in &threads {
            used.wait();
        }
        let mut exclusive = Arc::into_inner(local).expect("the threads have dropped theirs");
        for value in exclusive.iter_mut() {
            value.look();
        }
        for (thread, _) in threads {
            thread.join().unwrap();
        }
        drop(exclusive);
        assert_eq!(drops.load(SeqCst), 3);
    });
}

//! The system refuses threads: there is address space for a few stacks only, and some are asked for
//! that no system has room for.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use fastrand::Rng;
use threadkit::{Builder, Group, Target, Thread, scope, spawn};

use crate::{memory, wait_for_all};

const STARTERS: usize = 8;
/// More than glibc keeps of stacks that are free, 40 MiB: with those, what is left need not be enough for the signal
/// stack that std gives a thread, and std panics.
const STACK: usize = 128 << 20;
/// As many stacks as there is room for, beside a half for what else is allocated.
const STACKS: usize = 12;

/// Counts of what became of the objects: each belongs to one of them in the end.
#[derive(Default)]
struct Fates {
    made: AtomicUsize,
    ran: AtomicUsize,
    refused: AtomicUsize,
    /// Started by a group that was then refused: asked to stop.
    stopped: AtomicUsize,
}

type Job = Target<()>;

fn job(fates: &Arc<Fates>) -> Builder<Job> {
    fates.made.fetch_add(1, Ordering::Relaxed);
    let fates = Arc::clone(fates);
    let target = Target::new(move || {
        fates.ran.fetch_add(1, Ordering::Relaxed);
    });
    target.with_stack_size(STACK)
}

/// Counted when it runs, or when it is dropped without.
struct Member(Arc<Fates>, bool);

impl Drop for Member {
    fn drop(&mut self) {
        let fate = if self.1 { &self.0.ran } else { &self.0.refused };
        fate.fetch_add(1, Ordering::Relaxed);
    }
}

fn member(fates: &Arc<Fates>) -> Builder<Job> {
    fates.made.fetch_add(1, Ordering::Relaxed);
    let mut member = Member(Arc::clone(fates), false);
    let target = Target::new(move || {
        member.1 = true;
        if threadkit::sleep(Duration::MAX).is_err() {
            member.0.stopped.fetch_add(1, Ordering::Relaxed);
        }
    });
    target.with_stack_size(STACK)
}

/// Starts objects, some with a stack that cannot be; what is refused is started again later.
fn start(turns: usize, seed: u64, fates: &Arc<Fates>) -> Vec<Builder<Job>> {
    let mut random = Rng::with_seed(seed);
    let (mut alive, mut refused): (Vec<Thread<Job>>, Vec<Builder<Job>>) = Default::default();
    for _ in 0..turns {
        match random.u8(..8) {
            0 => {
                let group = Group::start((0..STACKS / 2).map(|_| member(fates)));
                // Whether all were started or none, none is alive when the group is gone.
                drop(group);
            }
            1 => scope(|scope| {
                let lent = &fates.ran;
                for _ in 0..4 {
                    let fates = Arc::clone(fates);
                    fates.made.fetch_add(1, Ordering::Relaxed);
                    let target = threadkit::ScopedTarget::new(move || {
                        lent.fetch_add(1, Ordering::Relaxed);
                    });
                    if scope.start(target.with_stack_size(STACK)).is_err() {
                        fates.refused.fetch_add(1, Ordering::Relaxed);
                    }
                }
            }),
            2 => {
                let impossible = job(fates).with_stack_size(usize::MAX / 2).try_start();
                let object = impossible.expect_err("no system has room for it").into_builder();
                refused.push(object.with_stack_size(STACK));
            }
            _ => {
                let object = refused.pop().unwrap_or_else(|| job(fates));
                match object.with_daemon(random.bool()).try_start() {
                    Ok(thread) => alive.push(thread),
                    Err(error) => {
                        fates.refused.fetch_add(1, Ordering::Relaxed);
                        fates.made.fetch_add(1, Ordering::Relaxed);
                        refused.push(error.into_builder());
                        alive.drain(..).for_each(|thread| thread.join().unwrap());
                    }
                }
            }
        }
        if alive.len() > 2 {
            alive.drain(..).for_each(|thread| thread.join().unwrap());
        }
    }
    refused
}

/// Leaves the process that much more address space.
fn limit(bytes: libc::rlim_t) {
    let mut limits = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limits` is a place for the answer.
    assert_eq!(unsafe { libc::getrlimit(libc::RLIMIT_AS, &raw mut limits) }, 0);
    limits.rlim_cur = bytes;
    // SAFETY: `limits` is read only during the call.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limits) }, 0);
}

pub(crate) fn refusals(turns: usize) {
    // One heap, as each more reserves address space.
    // SAFETY: touches only malloc's parameters; there is one thread yet.
    assert_eq!(unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) }, 1);
    memory::comes_back(|| {
        let fates = Arc::new(Fates::default());
        let all_here = Arc::new(Barrier::new(STARTERS + 1));
        let starters: Vec<_> = (0..STARTERS as u64)
            .map(|seed| {
                let (fates, all_here) = (Arc::clone(&fates), Arc::clone(&all_here));
                spawn(move || {
                    all_here.wait();
                    all_here.wait();
                    start(turns, seed, &fates)
                })
            })
            .collect();
        all_here.wait();
        let room = STACKS * STACK + STACK / 2;
        limit(libc::rlim_t::try_from(memory::mapped() + room).expect("64 bits"));
        all_here.wait();
        let refused: Vec<_> =
            starters.iter().flat_map(|starter| starter.value().unwrap()).collect();
        limit(libc::RLIM_INFINITY);
        // With room again, what was refused is as it was.
        for object in refused {
            object.start().unwrap().join().unwrap();
        }
        wait_for_all();
        let count = |fate: &AtomicUsize| fate.load(Ordering::Relaxed);
        let (made, ran, refused) = (count(&fates.made), count(&fates.ran), count(&fates.refused));
        println!("{made} objects: {ran} ran, {refused} were refused");
        assert_eq!(made, ran + refused);
        assert!(ran > 0 && refused > 0, "the limit is neither too low nor too high");
        assert!(count(&fates.stopped) <= ran);
        assert_eq!(Arc::strong_count(&fates), 1);
    });
}

//! Where threads stand, for all that reports on them.

use crate::thread::Thread;

#[cfg(feature = "stacks")]
pub(crate) use with_stacks::{replies_of, stacks_of};

/// In words where each of these threads stands, as far as that is known: never, without the feature `stacks`.
#[cfg(feature = "stacks")]
pub(crate) fn places_of(threads: &[Thread]) -> Vec<Option<String>> {
    replies_of(threads).iter().map(crate::os::stacks::Reply::place).collect()
}

#[cfg(not(feature = "stacks"))]
pub(crate) fn places_of(threads: &[Thread]) -> Vec<Option<String>> {
    threads.iter().map(|_| None).collect()
}

#[cfg(feature = "stacks")]
mod with_stacks {
    use crate::base::primitive::global;
    use crate::base::primitive::sync::atomic::AtomicBool;
    use crate::os::stacks::{self, Asking, Reply, StackError};
    use crate::thread::fork::{self, Held};
    use crate::thread::{Thread, current};

    impl Held for Asking {
        fn in_child(&mut self) {
            Asking::in_child(self);
        }
    }

    /// The stacks of these threads, by the kernel's ids, in their order. A fork waits until they are there.
    pub(crate) fn stacks_of(threads: &[u64]) -> Vec<Reply> {
        global! {
            static DONE: AtomicBool = AtomicBool::new(false);
        }
        current::prepare_for_forks();
        fork::once(&DONE, |holds| holds.push(|| Box::new(stacks::hold())));
        stacks::stacks_of(threads)
    }

    /// The stacks of these threads, and of no others: the system gives the id of one that has ended to another.
    pub(crate) fn replies_of(threads: &[Thread]) -> Vec<Reply> {
        let ids: Vec<_> = threads.iter().map(Thread::native_id).collect();
        let begun: Vec<_> = ids.iter().copied().flatten().collect();
        let mut replies = stacks_of(&begun).into_iter();
        let reply = |(thread, id): (&Thread, Option<u64>)| {
            let reply = id.and_then(|_| replies.next());
            // Whoever is alive still has had its id all the time. The main thread keeps its own.
            if thread.is_alive() || thread.record().is_main() {
                reply.unwrap_or(StackError::NotBegun.into())
            } else {
                StackError::Ended.into()
            }
        };
        threads.iter().zip(ids).map(reply).collect()
    }
}

//! Where threads stand, for all that reports on them.

use crate::thread::Thread;

#[cfg(feature = "stacks")]
use crate::os::stacks::Reply;
#[cfg(feature = "stacks")]
pub(crate) use with_stacks::stacks_of;

/// In words where each of these threads stands, as far as that is known: never, without the feature `stacks`.
#[cfg(feature = "stacks")]
pub(crate) fn places_of(threads: &[Thread]) -> Vec<Option<String>> {
    let ids: Vec<_> = threads.iter().map(|thread| thread.native_id().unwrap_or_default()).collect();
    let place = |reply: Reply| match (reply.stack, reply.error) {
        (Some(stack), _) => stack.place(),
        (None, error) => error.map(|error| error.to_string()),
    };
    stacks_of(&ids).into_iter().map(place).collect()
}

#[cfg(not(feature = "stacks"))]
pub(crate) fn places_of(threads: &[Thread]) -> Vec<Option<String>> {
    threads.iter().map(|_| None).collect()
}

#[cfg(feature = "stacks")]
mod with_stacks {
    use crate::base::primitive::global;
    use crate::base::primitive::sync::Once;
    use crate::os::stacks::{self, Asking, Reply};
    use crate::thread::current;
    use crate::thread::fork::{self, Held};

    impl Held for Asking {
        fn in_child(&mut self) {
            Asking::in_child(self);
        }
    }

    /// The stacks of these threads, by the kernel's ids, in their order. A fork waits until they are there.
    pub(crate) fn stacks_of(threads: &[u64]) -> Vec<Reply> {
        global! {
            static ONCE: Once = Once::new();
        }
        ONCE.call_once(|| {
            current::prepare_for_forks();
            fork::wait_for(|| Box::new(stacks::hold()));
        });
        stacks::stacks_of(threads)
    }
}

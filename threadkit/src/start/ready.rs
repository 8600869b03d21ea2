//! [`ready`]: starting a thread and hearing whether its initialisation worked.

use std::panic::Location;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::base::clock;
use crate::class::ThreadClass;
use crate::core::graph;
use crate::core::record::{Record, Wait};
use crate::start::builder::Builder;
use crate::start::{Free, launch};
use crate::thread::Thread;
use crate::thread::current::{current_thread, with_current};

pub use super::not_ready::NotReady;

/// Says that the current thread is ready: the [`Builder::start_ready`] that started it returns.
///
/// Call it in `run` when everything that can go wrong at the beginning has gone well: the socket is
/// bound, the device is open. From the second time on, and on a thread that was started otherwise,
/// it does nothing. Java and C++ have a latch or a promise for this, Qt its `started` signal.
///
/// # Examples
///
/// ```
/// use std::io;
/// use std::net::TcpListener;
/// use threadkit::{Builder, Target};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// let server = Target::fallible(|| -> io::Result<u16> {
///     let listener = TcpListener::bind("127.0.0.1:0")?;
///     threadkit::ready();
///     Ok(listener.local_addr()?.port())
/// });
/// let server = Builder::new(server).start_ready()?; // here the port is bound
/// assert_ne!(server.value()??, 0);
/// # Ok(())
/// # }
/// ```
pub fn ready() {
    with_current(|thread| thread.record().set_ready());
}

impl<C: ThreadClass + 'static> Builder<C> {
    /// Starts the thread, and waits until it calls [`ready`] or ends. A thread that does neither is waited for without a
    /// limit; [`start_ready_timeout`](Self::start_ready_timeout) has one.
    ///
    /// Until then the caller counts as joining the thread: a join of the caller from there, which
    /// would never end, is a [`JoinError::Deadlock`](crate::JoinError::Deadlock).
    ///
    /// # Errors
    ///
    /// [`NotReady::Start`] where [`try_start`](Self::try_start) would be an error;
    /// [`NotReady::Ended`] if the thread ended without a call of [`ready`]: with what `run` returned,
    /// or how it failed.
    ///
    /// # Examples
    ///
    /// What went wrong on the thread reaches its starter, typed:
    ///
    /// ```
    /// use std::io;
    /// use threadkit::{NotReady, thread_class};
    ///
    /// #[thread_class(excepthook = threadkit::silent)]
    /// struct Player {
    ///     device: &'static str,
    /// }
    ///
    /// #[thread_class]
    /// impl Player {
    ///     fn run(&mut self) -> io::Result<()> {
    ///         let _device = std::fs::File::open(self.device)?;
    ///         threadkit::ready();
    ///         Ok(())
    ///     }
    /// }
    ///
    /// match (Player { device: "/no/such/device" }).with_name("player").start_ready() {
    ///     Err(NotReady::Ended(Ok(Err(error)))) => assert_eq!(error.kind(), io::ErrorKind::NotFound),
    ///     other => panic!("{other:?}"),
    /// }
    /// ```
    #[doc(alias("latch", "start_link"))]
    #[track_caller]
    pub fn start_ready(self) -> Result<Thread<C>, NotReady<C>> {
        start(self, Location::caller(), None)
    }

    /// Starts the thread as [`start_ready`](Self::start_ready) does, and waits for at most
    /// `timeout`, the start included. A timeout too long to end is a wait without one.
    ///
    /// # Errors
    ///
    /// Those of [`start_ready`](Self::start_ready), and [`NotReady::TimedOut`] with the handle of
    /// the thread, which goes on.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadkit::{Builder, NotReady, Target};
    ///
    /// let slow = Builder::new(Target::new(|| threadkit::sleep(Duration::MAX)));
    /// match slow.start_ready_timeout(Duration::from_millis(1)) {
    ///     Err(NotReady::TimedOut(thread)) => thread.request_stop(),
    ///     other => panic!("{other:?}"),
    /// }
    /// ```
    #[track_caller]
    #[rustfmt::skip]
    pub fn start_ready_timeout(self, timeout: Duration) -> Result<Thread<C>, NotReady<C>> { // such as `Duration::from_secs(5)`
        start(self, Location::caller(), clock::now().checked_add(timeout))
    }
}

fn start<C: ThreadClass + 'static>(
    builder: Builder<C>,
    location: &'static Location<'static>,
    deadline: Option<Instant>,
) -> Result<Thread<C>, NotReady<C>> {
    let starter = current_thread();
    let mut waiting = None;
    // Before the thread begins, since from then on it may join its starter.
    let before = |record: &Arc<Record>| {
        let wait = Wait::Ready { target: record.clone(), timed: deadline.is_some() };
        waiting = Some(graph::enter_unchecked(starter.record(), wait));
    };
    let thread = launch(&Free, builder, location, before).map_err(NotReady::Start)?;
    let record = thread.record();
    record.end.wait_for(deadline, || record.is_ready() || record.is_over());
    drop(waiting);
    // In this order: a thread that is over becomes ready no more.
    let over = record.is_over();
    if record.is_ready() {
        Ok(thread)
    } else if over {
        Err(NotReady::Ended(thread.value()))
    } else {
        Err(NotReady::TimedOut(thread))
    }
}

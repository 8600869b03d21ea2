//! Channels, with the interface of [`std::sync::mpsc`].

use std::collections::VecDeque;
use std::fmt;
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::raw::deadline;
use crate::engine::queue::{On, Queue};
use crate::engine::{Kind, Place, step, step_at};
use crate::time::Duration;

pub use std::sync::mpsc::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};

/// What both ends share.
struct Channel<T> {
    state: Mutex<State<T>>,
    /// Those who wait for a message.
    receivers: Queue,
    /// Those who wait for room, or for a message to be taken.
    senders: Queue,
    /// None is without a bound.
    bound: Option<usize>,
}

struct State<T> {
    messages: VecDeque<T>,
    senders: usize,
    received: bool,
    /// How many messages were taken.
    taken: usize,
    /// How many were sent.
    sent: usize,
    /// Whether the receiver waits.
    receiving: bool,
}

impl<T> Channel<T> {
    fn new(bound: Option<usize>) -> Arc<Self> {
        let state = State {
            messages: VecDeque::new(),
            senders: 1,
            received: true,
            taken: 0,
            sent: 0,
            receiving: false,
        };
        Arc::new(Self {
            state: Mutex::new(state),
            receivers: Queue::new(),
            senders: Queue::new(),
            bound,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, message: T) -> usize {
        let mut state = self.lock();
        state.messages.push_back(message);
        state.sent += 1;
        let number = state.sent;
        drop(state);
        self.receivers.wake_all();
        number
    }

    /// Without waiting.
    fn try_send(&self, message: T) -> Result<usize, TrySendError<T>> {
        let state = self.lock();
        if !state.received {
            return Err(TrySendError::Disconnected(message));
        }
        let room = match self.bound {
            None => true,
            Some(0) => state.receiving && state.messages.is_empty(),
            Some(bound) => state.messages.len() < bound,
        };
        drop(state);
        if room { Ok(self.push(message)) } else { Err(TrySendError::Full(message)) }
    }

    fn send(&self, message: T, place: Place) -> Result<(), SendError<T>> {
        step_at(Kind::Change, "send", place);
        if self.bound == Some(0) {
            return self.hand_over(message, place);
        }
        let mut message = message;
        loop {
            match self.try_send(message) {
                Ok(_) => return Ok(()),
                Err(TrySendError::Disconnected(message)) => return Err(SendError(message)),
                Err(TrySendError::Full(back)) => message = back,
            }
            let on = On { what: "room in a channel".into(), ..On::default() };
            self.senders.wait(on, place, None);
        }
    }

    /// Waits until the message is taken.
    fn hand_over(&self, message: T, place: Place) -> Result<(), SendError<T>> {
        if !self.lock().received {
            return Err(SendError(message));
        }
        let number = self.push(message);
        loop {
            let mut state = self.lock();
            if state.taken >= number {
                return Ok(());
            }
            if !state.received {
                let message = state.messages.pop_back();
                drop(state);
                return message.map_or(Ok(()), |message| Err(SendError(message)));
            }
            drop(state);
            let on = On { what: "a message to be received".into(), ..On::default() };
            self.senders.wait(on, place, None);
        }
    }

    fn try_recv(&self) -> Result<T, TryRecvError> {
        let mut state = self.lock();
        match state.messages.pop_front() {
            Some(message) => {
                state.taken += 1;
                drop(state);
                self.senders.wake_all();
                Ok(message)
            }
            None if state.senders == 0 => Err(TryRecvError::Disconnected),
            None => Err(TryRecvError::Empty),
        }
    }

    fn recv(&self, deadline: Option<Duration>, place: Place) -> Result<T, RecvTimeoutError> {
        step_at(Kind::Change, "recv", place);
        let mut in_time = true;
        loop {
            match self.try_recv() {
                Ok(message) => return Ok(message),
                Err(TryRecvError::Disconnected) => return Err(RecvTimeoutError::Disconnected),
                Err(TryRecvError::Empty) if !in_time => return Err(RecvTimeoutError::Timeout),
                Err(TryRecvError::Empty) => {}
            }
            let on = On { what: "a message of a channel".into(), ..On::default() };
            self.lock().receiving = true;
            in_time = self.receivers.wait(on, place, deadline);
            self.lock().receiving = false;
        }
    }
}

/// As std's.
#[must_use]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let channel = Channel::new(None);
    (Sender(channel.clone()), Receiver(channel))
}

/// As std's.
#[must_use]
pub fn sync_channel<T>(bound: usize) -> (SyncSender<T>, Receiver<T>) {
    let channel = Channel::new(Some(bound));
    (SyncSender(channel.clone()), Receiver(channel))
}

/// As std's.
pub struct Sender<T>(Arc<Channel<T>>);

/// As std's.
pub struct SyncSender<T>(Arc<Channel<T>>);

/// As std's.
pub struct Receiver<T>(Arc<Channel<T>>);

/// What both kinds of senders are.
macro_rules! sender {
    ($name:ident) => {
        impl<T> $name<T> {
            /// As std's.
            ///
            /// # Errors
            ///
            /// If the receiver is gone.
            #[track_caller]
            pub fn send(&self, message: T) -> Result<(), SendError<T>> {
                self.0.send(message, Location::caller())
            }
        }

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                self.0.lock().senders += 1;
                Self(self.0.clone())
            }
        }

        impl<T> Drop for $name<T> {
            fn drop(&mut self) {
                step(Kind::Change, concat!("drop of a ", stringify!($name)));
                let mut state = self.0.lock();
                state.senders -= 1;
                if state.senders == 0 {
                    drop(state);
                    self.0.receivers.wake_all();
                }
            }
        }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}

sender!(Sender);
sender!(SyncSender);

impl<T> SyncSender<T> {
    /// As std's.
    ///
    /// # Errors
    ///
    /// If there is no room, or the receiver is gone.
    #[track_caller]
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        step(Kind::Change, "try_send");
        self.0.try_send(message).map(drop)
    }
}

impl<T> Receiver<T> {
    /// As std's.
    ///
    /// # Errors
    ///
    /// If the senders are gone.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        self.0.recv(None, Location::caller()).map_err(|_| RecvError)
    }

    /// As std's.
    ///
    /// # Errors
    ///
    /// If there is no message, or the senders are gone.
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        step(Kind::Look, "try_recv");
        self.0.try_recv()
    }

    /// As std's.
    ///
    /// # Errors
    ///
    /// If there is no message in time, or the senders are gone.
    #[track_caller]
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        self.0.recv(deadline(timeout), Location::caller())
    }

    /// As std's.
    #[must_use]
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self)
    }

    /// As std's.
    #[must_use]
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter(self)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        step(Kind::Change, "drop of a Receiver");
        let mut state = self.0.lock();
        state.received = false;
        // What nobody takes is dropped now, but for what a sender waits to have taken.
        let messages = if self.0.bound == Some(0) {
            VecDeque::new()
        } else {
            std::mem::take(&mut state.messages)
        };
        drop(state);
        drop(messages);
        self.0.senders.wake_all();
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").finish_non_exhaustive()
    }
}

/// As std's.
#[derive(Debug)]
pub struct Iter<'a, T>(&'a Receiver<T>);

/// As std's.
#[derive(Debug)]
pub struct TryIter<'a, T>(&'a Receiver<T>);

/// As std's.
#[derive(Debug)]
pub struct IntoIter<T>(Receiver<T>);

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.try_recv().ok()
    }
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        IntoIter(self)
    }
}

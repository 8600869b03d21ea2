//! [`Keeper`]: a supervisor at work.

use std::mem;
use std::slice;
use std::sync::Arc;
use std::time::Instant;

use super::child::{ChildSpec, Restart};
use super::event::{SupervisorError, SupervisorEvent};
use super::pace::{Restarts, chance};
use super::{Hook, Strategy, Supervisor};
use crate::base::clock;
use crate::base::guest;
use crate::core::exception::Exception;
use crate::core::graph;
use crate::core::observe::{self, Moment};
use crate::core::record::{Record, Wait};
use crate::failure::{self, exit, panic_hook};
use crate::join::JoinError;
use crate::join::future::Awaiting;
use crate::process::explain::explain;
use crate::thread::current::current_thread;
use crate::thread::{Thread, erased};
use crate::tools::ends::Ends;
use crate::tools::release;

/// A supervisor at work, on its thread. Its drop stops the children, in the reverse of the order in which they are started.
pub(super) struct Keeper<'a> {
    supervisor: &'a Supervisor,
    /// The supervisor's own.
    thread: Thread,
    children: Vec<Child>,
    /// The places of children that are over.
    ends: Arc<Ends>,
    restarts: Restarts,
    hook: Option<Box<Hook>>,
}

struct Child {
    spec: ChildSpec,
    state: State,
    /// How often it was restarted, since it last endured.
    streak: u32,
}

enum State {
    /// It is to be started at that time; `None` is never.
    Due(Option<Instant>),
    Alive {
        thread: Thread,
        since: Instant,
        /// Has its end put in the place.
        _end: Awaiting,
    },
    /// It has ended, and is not started again.
    Done,
}

/// How a child has failed, if it did.
type End = Option<Arc<Exception>>;

impl<'a> Keeper<'a> {
    pub(super) fn of(supervisor: &'a Supervisor) -> Self {
        let thread = current_thread();
        let plan = mem::take(&mut *supervisor.plan.lock());
        let now = clock::now();
        let child = |spec| Child { spec, state: State::Due(Some(now)), streak: 0 };
        let children: Vec<_> = plan.children.into_iter().map(child).collect();
        supervisor.alive.lock().resize_with(children.len(), || None);
        let ends = Arc::new(Ends::stoppable(thread.record_arc().clone()));
        Self { supervisor, thread, children, ends, restarts: Restarts::default(), hook: plan.hook }
    }

    /// Until a stop is requested, no child is left, or one has ended too often.
    pub(super) fn run(mut self) -> Result<(), SupervisorError> {
        while !self.thread.stop_requested() {
            if let Some(place) = self.ends.take() {
                self.look_at(place)?;
                continue;
            }
            if let Some(place) = self.due() {
                self.start(place)?;
                continue;
            }
            if !self.children.iter().any(|child| matches!(child.state, State::Due(_))) {
                self.thread.record().set_ready();
            }
            if self.children.iter().all(|child| matches!(child.state, State::Done)) {
                break;
            }
            self.wait();
        }
        Ok(())
    }

    /// Waits for the end of a child, for the time at which one is due, or for a stop.
    fn wait(&self) {
        let times = self.children.iter().filter_map(|child| match child.state {
            State::Due(time) => time,
            State::Alive { .. } | State::Done => None,
        });
        let next = times.min();
        let wait = if next.is_some() { Wait::Sleep } else { Wait::Children };
        let _waiting = graph::enter_unchecked(self.thread.record(), wait);
        // Whatever it was that came is looked for by the caller.
        let _ = self.ends.wait_or_stop(next);
    }

    /// The first child that is to be started now.
    fn due(&self) -> Option<usize> {
        let now = clock::now();
        self.children.iter().position(|child| match child.state {
            State::Due(time) => time.is_some_and(|time| time <= now),
            State::Alive { .. } | State::Done => false,
        })
    }

    fn start(&mut self, place: usize) -> Result<(), SupervisorError> {
        let supervisor = self.supervisor;
        // Before it begins, so that it finds itself there.
        let begins = |thread: &Arc<Record>| {
            supervisor.set_alive(place, Some(erased(thread.clone())));
        };
        let started = self.children[place].spec.start(&begins);
        let end = match started {
            Ok(Ok(thread)) => {
                self.watch(place, thread);
                return Ok(());
            }
            // It has waited for something on this thread, which was asked to stop.
            Ok(Err(failure)) if failure.orderly => None,
            Ok(Err(failure)) => {
                Some(Exception::from_failure(failure, self.thread.name(), self.thread.class_name()))
            }
            Err(payload) if exit::is_exit(&*payload) => {
                guest::drop(payload);
                self.thread.request_stop();
                None
            }
            Err(payload) => Some(panic_hook::exception_of(payload, self.thread.record())),
        };
        self.supervisor.set_alive(place, None);
        self.ended(place, end.map(failure::outlived))
    }

    fn watch(&mut self, place: usize, thread: Thread) {
        let end = self.ends.watch(place, thread.record_arc());
        let since = clock::now();
        self.children[place].state = State::Alive { thread, since, _end: end };
    }

    /// The child of that place is over, or was: another may have been started since.
    fn look_at(&mut self, place: usize) -> Result<(), SupervisorError> {
        let child = &mut self.children[place];
        let State::Alive { thread, since, .. } = &child.state else { return Ok(()) };
        if thread.is_alive() {
            return Ok(());
        }
        if clock::now().saturating_duration_since(*since) >= self.supervisor.pace.window {
            child.streak = 0;
        }
        let end = thread.record().failure();
        self.supervisor.set_alive(place, None);
        self.ended(place, end)
    }

    fn ended(&mut self, place: usize, end: End) -> Result<(), SupervisorError> {
        let child = &mut self.children[place];
        child.state = State::Done;
        let again = match child.spec.restart {
            Restart::Always => true,
            Restart::OnFailure => end.is_some(),
            Restart::Never => false,
        };
        if again { self.restart(place, end) } else { Ok(()) }
    }

    /// Has the child of that place started again, with those that the strategy says.
    fn restart(&mut self, place: usize, end: End) -> Result<(), SupervisorError> {
        // Whatever is done now, it is done about the failure.
        if let Some(failure) = &end {
            failure.set_taken();
        }
        let child = &mut self.children[place];
        let (name, limits) = (child.spec.name.clone(), self.supervisor.pace);
        if !self.restarts.allow(&limits, clock::now()) {
            self.tell(&SupervisorEvent::GivesUp { child: &name, failure: end.as_ref() });
            let (most, window) = (limits.most, limits.window);
            return Err(SupervisorError { child: name, failure: end, most, window });
        }
        let pause = limits.pause(child.streak, chance());
        child.streak = child.streak.saturating_add(1);
        child.state = State::Due(None);
        self.tell(&SupervisorEvent::Restarts { child: &name, failure: end.as_ref(), pause });

        let with = match self.supervisor.strategy {
            Strategy::OneForOne => place..place + 1,
            Strategy::OneForAll => 0..self.children.len(),
            Strategy::RestForOne => place..self.children.len(),
        };
        for place in with.clone().rev() {
            let child = &self.children[place];
            let begun = !matches!(child.state, State::Due(_));
            let never = child.spec.restart == Restart::Never && begun;
            self.stop(place);
            if !never {
                self.children[place].state = State::Due(None);
            }
        }
        // From now on, since the others may have taken their time.
        let at = clock::now().checked_add(pause);
        for child in &mut self.children[with] {
            if let State::Due(time) = &mut child.state {
                *time = at;
            }
        }
        Ok(())
    }

    /// Stops the child of that place, if it is alive: asks it, and waits for it as long as it may take.
    fn stop(&mut self, place: usize) {
        let child = &mut self.children[place];
        let State::Alive { thread, _end, .. } = mem::replace(&mut child.state, State::Done) else {
            return;
        };
        thread.request_stop();
        let deadline = clock::now().checked_add(child.spec.grace);
        let mut wait = release::Wait::of(|| {
            format!("supervisor '{}' waits until this has stopped", self.thread.name())
        });
        let joined = wait.join(&thread, deadline, slice::from_ref(&thread));
        self.supervisor.set_alive(place, None);
        match joined {
            // How it has ended is of no concern: it was to end, and a failure was reported.
            Ok(()) | Err(JoinError::Failed(_)) => {}
            Err(error) => self.leave_alone(&thread, &error),
        }
    }

    fn leave_alone(&mut self, thread: &Thread, error: &JoinError) {
        let name = self.thread.name();
        let words =
            format!("supervisor '{name}' has asked this to stop, and leaves it alone ({error})");
        explain(&words, [thread.clone()], "");
        self.tell(&SupervisorEvent::LeavesAlone { thread, error });
    }

    fn tell(&mut self, event: &SupervisorEvent<'_>) {
        observe::tell(self.thread.record(), Moment::Says(event));
        if let Some(hook) = &mut self.hook {
            guest::call(|| hook(event));
        }
    }
}

impl Drop for Keeper<'_> {
    fn drop(&mut self) {
        (0..self.children.len()).rev().for_each(|place| self.stop(place));
        // What the user's closures hold goes before the thread is over, and may panic.
        guest::drop(mem::take(&mut self.children));
        guest::drop(self.hook.take());
    }
}

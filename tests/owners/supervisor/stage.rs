//! Children that do what a test tells them, and a record of what happens in which order.

use std::collections::HashMap;
use std::error::Error;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use threadkit::{ChildSpec, Restart, Supervisor, Thread, on_stop, thread_class};

/// What a child is told to do.
#[derive(Debug)]
pub(super) enum Do {
    /// Returns.
    End,
    /// Returns an `Err`.
    Fail,
    Panic,
    /// Takes no notice of a stop, until another comes.
    BeDeaf,
    /// Is asked to stop.
    Stop,
}

/// Where the children of a test play.
#[derive(Clone)]
pub(super) struct Stage {
    log: Sender<String>,
    /// Those that are alive, by their names.
    cast: Arc<(Mutex<Cast>, Condvar)>,
}

type Cast = HashMap<&'static str, Sender<Do>>;

/// What has happened, in its order.
pub(super) struct Log(Receiver<String>);

impl Log {
    #[track_caller]
    pub(super) fn expect<const N: usize>(&self, lines: [&str; N]) {
        for line in lines {
            assert_eq!(self.0.recv().unwrap(), line);
        }
    }

    /// Nothing else happens; nobody is left who could say something.
    #[track_caller]
    pub(super) fn expect_end(self) {
        assert_eq!(self.0.iter().collect::<Vec<_>>(), [""; 0]);
    }
}

impl Stage {
    pub(super) fn new() -> (Self, Log) {
        let (log, heard) = mpsc::channel();
        (Self { log, cast: Arc::default() }, Log(heard))
    }

    pub(super) fn say(&self, line: String) {
        self.log.send(line).unwrap();
    }

    /// Makes a child, which says so.
    pub(super) fn actor(&self, name: &'static str) -> Actor {
        let (tell, told) = mpsc::channel();
        let (cast, changed) = &*self.cast;
        cast.lock().unwrap().insert(name, tell.clone());
        changed.notify_all();
        self.say(format!("made {name}"));
        Actor { name, log: self.log.clone(), tell, told }
    }

    /// The way to the child of that name, the newest of several.
    pub(super) fn teller(&self, name: &'static str) -> Sender<Do> {
        let (cast, changed) = &*self.cast;
        let cast = changed.wait_while(cast.lock().unwrap(), |cast| !cast.contains_key(name));
        cast.unwrap()[name].clone()
    }

    /// Tells that child; one that is over does not hear it.
    pub(super) fn tell(&self, name: &'static str, what: Do) {
        let _ = self.teller(name).send(what);
    }

    pub(super) fn child(&self, name: &'static str) -> ChildSpec {
        let stage = self.clone();
        ChildSpec::new(name, move || stage.actor(name)).with_grace(Duration::MAX)
    }

    /// A supervisor of these children, which says what it does, and never pauses.
    pub(super) fn supervisor<const N: usize>(
        &self,
        children: [(&'static str, Restart); N],
    ) -> Supervisor {
        let stage = self.clone();
        let supervisor = Supervisor::new()
            .with_max_restarts(usize::MAX, Duration::from_secs(3600))
            .with_backoff(Duration::ZERO, Duration::ZERO)
            .on_event(move |event| {
                let event = event.to_string();
                // Without the failure.
                stage.say(event.split(": ").next().unwrap().to_owned());
            });
        children.into_iter().fold(supervisor, |supervisor, (name, restart)| {
            supervisor.add(self.child(name).with_restart(restart))
        })
    }
}

#[thread_class(excepthook = threadkit::silent)]
pub(super) struct Actor {
    name: &'static str,
    log: Sender<String>,
    tell: Sender<Do>,
    told: Receiver<Do>,
}

#[thread_class]
impl Actor {
    fn run(self) -> Result<(), Box<dyn Error + Send + Sync>> {
        let Self { name, log, tell, told } = self;
        on_stop(move || {
            let _ = tell.send(Do::Stop);
        });
        let mut deaf = false;
        loop {
            match told.recv()? {
                Do::End => return Ok(()),
                Do::Fail => return Err(format!("{name} fails").into()),
                Do::Panic => panic!("{name} panics"),
                Do::BeDeaf => deaf = true,
                Do::Stop if deaf => {}
                Do::Stop => {
                    log.send(format!("stopped {name}"))?;
                    return Ok(());
                }
            }
        }
    }
}

/// The child of that name, as soon as it is started.
pub(super) fn child_of(supervisor: &Supervisor, name: &str) -> Thread {
    loop {
        match supervisor.children().into_iter().find(|child| child.name() == name) {
            Some(child) => return child,
            None => std::thread::yield_now(),
        }
    }
}

/// Asks the supervisor to stop, and waits until it has; how it ended is to be in order.
#[track_caller]
pub(super) fn stop(supervisor: &Thread<Supervisor>) {
    supervisor.request_stop();
    supervisor.join().unwrap();
    supervisor.value().unwrap().unwrap();
}

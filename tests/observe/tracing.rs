//! The feature `tracing`: spans that follow a thread, and events for failures. Each test has a subscriber
//! of its own, in force on its thread alone.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{error, fmt, io};

use threadkit::{
    Builder, JoinError, NotReady, Supervisor, Target, ready, silent, sleep, spawn, thread_class,
};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id};
use tracing::{Dispatch, Event, Level, Subscriber, dispatcher, info, info_span};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry, Scope, SpanRef};

/// What a subscriber was told: a line each.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    fn lines(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn subscriber(&self) -> Dispatch {
        self.subscriber_for(Targets::new().with_default(Level::INFO))
    }

    fn subscriber_for(&self, filter: Targets) -> Dispatch {
        Dispatch::new(Registry::default().with(filter).with(self.clone()))
    }

    fn add(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
}

/// A span's name and fields, kept with it.
struct Label(String);

fn label<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>) -> String {
    span.extensions().get::<Label>().expect("set when it was new").0.clone()
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Told {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let span = context.span(id).unwrap();
        span.extensions_mut().insert(Label(format!("{}{}", span.name(), fields.0)));
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let span = context.span(&id).unwrap();
        self.add(format!("closed: {}", label(&span)));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let spans = context.event_scope(event).into_iter().flat_map(Scope::from_root);
        let around = spans.map(|span| label(&span)).collect::<Vec<_>>().join(" > ");
        let metadata = event.metadata();
        self.add(format!("{} {}: {around}:{}", metadata.level(), metadata.target(), fields.0));
    }
}

/// ` name=value` each, without what differs from run to run.
#[derive(Default)]
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let differs = ["ident", "location", "started_at"].contains(&field.name());
        let value = if differs { String::new() } else { format!("={value:?}") };
        self.0.extend([" ", field.name(), &value]);
    }
}

const HERE: &str = "INFO tracing";

#[test]
fn a_thread_goes_on_in_the_span_of_its_starter() {
    let told = Told::default();
    dispatcher::with_default(&told.subscriber(), || {
        let request = info_span!("request").entered();
        let thread = Target::new(|| {
            info!("on it");
            let child = Target::new(|| info!("on its child")).with_name("child").start().unwrap();
            child.join().unwrap();
        });
        let thread = thread.with_name("worker").start().unwrap();
        thread.join().unwrap();
        let worker = "thread name=worker class=\"Target\" ident";
        let child = "thread name=child class=\"Target\" ident";
        let lines = [
            format!("{HERE}: request > {worker}: message=on it"),
            format!("{HERE}: request > {worker} > {child}: message=on its child"),
            format!("closed: {child}"),
            format!("closed: {worker}"),
        ];
        assert_eq!(told.lines(), lines);
        drop(request);
        assert_eq!(told.lines(), ["closed: request"]);
    });
}

#[test]
fn where_threads_are_filtered_out_it_goes_on_in_the_starters_own_span() {
    let told = Told::default();
    let filter =
        Targets::new().with_default(Level::INFO).with_target("threadkit", LevelFilter::OFF);
    dispatcher::with_default(&told.subscriber_for(filter), || {
        let _request = info_span!("request").entered();
        spawn(|| info!("on it")).join().unwrap();
        assert_eq!(told.lines(), [format!("{HERE}: request: message=on it")]);
    });
}

#[test]
fn what_a_supervisor_does_is_told_as_a_warning_in_its_span() {
    #[thread_class(excepthook = silent)]
    struct Failing;
    #[thread_class]
    impl Failing {
        fn run(&self) -> Result<(), &'static str> {
            Err("no disk")
        }
    }
    let told = Told::default();
    dispatcher::with_default(&told.subscriber(), || {
        let supervisor =
            Supervisor::new().child("watched", || Failing).with_max_restarts(0, Duration::MAX);
        assert!(supervisor.with_name("watching").start().unwrap().join().is_err());
    });
    let fields = "name=watching class=\"Supervisor\" ident";
    let says = "thread gives up on child 'watched': thread 'watched' failed: no disk";
    let line = format!("WARN threadkit: thread {fields}: message={says} {fields}");
    let lines = told.lines();
    assert!(lines.contains(&line), "{line}: {lines:#?}");
}

/// By the watchdog, which has the subscriber of the thread, and is in no span.
#[test]
fn a_stall_is_told_as_a_warning_and_so_is_its_end() {
    let told = Told::default();
    dispatcher::with_default(&told.subscriber(), || {
        let _request = info_span!("request").entered();
        threadkit_tests::stall("stalled");
    });
    let lines = told.lines();
    let of_it = |says: &str| {
        let begins = format!("WARN threadkit: : message=thread {says}");
        let is_of_it = |line: &&String| {
            line.starts_with(&begins) && line.ends_with(" name=stalled class=\"Target\" ident")
        };
        lines.iter().filter(is_of_it).count()
    };
    assert_eq!(of_it("has made no progress for "), 1, "{lines:#?}");
    assert_eq!(of_it("ended after "), 1, "{lines:#?}");
    // The watchdog does not keep the span open in which the first thread was that it watches.
    assert!(lines.contains(&"closed: request".to_owned()), "{lines:#?}");
}

#[test]
fn beginning_and_leaving_are_told_at_debug() {
    let told = Told::default();
    let filter = Targets::new().with_default(Level::DEBUG);
    dispatcher::with_default(&told.subscriber_for(filter), || {
        Target::new(|| ()).with_name("brief").start().unwrap().join().unwrap();
    });
    let span = "thread name=brief class=\"Target\" ident";
    let lines = [
        format!("DEBUG threadkit: {span}: message=thread has begun"),
        format!("DEBUG threadkit: {span}: message=thread leaves"),
        format!("closed: {span}"),
    ];
    assert_eq!(told.lines(), lines);
}

#[derive(Debug)]
struct Unreadable(io::Error);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unreadable")
    }
}

impl error::Error for Unreadable {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(&self.0)
    }
}

#[thread_class(name = "reader", excepthook = silent)]
struct Reader(u8);

#[thread_class]
impl Reader {
    fn run(&self) -> Result<(), Unreadable> {
        assert!(self.0 > 0, "nothing to read");
        Err(Unreadable(io::Error::other("no disk")))
    }
}

#[test]
fn failures_are_errors_and_an_orderly_end_is_none() {
    let told = Told::default();
    let filter = Targets::new().with_default(Level::ERROR);
    dispatcher::with_default(&told.subscriber_for(filter), || {
        assert!(matches!(Reader(0).start().unwrap().join(), Err(JoinError::Failed(_))));
        assert!(matches!(Reader(1).start().unwrap().join(), Err(JoinError::Failed(_))));
        let stopped = spawn(|| sleep(Duration::MAX));
        stopped.request_stop();
        stopped.join().unwrap();
    });
    let fields = |message, more| {
        format!("ERROR threadkit: : message={message} name=reader class=\"Reader\" ident {more}")
    };
    let lines = [
        fields("thread panicked: nothing to read", "location started_at"),
        fields("thread failed: unreadable", "sources=[\"no disk\"] started_at"),
    ];
    assert_eq!(told.lines(), lines);
}

#[test]
fn a_thread_that_the_system_refuses_leaves_no_span() {
    let told = Told::default();
    dispatcher::with_default(&told.subscriber(), || {
        let refused = Target::new(|| ()).with_name("huge").with_stack_size(usize::MAX).start();
        assert!(refused.is_err());
    });
    assert_eq!(told.lines(), ["closed: thread name=huge class=\"Target\" ident"]);
}

#[test]
fn readiness_and_scopes_follow_too() {
    let told = Told::default();
    dispatcher::with_default(&told.subscriber(), || {
        let _request = info_span!("request").entered();
        let ended = Builder::new(Target::new(|| info!("a"))).with_name("hasty").start_ready();
        assert!(matches!(ended, Err(NotReady::Ended(Ok(())))));
        let early = Target::new(|| {
            ready();
            info!("b");
        });
        Builder::new(early).with_name("early").start_ready().unwrap().join().unwrap();
        let borrowed = String::from("c");
        threadkit::scope(|s| drop(s.spawn(|| info!("{borrowed}"))));
    });
    let lines = told.lines();
    let events: Vec<_> = lines.iter().filter(|line| line.starts_with(HERE)).collect();
    assert_eq!(events.len(), 3, "{lines:?}");
    assert!(events.iter().all(|line| line.contains(": request > thread name=")), "{lines:?}");
}

/// Until a subscriber is set for the whole program, threads have none; from then on, they have it.
#[test]
fn a_subscriber_that_comes_later_hears_of_threads_that_run() {
    let told = Told::default();
    let (go, gone) = std::sync::mpsc::channel();
    let thread = spawn(move || {
        gone.recv().unwrap();
        info!("heard");
    });
    dispatcher::set_global_default(told.subscriber()).unwrap();
    go.send(()).unwrap();
    thread.join().unwrap();
    assert_eq!(told.lines(), [format!("{HERE}: : message=heard")]);
}

/// Panics wherever it may.
struct Hostile;

impl Subscriber for Hostile {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "threadkit"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        panic!("of event");
    }

    fn enter(&self, _: &Id) {
        panic!("of enter");
    }

    fn exit(&self, _: &Id) {
        panic!("of exit");
    }
}

#[thread_class(excepthook = silent)]
struct Sturdy;

#[thread_class]
impl Sturdy {
    fn run(&self) -> u32 {
        7
    }
}

#[test]
fn a_subscriber_that_panics_ends_nothing_else() {
    dispatcher::with_default(&Dispatch::new(Hostile), || {
        let sturdy = Sturdy.start().unwrap();
        assert_eq!(sturdy.value().unwrap(), 7);
        assert!(sturdy.join().is_ok() && !sturdy.is_alive());
    });
}

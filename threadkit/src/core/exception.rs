//! [`Exception`]: how a thread failed.

use std::any::Any;
use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::panic;

use crate::base::guest::{self, Payload};
use crate::base::name::Name;
#[cfg(threadkit_model)]
use crate::base::primitive::model;
use crate::base::primitive::parking_lot::ReentrantMutex;
use crate::base::primitive::sync::atomic::{AtomicBool, Ordering};
use crate::core::backtrace::PanicBacktrace;

/// How a thread failed: its `run` panicked, or returned an `Err`.
///
/// It reaches the [excepthook](crate::set_excepthook), and everyone who joins
/// the thread, as [`JoinError::Failed`](crate::JoinError::Failed).
///
/// # Examples
///
/// ```
/// use threadkit::{ExceptionKind, JoinError};
///
/// let thread = threadkit::spawn(|| panic!("out of cheese"));
/// let Err(JoinError::Failed(exception)) = thread.join() else { unreachable!() };
/// assert_eq!(exception.kind(), ExceptionKind::Panic);
/// assert_eq!(exception.message(), "out of cheese");
/// assert_eq!(exception.location().unwrap().file(), file!());
/// ```
pub struct Exception {
    kind: ExceptionKind,
    message: String,
    sources: Vec<String>,
    /// The same, for [`Error::source`].
    source: Option<Box<Source>>,
    location: Option<PanicLocation>,
    backtrace: Option<Box<PanicBacktrace>>,
    thread_name: Name,
    class_name: &'static str,
    /// Locked while somebody looks at it, since it need not be `Sync`.
    payload: ReentrantMutex<RefCell<Option<Payload>>>,
    /// Whether nobody has told the world of it yet; see [`Exception::claim_report`].
    unreported: AtomicBool,
    /// No hook is to be told of it.
    settled: bool,
    /// Somebody has it who joined the thread, or has acted on it.
    taken: AtomicBool,
}

/// Which of the two ways a thread can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExceptionKind {
    /// `run` panicked.
    Panic,
    /// `run` returned an `Err`.
    Error,
}

/// Where a panic happened.
///
/// Its own type, since [`std::panic::Location`] cannot outlive the panic.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PanicLocation {
    file: String,
    line: u32,
    column: u32,
}

/// What the generated code finds in an `Err` that `run` returned.
#[derive(Debug)]
pub struct Failure {
    pub(crate) message: String,
    pub(crate) sources: Vec<String>,
    /// The error is [`Stopped`](crate::Stopped), or has it in its chain: an orderly end.
    pub(crate) orderly: bool,
}

/// What is known of a panic besides its payload.
pub(crate) struct Circumstances {
    pub(crate) location: Option<PanicLocation>,
    pub(crate) backtrace: Option<Box<PanicBacktrace>>,
    /// The panic hook has reported it, or whoever is in its place.
    pub(crate) is_reported: bool,
    /// No excepthook was in force when it happened, so none is to be told of it.
    pub(crate) is_settled: bool,
}

impl Exception {
    pub(crate) fn from_failure(
        failure: Failure,
        thread_name: Name,
        class_name: &'static str,
    ) -> Self {
        Self {
            kind: ExceptionKind::Error,
            message: failure.message,
            source: Source::chain(&failure.sources),
            sources: failure.sources,
            location: None,
            backtrace: None,
            thread_name,
            class_name,
            payload: ReentrantMutex::new(RefCell::new(None)),
            unreported: AtomicBool::new(true),
            settled: false,
            taken: AtomicBool::new(false),
        }
    }

    pub(crate) fn from_panic(
        payload: Payload,
        circumstances: Circumstances,
        thread_name: Name,
        class_name: &'static str,
    ) -> Self {
        Self {
            kind: ExceptionKind::Panic,
            message: panic_message(&*payload).to_owned(),
            sources: Vec::new(),
            source: None,
            location: circumstances.location,
            backtrace: circumstances.backtrace,
            thread_name,
            class_name,
            payload: ReentrantMutex::new(RefCell::new(Some(payload))),
            unreported: AtomicBool::new(!circumstances.is_reported),
            settled: circumstances.is_settled,
            taken: AtomicBool::new(false),
        }
    }

    /// Whether `run` panicked or returned an `Err`.
    #[must_use]
    pub fn kind(&self) -> ExceptionKind {
        self.kind
    }

    /// The panic's message, or the error's `Display`.
    ///
    /// A payload that is no string, and an error that can be neither displayed nor
    /// debug-printed, have a placeholder.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The texts of the error's [sources](Error::source), from the outermost inwards; empty for
    /// a panic. Of a chain that leads back into itself, or has more, the first thousand. The error
    /// itself is owned by [`Thread::value`](crate::Thread::value).
    #[must_use]
    pub fn sources(&self) -> &[String] {
        &self.sources
    }

    /// Where the panic happened.
    ///
    /// `None` for an `Err`, for a panic raised by `resume_unwind`, and where the program
    /// replaced the panic hook.
    #[must_use]
    pub fn location(&self) -> Option<PanicLocation> {
        self.location.clone()
    }

    /// The backtrace of a panic, beginning in the code that panicked, where `RUST_BACKTRACE`
    /// or `RUST_LIB_BACKTRACE` asks for it (see [`std::backtrace`]). It is captured when the thread panics, and made a
    /// text at the first call, which takes some milliseconds.
    #[must_use]
    pub fn backtrace(&self) -> Option<&str> {
        self.backtrace.as_deref().map(PanicBacktrace::text)
    }

    /// The name that the thread had when it failed.
    #[must_use]
    pub fn thread_name(&self) -> Name {
        self.thread_name.clone()
    }

    /// The name of the thread's class.
    #[must_use]
    pub fn class_name(&self) -> &'static str {
        self.class_name
    }

    /// Takes the payload of a panic, as [`std::thread::JoinHandle::join`] gives it.
    ///
    /// `None` for an `Err`, after the first call, and while another thread looks at it in
    /// [`with_payload`](Self::with_payload).
    pub fn take_payload(&self) -> Option<Box<dyn Any + Send>> {
        // Nobody is waited for: who holds the lock has the payload. In a fork's child it may be one who is
        // not there.
        self.payload.try_lock()?.try_borrow_mut().ok()?.take()
    }

    /// Whether what goes with it may be the user's: a payload that is no text. Nobody is waited for, as above.
    pub(crate) fn keeps_guest(&self) -> bool {
        let Some(payload) = self.payload.try_lock() else { return true };
        let is_text = |payload: &Payload| payload.is::<&'static str>() || payload.is::<String>();
        payload.try_borrow().map_or(true, |payload| payload.as_ref().is_some_and(|it| !is_text(it)))
    }

    /// Looks at the payload of a panic, and leaves it to who joins next.
    ///
    /// `None` for an `Err`, and where the payload was taken. A payload need not be `Sync`, so only one thread at a time
    /// is in `f`; another that wants to look waits.
    ///
    /// # Examples
    ///
    /// ```
    /// struct OutOfSpace { missing: u64 }
    ///
    /// let thread = threadkit::spawn(|| std::panic::panic_any(OutOfSpace { missing: 512 }));
    /// let error = thread.join().unwrap_err();
    /// let exception = error.exception().unwrap();
    /// let missing = exception.with_payload(|payload| {
    ///     payload.downcast_ref::<OutOfSpace>().map(|error| error.missing)
    /// });
    /// assert_eq!(missing.flatten(), Some(512));
    /// assert!(exception.take_payload().is_some());
    /// ```
    pub fn with_payload<R>(&self, f: impl FnOnce(&(dyn Any + Send)) -> R) -> Option<R> {
        let payload = self.payload.lock();
        payload.try_borrow().ok()?.as_deref().map(f)
    }

    /// Continues the panic on this thread, without a new report by the panic hook.
    ///
    /// # Panics
    ///
    /// Always: with the thread's payload, or with the message where there is none.
    pub fn resume_unwind(&self) -> ! {
        let payload = self.take_payload();
        panic::resume_unwind(payload.unwrap_or_else(|| Box::new(self.message.clone())))
    }

    pub(crate) fn is_panic(&self) -> bool {
        self.kind == ExceptionKind::Panic
    }

    /// True once, for the first who asks, and only if the failure has not been reported.
    pub(crate) fn claim_report(&self) -> bool {
        // Relaxed: the swap's atomicity decides who reports; no other data depends on it.
        self.unreported.swap(false, Ordering::Relaxed)
    }

    /// Somebody has joined the thread and got the failure, or has done something about it.
    pub(crate) fn set_taken(&self) {
        #[cfg(threadkit_model)]
        model::heard(self.key());
        self.taken.store(true, Ordering::Relaxed); // Relaxed: it says nothing of other data
    }

    /// By which a schedule knows it.
    #[cfg(threadkit_model)]
    pub(crate) fn key(&self) -> u64 {
        std::ptr::from_ref(self).addr() as u64
    }

    /// Asked for when all threads of a test are over, or by who says that they are not.
    pub(crate) fn is_taken(&self) -> bool {
        self.taken.load(Ordering::Relaxed) // as in `set_taken`
    }

    /// Where no excepthook was in force at the moment of a panic, the panic hook has reported it, and an
    /// excepthook that was set since would do so again.
    pub(crate) fn is_settled(&self) -> bool {
        self.settled
    }
}

/// The message that [`panic!`] put into a payload.
pub(crate) fn panic_message(payload: &(dyn Any + Send)) -> &str {
    if let Some(message) = payload.downcast_ref::<&'static str>() {
        message
    } else if let Some(message) = payload.downcast_ref::<String>() {
        message
    } else {
        "Box<dyn Any>"
    }
}

impl Drop for Exception {
    fn drop(&mut self) {
        guest::drop(self.payload.get_mut().take());
    }
}

// A panic leaves nothing half-done in here: the payload is put in once, and taken out whole.
impl panic::UnwindSafe for Exception {}
impl panic::RefUnwindSafe for Exception {}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { thread_name, message, .. } = self;
        match self.kind {
            ExceptionKind::Panic => write!(f, "thread '{thread_name}' panicked")?,
            ExceptionKind::Error => write!(f, "thread '{thread_name}' failed")?,
        }
        if let Some(location) = &self.location {
            write!(f, " at {location}")?;
        }
        write!(f, ": {message}")
    }
}

/// What `main` prints when it returns the error: the message and what caused it. `{:#?}` shows the fields.
impl fmt::Debug for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            return f
                .debug_struct("Exception")
                .field("kind", &self.kind)
                .field("message", &self.message)
                .field("sources", &self.sources)
                .field("location", &self.location)
                .field("thread_name", &self.thread_name)
                .field("class_name", &self.class_name)
                .finish_non_exhaustive();
        }
        fmt::Display::fmt(self, f)?;
        self.sources.iter().try_for_each(|source| write!(f, "\n  caused by: {source}"))
    }
}

/// The sources are those of the error that `run` returned, as texts: the error itself is owned by
/// [`Thread::value`](crate::Thread::value).
impl Error for Exception {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// The text of an error in the chain of another.
struct Source {
    text: String,
    next: Option<Box<Self>>,
}

impl Source {
    fn chain(texts: &[String]) -> Option<Box<Self>> {
        let before = |next, text: &String| Some(Box::new(Self { text: text.clone(), next }));
        texts.iter().rev().fold(None, before)
    }
}

/// One after the other: a chain may be longer than a small stack is deep.
impl Drop for Source {
    fn drop(&mut self) {
        let mut next = self.next.take();
        while let Some(mut source) = next {
            next = source.next.take();
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The error's own `Debug` is not known any longer.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Source {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.next.as_deref().map(|next| next as _)
    }
}

impl PanicLocation {
    pub(crate) fn of(location: &panic::Location<'_>) -> Self {
        Self { file: location.file().to_owned(), line: location.line(), column: location.column() }
    }

    /// The source file, as the compiler was given it.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line, from 1.
    #[must_use]
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The column, from 1.
    #[must_use]
    pub fn column(&self) -> u32 {
        self.column
    }
}

impl fmt::Display for PanicLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

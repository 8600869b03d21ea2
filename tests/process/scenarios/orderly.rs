//! `Stopped` as an error, in all its wrappings: an orderly end, without a report.

use std::error::Error;
use std::io;
use std::process::ExitCode;

use anyhow::Context as _;
use threadkit::{Stopped, Thread, ThreadClass, thread_class};

crate::scenarios! { stopped, not_stopped }

#[derive(Debug, thiserror::Error)]
enum Layered {
    #[error("stopped")]
    Stop(#[from] Stopped),
    #[error(transparent)]
    Transparent(#[from] Box<Layered>),
    #[error(transparent)]
    Itself(#[from] Asked),
    #[error(transparent)]
    Anyhow(#[from] anyhow::Error),
    #[error("broken")]
    Io(#[source] io::Error),
    #[error("other")]
    Other,
}

/// Nothing of its own: its only source is that of `Stopped`.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Asked(#[from] Stopped);

macro_rules! class {
    ($name:ident, $output:ty, $end:expr) => {
        #[thread_class]
        struct $name;

        #[thread_class]
        impl $name {
            fn run(&self) -> $output {
                $end
            }
        }
    };
}

type Boxed = Box<dyn Error + Send + Sync>;

class!(Bare, Result<(), Stopped>, Err(Stopped));
class!(InABox, Result<(), Boxed>, Err(Stopped.into()));
class!(InAnyhow, anyhow::Result<()>, Err(Stopped.into()));
class!(InContext, anyhow::Result<()>, Err(Stopped).context("one").context("two"));
class!(InThiserror, Result<(), Layered>, Err(Stopped.into()));
class!(InTransparent, Result<(), Layered>, Err(Box::new(Layered::from(Stopped)).into()));
class!(InIo, io::Result<()>, Err(io::Error::other(Stopped)));
class!(InIoBelow, Result<(), Layered>, Err(Layered::Io(io::Error::other(Stopped))));
class!(
    InIoInAnyhow,
    anyhow::Result<()>,
    Err(io::Error::other(Layered::from(Stopped))).context("deep")
);
class!(InABoxInABox, Result<(), Box<Layered>>, Err(Box::new(Stopped.into())));
class!(InAnArc, Result<(), std::sync::Arc<Layered>>, Err(std::sync::Arc::new(Stopped.into())));
class!(InItself, Result<(), Asked>, Err(Stopped.into()));
class!(InItselfTwice, Result<(), Layered>, Err(Asked::from(Stopped).into()));
class!(InAnyhowInside, Result<(), Layered>, Err(anyhow::Error::from(Stopped).into()));
class!(InEyre, color_eyre::Result<()>, Err(Stopped.into()));
class!(Other, Result<(), Layered>, Err(Layered::Other));
class!(OtherIo, anyhow::Result<()>, Err(io::Error::other(Layered::Other)).context("deep"));

fn ends<C: ThreadClass>(thread: io::Result<Thread<C>>) {
    let thread = thread.unwrap();
    let value = thread.value().is_ok();
    println!("{} {} {value}", thread.class_name(), thread.join().is_ok());
}

fn stopped() -> ExitCode {
    ends(Bare.start());
    ends(InABox.start());
    ends(InAnyhow.start());
    ends(InContext.start());
    ends(InThiserror.start());
    ends(InTransparent.start());
    ends(InIo.start());
    ends(InIoBelow.start());
    ends(InIoInAnyhow.start());
    ends(InABoxInABox.start());
    ends(InAnArc.start());
    ends(InItself.start());
    ends(InItselfTwice.start());
    ends(InAnyhowInside.start());
    ends(InEyre.start());
    ExitCode::SUCCESS
}

fn not_stopped() -> ExitCode {
    ends(Other.start());
    ends(OtherIo.start());
    ExitCode::SUCCESS
}

//! A dump at a socket, for a program that looks on.

use crate::base::primitive::sync::atomic::{AtomicBool, Ordering};
use std::fs::{self, Permissions};
use std::io::{self, Write as _};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::fullest;
use crate::tools::stop::on_stop;

/// How long who asked may take to read; others wait meanwhile.
const PATIENCE: Duration = Duration::from_secs(5);

/// A socket at which the dump is handed out, for the owner of the process alone.
pub(super) struct Server {
    listener: UnixListener,
    path: PathBuf,
}

impl Server {
    pub(super) fn bind(path: &Path) -> io::Result<Self> {
        let listener = match UnixListener::bind(path) {
            // Left behind by a process that is gone: nobody answers.
            Err(error)
                if error.kind() == io::ErrorKind::AddrInUse
                    && UnixStream::connect(path).is_err() =>
            {
                fs::remove_file(path)?;
                UnixListener::bind(path)
            }
            bound => bound,
        }?;
        fs::set_permissions(path, Permissions::from_mode(0o600))?;
        Ok(Self { listener, path: path.to_owned() })
    }

    /// Serves one after another, until a stop is requested.
    pub(super) fn run(self) {
        let stopped = Arc::new(AtomicBool::new(false));
        if let Ok(listener) = self.listener.try_clone() {
            let (stopped, path) = (stopped.clone(), self.path.clone());
            on_stop(move || {
                // Release, paired with the Acquire below.
                stopped.store(true, Ordering::Release);
                // Ends `accept` on Linux; elsewhere somebody who comes does.
                let _ = UnixStream::from(OwnedFd::from(listener)).shutdown(Shutdown::Both);
                let _ = UnixStream::connect(path);
            });
        }
        for client in self.listener.incoming() {
            if stopped.load(Ordering::Acquire) {
                break;
            }
            // Who has gone away is no reason to end. Nor is one that was never there.
            let _ = client.and_then(|client| answer(&client));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been removed, or replaced by a directory.
        let _ = fs::remove_file(&self.path);
    }
}

/// One line, and the end.
fn answer(mut client: &UnixStream) -> io::Result<()> {
    client.set_write_timeout(Some(PATIENCE))?;
    let mut text = serde_json::to_vec(&fullest())?;
    text.push(b'\n');
    client.write_all(&text)?;
    client.shutdown(Shutdown::Both)
}

//! A dump at a socket, for a program that looks on.

use crate::base::primitive::sync::atomic::{AtomicBool, Ordering};
use std::fs::{self, Permissions};
use std::io::{self, Write as _};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::fullest;
use crate::base::clock;
use crate::tools::stop::on_stop;

/// How long who asked may take to read all of it; others wait meanwhile.
const PATIENCE: Duration = Duration::from_secs(5);

/// So much is written at once: no more than the system takes in one piece, as its timeout is for each.
const PIECE: usize = 16 * 1024;

/// A socket at which the dump is handed out, for the owner of the process alone.
pub(super) struct Server {
    listener: UnixListener,
    path: PathBuf,
    file: FileId,
}

impl Server {
    pub(super) fn bind(path: &Path) -> io::Result<Self> {
        let listener = match UnixListener::bind(path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_left_behind(path) => {
                fs::remove_file(path)?;
                UnixListener::bind(path)
            }
            bound => bound,
        }?;
        fs::set_permissions(path, Permissions::from_mode(0o600))?;
        Ok(Self { listener, path: path.to_owned(), file: FileId::of(path)? })
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
        // It may have been removed, or replaced: after the stop another server may have come to the same place.
        if FileId::of(&self.path).is_ok_and(|file| file == self.file) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Which file a path leads to. The listener keeps its own, so no other one is given the same numbers meanwhile.
#[derive(PartialEq, Eq)]
struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    fn of(path: &Path) -> io::Result<Self> {
        let file = fs::symlink_metadata(path)?;
        Ok(Self { device: file.dev(), inode: file.ino() })
    }
}

/// Whether it is a socket of a process that is gone: nobody answers. Another file is none of ours to remove.
fn is_left_behind(path: &Path) -> bool {
    let is_socket = fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket());
    let refused = |error: io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
    is_socket && UnixStream::connect(path).is_err_and(refused)
}

/// One line, and the end.
fn answer(mut client: &UnixStream) -> io::Result<()> {
    let mut text = serde_json::to_vec(&fullest())?;
    text.push(b'\n');
    let start = clock::system_now();
    for piece in text.chunks(PIECE) {
        let waited = clock::system_now().saturating_duration_since(start);
        // A timeout of zero is an error, which is what it is to be.
        client.set_write_timeout(Some(PATIENCE.saturating_sub(waited)))?;
        client.write_all(piece)?;
    }
    client.shutdown(Shutdown::Both)
}

//! What a callee makes beside its answers, a socket and perhaps a folder, and how it takes them
//! away again: its own and nothing else, however it ends.

use crate::{
    protocol::Endpoint,
    shell::{failure::Failure, files},
};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};
use std::{
    fs, io,
    os::unix::{
        fs::{FileTypeExt, MetadataExt},
        net::UnixStream,
    },
    path::{Path, PathBuf},
    process,
    sync::{Arc, Mutex, PoisonError},
    thread,
};
use tempfile::TempDir;

/// A socket file, known by more than its name: another may stand under that name by and by.
#[derive(Debug, PartialEq, Eq)]
struct Socket {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl Socket {
    /// The socket under this name, if what is there is one.
    fn at(path: &Path) -> Option<Self> {
        let there = fs::symlink_metadata(path).ok()?;
        there.file_type().is_socket().then(|| Self {
            path: path.into(),
            device: there.dev(),
            inode: there.ino(),
        })
    }

    /// Removes it, if it is still what stands under its name.
    fn remove(&self) -> io::Result<()> {
        match Self::at(&self.path) {
            Some(there) if there == *self => fs::remove_file(&self.path),
            _ => Ok(()),
        }
    }
}

/// Takes a socket away that nobody listens on any more, as a callee leaves it that was killed.
///
/// # Errors
/// Whatever else is there stays, and is named.
pub(super) fn make_room(path: &Path) -> Result<(), Failure> {
    if fs::symlink_metadata(path).is_err() {
        return Ok(());
    }
    let shown = path.display();
    let Some(socket) = Socket::at(path) else {
        return Err(Failure::usage(format!(
            "--listen unix:{shown}: what is there is no socket, and is left alone; choose \
            another --listen"
        )));
    };
    let error = match UnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => return removed(&socket),
        Err(error) => error.to_string(),
        Ok(_) => "somebody answers there".into(),
    };
    Err(Failure::failed(format!(
        "unix:{shown} is in use ({error}); stop what listens there, or choose another --listen"
    )))
}

fn removed(dead: &Socket) -> Result<(), Failure> {
    dead.remove().map_err(|error| {
        Failure::failed(format!(
            "the socket at {} is dead, and cannot be removed: {error}; choose another --listen",
            dead.path.display()
        ))
    })
}

/// What this callee made so far.
#[derive(Clone, Default)]
pub(super) struct Traces(Arc<Mutex<Made>>);

#[derive(Default)]
struct Made {
    folder: Option<TempDir>,
    socket: Option<Socket>,
}

impl Traces {
    /// From now on a signal ends the process, and takes away what it made.
    pub(super) fn leave_on_signals(&self) -> Result<(), Failure> {
        let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])
            .map_err(|error| Failure::failed(format!("cannot watch for Ctrl-C: {error}")))?;
        let traces = self.clone();
        thread::spawn(move || {
            signals.forever().next();
            traces.leave()
        });
        Ok(())
    }

    /// Ends the process.
    pub(super) fn leave(&self) -> ! {
        self.take_away();
        process::exit(0)
    }

    /// A fresh folder, and the endpoint of a socket in it.
    pub(super) fn fresh_socket(&self) -> Result<String, Failure> {
        let folder = files::private_folder().map_err(|error| {
            Failure::failed(format!("cannot make a folder for the socket: {error}"))
        })?;
        let socket = Endpoint::Unix(folder.path().join("callee.sock"));
        self.with(|made| made.folder = Some(folder));
        Ok(socket.to_string())
    }

    /// The callee listens there.
    pub(super) fn listens_at(&self, endpoint: &str) {
        if let Endpoint::Unix(path) = Endpoint::parse(endpoint) {
            self.with(|made| made.socket = Socket::at(&path));
        }
    }

    /// Takes away what was made.
    pub(super) fn take_away(&self) {
        self.with(|made| {
            // It ends, with or without them: there is nobody left to be told.
            drop(made.socket.take().map(|socket| socket.remove()));
            drop(made.folder.take());
        });
    }

    fn with(&self, change: impl FnOnce(&mut Made)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;

    #[test]
    fn removes_the_socket_that_it_saw_and_nothing_else_of_that_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("callee.sock");
        let (first, _second) = (UnixListener::bind(&path), folder.path());
        first.expect("binds");
        let socket = Socket::at(&path).expect("it is there");
        fs::rename(&path, folder.path().join("moved")).expect("moved");
        fs::write(&path, "somebody's").expect("written");
        socket.remove().expect("nothing to do");
        assert_eq!(fs::read_to_string(&path).expect("it stays"), "somebody's");
        fs::rename(folder.path().join("moved"), &path).expect("moved back");
        socket.remove().expect("removed");
        assert!(!path.exists());
    }

    #[test]
    fn a_dead_socket_makes_room_and_a_living_one_does_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("callee.sock");
        let listener = UnixListener::bind(&path).expect("binds");
        let said = make_room(&path).expect_err("somebody listens").to_string();
        assert!(said.contains("in use") && said.contains("--listen"), "{said}");
        drop(listener);
        make_room(&path).expect("nobody listens");
        assert!(!path.exists());
        fs::write(&path, "somebody's").expect("written");
        let said = make_room(&path).expect_err("no socket").to_string();
        assert!(said.contains("no socket") && path.exists(), "{said}");
    }
}

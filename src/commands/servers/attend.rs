//! `tollgate attend FOLDER`, hidden: starts the server that the folder describes, says where it
//! answers, and ends it when stdin ends, which it does with whoever started this, however that
//! ended.

use crate::{
    fleet::servers::{
        ENTRY,
        attended::{Attended, Beginning},
        ready_line,
    },
    lanes::servers::ServerEntry,
    shell::{failure::Failure, interrupt, output::print},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
    time::Duration,
};

/// How a server is attended.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What describes it, and where it may leave files: gone with it
    folder: PathBuf,
    /// Where the callee is that it stands before
    #[arg(long)]
    callee: Option<String>,
}

/// A server that ends by itself is noticed, and a signal too, this late at most.
const GLANCE: Duration = Duration::from_millis(200);

/// Attends it to its end.
pub(crate) fn attend(arguments: &Arguments) -> Result<(), Failure> {
    interrupt::watch()?;
    let entry = entry_in(&arguments.folder)?;
    let ends = stdin_ends();
    let has_ended = || matches!(ends.try_recv(), Err(mpsc::TryRecvError::Disconnected));
    let how = Beginning {
        folder: &arguments.folder,
        callee: arguments.callee.as_deref(),
        port: None,
        given_up: &|| has_ended() || interrupt::requested(),
    };
    let mut server = Attended::start(&entry, &how)?;
    print(&format!("{}\n", ready_line(&server.url, server.pid())))?;
    let ended = until_its_end(&mut server, &ends);
    drop(server);
    // Whoever started this removes it too, unless it was killed: both may.
    drop(fs::remove_dir_all(&arguments.folder));
    ended.map_err(|()| Failure::failed(format!("server {}: it ended by itself", entry.name)))
}

fn entry_in(folder: &Path) -> Result<ServerEntry, Failure> {
    let file = folder.join(ENTRY);
    let entry = fs::read(&file).map(|text| serde_json::from_slice(&text).map_err(io::Error::from));
    entry
        .and_then(|entry| entry)
        .map_err(|error| Failure::usage_at(file.display(), error))
}

/// Hears of the end of stdin.
fn stdin_ends() -> mpsc::Receiver<()> {
    let (send, ends) = mpsc::channel();
    thread::spawn(move || {
        // An error ends it as the end does; the end of the channel is the news.
        drop(io::copy(&mut io::stdin().lock(), &mut io::sink()));
        drop(send);
    });
    ends
}

/// Waits for the end of stdin or a signal.
///
/// # Errors
/// The server ended first.
pub(super) fn until_its_end(server: &mut Attended, ends: &mpsc::Receiver<()>) -> Result<(), ()> {
    loop {
        match ends.recv_timeout(GLANCE) {
            Err(mpsc::RecvTimeoutError::Timeout) if server.has_ended() => return Err(()),
            Err(mpsc::RecvTimeoutError::Timeout) if !interrupt::requested() => {}
            _ => return Ok(()),
        }
    }
}

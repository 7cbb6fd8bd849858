//! Servers that a person starts: in the foreground until Ctrl-C, and known by a file, so that
//! another terminal can end them.

use crate::{
    commands::servers::attend::until_its_end,
    fleet::servers::attended::{Attended, Beginning},
    lanes::servers::Servers,
    machine::linux::{self, ending_signal::EndingSignal},
    shell::{failure::Failure, files, interrupt, output::print, program::this_program, stderr},
};
use serde::{Deserialize, Serialize};
use std::{
    env, fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// What is started.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    /// The server, as `servers check` names it
    name: String,
    /// The port that it listens on [default: a free one]
    #[arg(long)]
    port: Option<u16>,
    /// Where the callee is, for a server that stands before one
    #[arg(long, value_name = "ENDPOINT")]
    callee: Option<String>,
}

/// How a folder of a started server begins, below the folder for temporary files.
const PREFIX: &str = "tollgate-server-";
/// Belongs to whoever runs this.
const OWN: &str = "/proc/self";
/// What tells of it.
const FILE: &str = "started.json";
/// A server that was told to end has this long.
const GOODBYE: Duration = Duration::from_secs(5);
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// A server that somebody started.
#[derive(Serialize, Deserialize)]
struct Started {
    name: String,
    /// Of the program that attends it.
    pid: u32,
    /// Of the server itself.
    server_pid: u32,
}

/// Starts it, says where it answers, and ends it on Ctrl-C.
pub(super) fn start(servers: &Servers, arguments: &Arguments) -> Result<(), Failure> {
    let entry = servers.named(&arguments.name)?;
    entry.version().map_err(|missing| Failure::usage_at(&entry.name, missing))?;
    interrupt::watch()?;
    let folder = env::temp_dir().join(format!("{PREFIX}{}", process::id()));
    let cannot = |error| Failure::failed(format!("cannot make a folder for it: {error}"));
    let folder = files::private_folder_at(folder).map_err(cannot)?;
    let how = Beginning {
        folder: folder.path(),
        callee: arguments.callee.as_deref(),
        port: arguments.port,
        given_up: &interrupt::requested,
    };
    let mut server = Attended::start(entry, &how)?;
    let started = Started {
        name: entry.name.clone(),
        pid: process::id(),
        server_pid: server.pid(),
    };
    let text = serde_json::to_vec(&started).expect("a text and numbers");
    fs::write(folder.path().join(FILE), text).map_err(cannot)?;
    print(&format!("{}\n", server.url))?;
    stderr::say("it ends on Ctrl-C, or by `tollgate servers stop`");
    // Nobody sends, and nobody hangs up: stdin may be anything.
    let (_held, never) = mpsc::channel();
    until_its_end(&mut server, &never)
        .map_err(|()| Failure::failed(format!("server {}: it ended by itself", entry.name)))
}

/// Ends those that this user started, of this name or all.
pub(super) fn stop(name: Option<&str>) -> Result<(), Failure> {
    let mut many = 0;
    for (folder, started) in all_started() {
        if name.is_some_and(|name| name != started.name) {
            continue;
        }
        end(&folder, &started)?;
        print(&format!("ended {}\n", started.name))?;
        many += 1;
    }
    if many == 0 {
        stderr::say("none runs that `tollgate servers start` started");
    }
    Ok(())
}

/// Every one that `start` has left a folder of, its own user's alone.
fn all_started() -> Vec<(PathBuf, Started)> {
    let entries = fs::read_dir(env::temp_dir()).into_iter().flatten().flatten();
    let named = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX));
    let read = |folder: PathBuf| {
        // What another user left there is none of ours.
        let is_own = fs::symlink_metadata(&folder).ok()?.uid() == fs::metadata(OWN).ok()?.uid();
        let text = fs::read(folder.join(FILE)).ok().filter(|_| is_own)?;
        Some((folder, serde_json::from_slice(&text).ok()?))
    };
    named.filter_map(|entry| read(entry.path())).collect()
}

/// Tells its attendant to end. One that was killed has left a server and a folder behind: both go.
fn end(folder: &Path, started: &Started) -> Result<(), Failure> {
    if is_this_program(started.pid) {
        linux::signal(started.pid, EndingSignal::Term);
        let until = Instant::now() + GOODBYE;
        while folder.exists() && Instant::now() < until {
            thread::sleep(BETWEEN_LOOKS);
        }
    }
    if !folder.exists() {
        return Ok(());
    }
    // A number may be another process's by now: what runs in that folder is the server.
    if fs::read_link(format!("/proc/{}/cwd", started.server_pid)).is_ok_and(|cwd| cwd == folder) {
        linux::signal(started.server_pid, EndingSignal::Kill);
    }
    fs::remove_dir_all(folder)
        .or_else(|error| match error.kind() {
            io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        })
        .map_err(|error| Failure::failed(format!("{} stays behind: {error}", folder.display())))
}

/// True where the process of this number runs this program.
fn is_this_program(pid: u32) -> bool {
    let of_process = fs::read_link(format!("/proc/{pid}/exe")).ok();
    let own = this_program().ok().and_then(|own| fs::canonicalize(own).ok());
    of_process.is_some() && of_process == own
}

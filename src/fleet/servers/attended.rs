//! A server while somebody attends it: started on a free port with a fresh folder, waited for until
//! it answers, and ended with all that it left.

use crate::{
    fleet::servers::probe,
    lanes::servers::{
        ServerEntry,
        entry::{BUILD, CALLEE},
    },
    machine::linux::{self, ending_signal::EndingSignal},
    shell::failure::Failure,
};
use std::{
    fs::{self, File},
    io,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A server has this long until it answers: RabbitMQ took 17 s on a busy machine.
pub(crate) const START: Duration = Duration::from_secs(60);
/// It is asked this often meanwhile.
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);
/// A server that was told to end has this long.
const GOODBYE: Duration = Duration::from_secs(2);
/// Between a port that was free and a server that listens on it somebody else may take it.
const ATTEMPTS: usize = 3;
/// What it says goes into this file of its folder.
const LOG: &str = "tollgate-server.log";
/// The last of it that an error shows.
const LAST_WORDS: usize = 400;

/// A server that answers. It ends with this value.
pub(crate) struct Attended {
    child: Child,
    /// How it is told to end.
    signal: EndingSignal,
    /// Where it answers.
    pub(crate) url: String,
}

/// Where a server is started, and for whom.
pub(crate) struct Beginning<'a> {
    /// Its own, which goes with it.
    pub(crate) folder: &'a Path,
    /// The endpoint that it is told, where its entry asks for one.
    pub(crate) callee: Option<&'a str>,
    /// The user's choice; a free one where there is none.
    pub(crate) port: Option<u16>,
    /// True once nobody waits for it any more.
    pub(crate) given_up: &'a dyn Fn() -> bool,
}

/// Why a server is not there.
enum NotThere {
    /// Another port may do.
    Ended(String),
    /// Nothing will.
    Never(String),
}

impl Attended {
    /// Starts a server, and waits until it answers.
    ///
    /// # Errors
    /// It cannot be started, ends, or does not answer; with its last words.
    pub(crate) fn start(entry: &ServerEntry, how: &Beginning<'_>) -> Result<Self, Failure> {
        let Beginning { folder, callee, port, given_up } = *how;
        let attempts = if port.is_some() { 1 } else { ATTEMPTS };
        let mut why = String::new();
        for _ in 0..attempts {
            let port = port.map_or_else(free_port, Ok);
            let port = port.map_err(|error| failed(entry, &format!("no port is free: {error}")))?;
            let words = Words::new(entry, folder, callee, port).map_err(|e| failed(entry, &e))?;
            match Self::once(entry, &words, port, given_up) {
                Ok(attended) => return Ok(attended),
                Err(NotThere::Never(what)) => return Err(failed(entry, &what)),
                Err(NotThere::Ended(what)) => why = what,
            }
        }
        Err(failed(entry, &why))
    }

    fn once(
        entry: &ServerEntry,
        words: &Words<'_>,
        port: u16,
        given_up: &dyn Fn() -> bool,
    ) -> Result<Self, NotThere> {
        let never = |error: io::Error| NotThere::Never(error.to_string());
        words.write_files(entry).map_err(never)?;
        let mut command = words.command(entry).map_err(never)?;
        let child = command.spawn().map_err(|error| {
            let program = &entry.start[0];
            NotThere::Never(format!("cannot start {program:?}: {error}; {}", entry.install))
        })?;
        let url = words.filled(&entry.url);
        let mut attended = Self { child, signal: entry.stop, url };
        attended.wait_until_it_answers(entry, port, given_up).map_err(|why| match why {
            NotThere::Ended(what) => NotThere::Ended(what + &words.last_words()),
            NotThere::Never(what) => NotThere::Never(what + &words.last_words()),
        })?;
        Ok(attended)
    }

    fn wait_until_it_answers(
        &mut self,
        entry: &ServerEntry,
        port: u16,
        given_up: &dyn Fn() -> bool,
    ) -> Result<(), NotThere> {
        let began = Instant::now();
        while began.elapsed() < START {
            if given_up() {
                return Err(NotThere::Never("nobody waits for it any more".into()));
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(NotThere::Ended(format!("it ended before it answered ({status})")));
            }
            // What answers must be this one, and no other that was given the same port.
            if probe::answers(port, &entry.ready) && linux::listens(self.child.id(), port) {
                return Ok(());
            }
            thread::sleep(BETWEEN_LOOKS);
        }
        let seconds = START.as_secs();
        Err(NotThere::Never(format!("it did not answer within {seconds} s")))
    }

    /// The server's own process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// True once it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)) | Err(_))
    }

    /// Tells it to end, and kills it if it does not.
    fn stop(&mut self) {
        linux::signal(self.child.id(), self.signal);
        let until = Instant::now() + GOODBYE;
        while Instant::now() < until {
            if self.has_ended() {
                return;
            }
            thread::sleep(BETWEEN_LOOKS);
        }
        // Errors mean that it has gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Attended {
    fn drop(&mut self) {
        if !self.has_ended() {
            self.stop();
        }
    }
}

fn failed(entry: &ServerEntry, what: &str) -> Failure {
    Failure::failed(format!("server {}: {what}", entry.name))
}

/// A port of the loopback that is free now.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// What stands for what in an entry's words.
struct Words<'a> {
    folder: &'a Path,
    values: [(&'static str, String); 4],
}

impl<'a> Words<'a> {
    fn new(
        entry: &ServerEntry,
        folder: &'a Path,
        callee: Option<&str>,
        port: u16,
    ) -> Result<Self, String> {
        let built_in = entry.build_folder()?.unwrap_or_default();
        if entry.is_told_callee() && callee.is_none() {
            return Err("it stands before a callee, and none was named: give --callee".into());
        }
        let values = [
            ("{port}", port.to_string()),
            ("{folder}", folder.display().to_string()),
            (CALLEE, callee.unwrap_or_default().to_owned()),
            (BUILD, built_in.display().to_string()),
        ];
        Ok(Self { folder, values })
    }

    fn filled(&self, text: &str) -> String {
        self.values
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }

    fn write_files(&self, entry: &ServerEntry) -> io::Result<()> {
        for (name, text) in &entry.files {
            fs::write(self.folder.join(name), self.filled(text))?;
        }
        Ok(())
    }

    /// The command, whose words go into a file: nobody has to read them while it runs.
    fn command(&self, entry: &ServerEntry) -> io::Result<Command> {
        let log = File::create(self.log())?;
        let mut words = entry.start.iter().map(|word| self.filled(word));
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).current_dir(self.folder).env("TMPDIR", self.folder);
        for (name, value) in &entry.env {
            command.env(name, self.filled(value));
        }
        // A server has no use for what opens another one.
        for name in entry.credentials() {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        Ok(command)
    }

    fn log(&self) -> PathBuf {
        self.folder.join(LOG)
    }

    /// The end of what it said, in one line.
    fn last_words(&self) -> String {
        let said = fs::read(self.log()).unwrap_or_default();
        let said =
            String::from_utf8_lossy(&said[said.len().saturating_sub(LAST_WORDS)..]).into_owned();
        let lines: Vec<&str> =
            said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if lines.is_empty() {
            String::new()
        } else {
            format!("; it said: {}", lines.join(" / "))
        }
    }
}

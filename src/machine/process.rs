//! A child process that speaks in lines. Every wait for its words has a deadline; when the value
//! goes, so does the process.

use crate::{machine::linux, shell::interrupt};
use std::{
    collections::VecDeque,
    fmt,
    io::{self, BufRead, BufReader, Read, Write},
    os::unix::process::CommandExt,
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

/// A line longer than this is not of the protocol. The longest that is: the answers of 1,024 items
/// of 1,000 ids.
const MAX_LINE_BYTES: u64 = 64 << 20;
/// A long wait looks for Ctrl-C this often.
const GLANCE: Duration = Duration::from_millis(200);
/// Lines of stderr that are kept for an error message.
const KEPT_LINES: usize = 6;
/// A child that has failed is given this long to end, and its last words to arrive.
const LAST_WORDS: Duration = Duration::from_millis(300);
/// A child whose stdin has ended is given this long to go by itself.
const GOODBYE: Duration = Duration::from_secs(3);

/// A child process with pipes on stdin, stdout and stderr, in a process group of its own.
pub(crate) struct Process {
    /// What it is, for messages: `driver of rust/uds/rust`.
    what: String,
    child: Child,
    stdin: Option<ChildStdin>,
    lines: mpsc::Receiver<io::Result<String>>,
    stderr: Arc<Mutex<VecDeque<String>>>,
    /// Says nothing, and ends when stderr has.
    stderr_ended: mpsc::Receiver<()>,
}

/// What went wrong with a child; says what it was, what it did, and the last of its own words.
#[derive(Debug)]
pub(crate) struct ProcessError(String);

impl fmt::Display for ProcessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Process {
    /// Starts the program.
    pub(crate) fn start(
        what: impl Into<String>,
        command: &mut Command,
    ) -> Result<Self, ProcessError> {
        Self::start_on(None, what, command)
    }

    /// Starts the program on this core, where it stays. None: wherever.
    pub(crate) fn start_on(
        core: Option<usize>,
        what: impl Into<String>,
        command: &mut Command,
    ) -> Result<Self, ProcessError> {
        let what = what.into();
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        // The child alone: the threads below, which read what it says, must not share the core that
        // is measured.
        let spawned = linux::on_core(core, || command.spawn()).map_err(|error| {
            ProcessError(format!("{what}: cannot keep a process on one core: {error}"))
        })?;
        let mut child = spawned.map_err(|error| {
            ProcessError(format!("{what}: cannot start {:?}: {error}", command.get_program()))
        })?;
        let lines = lines_of(child.stdout.take().expect("piped above"));
        let stderr = Arc::<Mutex<VecDeque<String>>>::default();
        let stderr_ended = keep_last(child.stderr.take().expect("piped above"), stderr.clone());
        let stdin = child.stdin.take();
        Ok(Self { what, child, stdin, lines, stderr, stderr_ended })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Writes one line.
    pub(crate) fn say(&mut self, line: &str) -> Result<(), ProcessError> {
        let Some(stdin) = &mut self.stdin else {
            return Err(self.died("was told to stop already"));
        };
        let written = stdin.write_all(line.as_bytes()).and_then(|()| stdin.write_all(b"\n"));
        written.map_err(|_| self.died("ended"))
    }

    /// From now on nobody listens to it.
    pub(crate) fn ignore(&mut self) {
        self.lines = mpsc::sync_channel(1).1;
    }

    /// The next line of its stdout. Ctrl-C cuts the wait short.
    pub(crate) fn hear(&mut self, patience: Duration) -> Result<String, ProcessError> {
        let mut until = Instant::now() + patience;
        let mut asked_to_stop = interrupt::requested();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.hear_within(left.min(GLANCE))? {
                Some(line) => return Ok(line),
                None if left.is_zero() => {
                    return Err(
                        self.died(&format!("said nothing for {:.1} s", patience.as_secs_f64()))
                    );
                }
                None => {}
            }
            if interrupt::requested() && !std::mem::replace(&mut asked_to_stop, true) {
                until = until.min(Instant::now() + GOODBYE);
            }
        }
    }

    /// The next line of its stdout, if it comes in this time.
    pub(crate) fn hear_within(&mut self, wait: Duration) -> Result<Option<String>, ProcessError> {
        match self.lines.recv_timeout(wait) {
            Ok(Ok(line)) => Ok(Some(line)),
            Ok(Err(error)) => Err(self.died(&format!("printed what is no line of text ({error})"))),
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(self.died("ended")),
            Err(mpsc::RecvTimeoutError::Timeout) => Ok(None),
        }
    }

    /// An error about this process with its exit status, if it has one by now, and its last words.
    pub(crate) fn died(&mut self, what: &str) -> ProcessError {
        let status = self.wait(LAST_WORDS).map(|status| format!(" ({status})")).unwrap_or_default();
        if !status.is_empty() {
            // What it wrote before it ended may still be on its way; whatever it started may hold
            // the pipe open.
            let _ = self.stderr_ended.recv_timeout(LAST_WORDS);
        }
        let words = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        let words: Vec<&str> = words
            .iter()
            .map(String::as_str)
            .filter(|line| !line.trim().is_empty())
            .collect();
        let words = if words.is_empty() {
            String::new()
        } else {
            format!("; it said: {}", words.join(" / "))
        };
        ProcessError(format!("{} {what}{status}{words}", self.what))
    }

    /// Ends its stdin, and waits until it has gone; kills it if it does not go.
    pub(crate) fn stop(&mut self) -> Option<ExitStatus> {
        self.stdin = None;
        if let Ok(Some(status)) = self.child.try_wait() {
            return Some(status);
        }
        let status = self.wait(GOODBYE);
        if status.is_none() {
            self.kill();
        }
        status
    }

    /// Kills it and its group at once.
    pub(crate) fn kill(&mut self) {
        linux::kill_group(self.child.id());
        // Where there are no groups, the child alone; an error means that it has gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Its exit status, once stdout has ended or the time is up. Lines still unread are dropped.
    fn wait(&mut self, patience: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + patience;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            // The end of stdout announces the end of the process; the two lie microseconds apart,
            // so that the naps of one that has closed its stdout and lives on are short.
            if matches!(self.lines.recv_timeout(left), Err(mpsc::RecvTimeoutError::Disconnected)) {
                thread::sleep(left.min(Duration::from_millis(1)));
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The lines of stdout, read in a thread of their own.
fn lines_of(stdout: ChildStdout) -> mpsc::Receiver<io::Result<String>> {
    let (send, lines) = mpsc::sync_channel(16);
    thread::spawn(move || {
        read_lines(stdout, |line| {
            // Nobody listens to a callee after its first line: the rest is read all the same, or it
            // would block.
            let _ = send.send(line);
        });
    });
    lines
}

/// Keeps the last lines of stderr, read in a thread of their own. What is answered says nothing,
/// and ends when stderr has.
fn keep_last(stderr: ChildStderr, kept: Arc<Mutex<VecDeque<String>>>) -> mpsc::Receiver<()> {
    let (ending, ended) = mpsc::channel();
    thread::spawn(move || {
        let _ending: mpsc::Sender<()> = ending;
        read_lines(stderr, |line| {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() == KEPT_LINES {
                kept.pop_front();
            }
            kept.push_back(line.unwrap_or_else(|error| error.to_string()));
        });
    });
    ended
}

/// Gives each line to `take` until the stream ends. A line that is not UTF-8 is shown as well as it
/// can be.
fn read_lines(stream: impl Read, mut take: impl FnMut(io::Result<String>)) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        let read = stream.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut line);
        let line = match read {
            Ok(0) => return,
            Ok(_) if line.last() != Some(&b'\n') && line.len() as u64 == MAX_LINE_BYTES => {
                Err(io::Error::new(io::ErrorKind::InvalidData, "a line without an end"))
            }
            Ok(_) => {
                if line.last() == Some(&b'\n') {
                    line.pop();
                }
                Ok(String::from_utf8_lossy(&line).into_owned())
            }
            Err(error) => Err(error),
        };
        let broken = line.is_err();
        take(line);
        if broken {
            return;
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::{fs, path::PathBuf};

    /// The cores that a task may run on, as the kernel writes them; None where it has ended.
    fn cores_of(status: PathBuf) -> Option<String> {
        let text = fs::read_to_string(status).ok()?;
        text.lines()
            .find_map(|line| line.strip_prefix("Cpus_allowed_list:"))
            .map(|list| list.trim().into())
    }

    #[test]
    fn a_child_stays_on_its_core_and_no_thread_of_its_parent_does() {
        let own = || cores_of("/proc/thread-self/status".into()).expect("there");
        let before = own();
        for core in linux::cores() {
            let child =
                Process::start_on(Some(core), "cat", &mut Command::new("cat")).expect("starts");
            let status = PathBuf::from(format!("/proc/{}/status", child.pid()));
            assert_eq!(cores_of(status), Some(core.to_string()));
            assert_eq!(own(), before);
            for task in fs::read_dir("/proc/self/task").expect("there").filter_map(Result::ok) {
                let cores = cores_of(task.path().join("status"));
                assert!(cores.is_none_or(|cores| cores == before), "{:?}", task.file_name());
            }
        }
    }
}

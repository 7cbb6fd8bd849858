//! A child process that speaks in lines. Every wait for its words has a deadline, and ends when the
//! child has; when the value goes, so does the process, and whatever it started in its group.

pub(crate) mod build_steps;
pub(crate) mod error;
pub(crate) mod lines;
pub(crate) mod speaker;

pub(crate) use crate::machine::process::error::ProcessError;
use crate::{
    machine::{
        linux,
        process::lines::{LastWords, Longest, SHORT_LINE, keep_last, lines_of},
    },
    shell::interrupt,
};
use std::{
    collections::BTreeSet,
    io::{self, Write},
    os::unix::process::CommandExt,
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

/// A long wait looks for Ctrl-C this often.
const GLANCE: Duration = Duration::from_millis(200);
/// While it is waited for the end of a child, it is looked at this often.
const LOOK: Duration = Duration::from_millis(50);
/// A child that has failed is given this long to end, and its last words to arrive.
const LAST_WORDS: Duration = Duration::from_millis(300);
/// A child whose stdin has ended is given this long to go by itself.
const GOODBYE: Duration = Duration::from_secs(3);

/// Children, by what they are, that did not go by themselves: the next of the kind is given little
/// time, or a run with hundreds of them would wait for each.
static STUBBORN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

fn stubborn() -> MutexGuard<'static, BTreeSet<String>> {
    STUBBORN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A child process with pipes on stdin, stdout and stderr, in a process group of its own.
pub(crate) struct Process {
    /// What it is, for messages: `driver of rust/uds/rust`.
    what: String,
    child: Child,
    /// How it ended, once that was seen; until then its number is no other process's.
    ended: Option<ExitStatus>,
    stdin: Option<ChildStdin>,
    lines: mpsc::Receiver<io::Result<String>>,
    /// The longest line that is taken now.
    longest: Longest,
    stderr: LastWords,
    /// Says nothing, and ends when stderr has.
    stderr_ended: mpsc::Receiver<()>,
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
            ProcessError::new(format!("{what}: cannot keep a process on one core: {error}"))
        })?;
        let mut child = spawned.map_err(|error| {
            ProcessError::new(format!("{what}: cannot start {:?}: {error}", command.get_program()))
        })?;
        let longest = Arc::new(AtomicUsize::new(SHORT_LINE));
        let lines = lines_of(child.stdout.take().expect("piped above"), longest.clone());
        let stderr = LastWords::default();
        let stderr_ended = keep_last(child.stderr.take().expect("piped above"), stderr.clone());
        let stdin = child.stdin.take();
        Ok(Self {
            what,
            child,
            ended: None,
            stdin,
            lines,
            longest,
            stderr,
            stderr_ended,
        })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The longest line that is taken from now on, bytes.
    pub(crate) fn take_lines_up_to(&self, bytes: usize) {
        self.longest.store(bytes, Relaxed);
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
                    return Err(self.hung(patience));
                }
                None => {}
            }
            if interrupt::requested() && !std::mem::replace(&mut asked_to_stop, true) {
                until = until.min(Instant::now() + GOODBYE);
            }
        }
    }

    /// The next line of its stdout, if it comes in this time. One that has ended says nothing more,
    /// though what it started may hold its stdout open.
    pub(crate) fn hear_within(&mut self, wait: Duration) -> Result<Option<String>, ProcessError> {
        match self.lines.recv_timeout(wait) {
            Ok(Ok(line)) => Ok(Some(line)),
            Ok(Err(error)) => Err(self.died(&format!("printed what is no line of text ({error})"))),
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(self.died("ended")),
            Err(mpsc::RecvTimeoutError::Timeout) if self.has_ended().is_some() => {
                // What it wrote before it ended may still be on its way.
                match self.lines.recv_timeout(LAST_WORDS) {
                    Ok(Ok(line)) => Ok(Some(line)),
                    _ => Err(self.died("ended")),
                }
            }
            Err(mpsc::RecvTimeoutError::Timeout) => Ok(None),
        }
    }

    /// How it ended, if it has. What it started in its group is killed before its number is given
    /// back, so that the group is still its own.
    fn has_ended(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none() && linux::has_ended(self.child.id()) {
            linux::kill_group(self.child.id());
            self.ended = self.child.try_wait().ok().flatten();
        }
        self.ended
    }

    /// It has said nothing for this long: it is killed, since nobody waits for it any more.
    pub(crate) fn hung(&mut self, waited: Duration) -> ProcessError {
        let error = self.died(&format!("said nothing for {:.1} s", waited.as_secs_f64()));
        self.kill();
        error.that_hung()
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
        ProcessError::new(format!("{} {what}{status}{words}", self.what))
    }

    /// Ends its stdin, and waits until it has gone; kills it if it does not go. What it started in
    /// its group is killed either way.
    pub(crate) fn stop(&mut self) -> Option<ExitStatus> {
        self.stdin = None;
        let known = stubborn().contains(&self.what);
        let status = self.wait(if known { LAST_WORDS } else { GOODBYE });
        if status.is_none() {
            stubborn().insert(self.what.clone());
            self.kill();
        }
        status
    }

    /// Kills it and its group at once.
    pub(crate) fn kill(&mut self) {
        if self.has_ended().is_some() {
            return;
        }
        linux::kill_group(self.child.id());
        // Where there are no groups, the child alone; an error means that it has gone.
        let _ = self.child.kill();
        self.ended = self.child.wait().ok();
    }

    /// Its exit status, once stdout has ended or the time is up. Lines still unread are dropped.
    fn wait(&mut self, patience: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + patience;
        loop {
            if let Some(status) = self.has_ended() {
                return Some(status);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            // The end of stdout announces the end of the process; the two lie microseconds apart,
            // so that the naps of one that has closed its stdout and lives on are short. What it
            // started may hold its stdout open: then a look shows that it has ended.
            let heard = self.lines.recv_timeout(left.min(LOOK));
            if matches!(heard, Err(mpsc::RecvTimeoutError::Disconnected)) {
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

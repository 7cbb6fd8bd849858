//! Commands that build something, one after another, in a folder that is kept: it gets its name
//! when all of them have succeeded, so that nobody finds it half built.

use crate::{
    machine::linux,
    shell::{
        failure::{Code, Failure},
        files, interrupt, progress, stderr,
    },
};
use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Stands for the folder in the commands; they are also started in it.
const FOLDER: &str = "{folder}";
/// So often it is looked whether a command has ended, or is to end.
const LOOK: Duration = Duration::from_millis(20);
/// Of what a command printed, its last line is looked for in so many bytes.
const LAST_BYTES: u64 = 65_536;
/// A line is shown up to this length.
const SHOWN: usize = 200;

/// What is built.
pub(crate) struct BuildSteps<'a> {
    /// For messages.
    pub(crate) name: &'a str,
    /// Each a list of words, started without a shell.
    pub(crate) commands: Vec<&'a [String]>,
    /// Where it is kept.
    pub(crate) folder: &'a Path,
}

impl BuildSteps<'_> {
    /// Builds it, from what `prepare` writes into the folder. What the commands print is in a log
    /// beside the folder.
    ///
    /// # Errors
    /// One line: which command failed, the last line that it printed, and where the log is; after
    /// Ctrl-C that it was interrupted. Nothing of the folder stays.
    pub(crate) fn build(
        &self,
        prepare: impl FnOnce(&Path) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let beside = self.folder.parent().unwrap_or(self.folder);
        fs::create_dir_all(beside).map_err(|error| self.cannot_keep(&error))?;
        let made = files::private_folder_in(beside).map_err(|error| self.cannot_keep(&error))?;
        prepare(made.path())?;
        let log = Log::new(self.folder.with_extension("log"));
        for words in &self.commands {
            self.step(words, made.path(), &log)?;
        }
        // Another build may have been faster: what it made is the same.
        match fs::rename(made.path(), self.folder) {
            Err(_) if self.folder.is_dir() => Ok(()),
            renamed => renamed.map_err(|error| self.cannot_keep(&error)),
        }
    }

    fn step(&self, words: &[String], folder: &Path, log: &Log) -> Result<(), Failure> {
        let Some(mut command) = command_in(words, folder) else { return Ok(()) };
        let (name, shown) = (self.name, words.join(" "));
        stderr::say(format_args!("{name}: {shown}"));
        let began = Instant::now();
        let working = progress::working();
        let ended = log.run(&mut command).map_err(|error| {
            Failure::failed(format!("{name} cannot be built: cannot start `{shown}`: {error}"))
        })?;
        working.finish_and_clear();
        let status = match ended {
            Ended::ByItself(status) => status,
            Ended::Interrupted | Ended::TooLong => {
                let line = format!("{name} is not built");
                return Err(Failure::new(Code::Interrupted, line));
            }
        };
        if status.success() {
            stderr::say(format_args!("{name}: {:.1} s", began.elapsed().as_secs_f64()));
            return Ok(());
        }
        Err(Failure::failed(format!(
            "{name} cannot be built: `{shown}` stopped with {status}{}; all that it printed: {}",
            log.last_line().map_or_else(String::new, |line| format!(": {line}")),
            log.path.display()
        )))
    }

    fn cannot_keep(&self, error: &io::Error) -> Failure {
        let (name, folder) = (self.name, self.folder.parent().unwrap_or(self.folder).display());
        Failure::failed(format!(
            "cannot keep what is built of {name} in {folder}: {error}; TOLLGATE_CACHE names another"
        ))
    }
}

/// How a command ended.
pub(crate) enum Ended {
    ByItself(ExitStatus),
    /// The user asked for it.
    Interrupted,
    /// It had no more time.
    TooLong,
}

/// Runs a command in a process group of its own; when it has ended, or is to end, so does all that
/// it started in that group.
pub(crate) fn to_its_end(command: &mut Command, limit: Option<Duration>) -> io::Result<Ended> {
    let mut child = command.process_group(0).spawn()?;
    let began = Instant::now();
    let ended = loop {
        if let Some(status) = child.try_wait()? {
            break Ended::ByItself(status);
        }
        if interrupt::requested() {
            break Ended::Interrupted;
        }
        if limit.is_some_and(|limit| began.elapsed() > limit) {
            break Ended::TooLong;
        }
        thread::sleep(LOOK);
    };
    linux::kill_group(child.id());
    child.wait()?;
    Ok(ended)
}

/// The command of these words, started in the folder, which `{folder}` stands for in them; its
/// stdin is empty. None where there are no words.
pub(crate) fn command_in(words: &[String], folder: &Path) -> Option<Command> {
    let mut words = words.iter().map(|word| word.replace(FOLDER, &folder.display().to_string()));
    let mut command = Command::new(words.next()?);
    command.args(words).current_dir(folder).stdin(Stdio::null());
    Some(command)
}

/// What the commands print.
struct Log {
    path: PathBuf,
}

impl Log {
    fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Runs a command to its end; its output replaces that of the one before.
    fn run(&self, command: &mut Command) -> io::Result<Ended> {
        let file = File::create(&self.path)?;
        command.stdout(file.try_clone()?).stderr(file);
        to_its_end(command, None)
    }

    /// The last line that says something, or its end.
    fn last_line(&self) -> Option<String> {
        let mut file = File::open(&self.path).ok()?;
        let length = file.seek(SeekFrom::End(0)).ok()?;
        file.seek(SeekFrom::Start(length.saturating_sub(LAST_BYTES))).ok()?;
        let mut end = Vec::new();
        file.read_to_end(&mut end).ok()?;
        last_line_of(&end)
    }
}

/// The last line with words in it, shortened to its end.
pub(crate) fn last_line_of(printed: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(printed);
    let line = text.lines().rfind(|line| !line.trim().is_empty())?.trim();
    let left_out = line.chars().count().saturating_sub(SHOWN);
    let shown: String = line.chars().skip(left_out).collect();
    Some(if left_out > 0 { format!("…{shown}") } else { shown })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(script: &str) -> Vec<String> {
        ["sh", "-c", script].map(String::from).into()
    }

    #[test]
    fn a_folder_that_was_built_has_its_name_and_one_that_was_not_is_none() {
        let kept = tempfile::tempdir().expect("a folder");
        let folder = kept.path().join("a").join("built");
        let [good, bad] = [words("cat source > {folder}/made"), words("echo why >&2; exit 3")];
        let prepare = |folder: &Path| {
            fs::write(folder.join("source"), "text")
                .map_err(|error| Failure::failed(error.to_string()))
        };
        let commands = vec![good.as_slice(), &bad];
        let steps = BuildSteps { name: "this", commands, folder: &folder };
        let said = steps.build(prepare).expect_err("the second command fails").to_string();
        assert!(said.contains("stopped with exit status: 3: why; all that it printed"), "{said}");
        assert!(!said.contains('\n') && !folder.exists(), "{said}");
        let steps = BuildSteps { commands: vec![&good], ..steps };
        steps.build(prepare).expect("the first one succeeds");
        assert_eq!(fs::read_to_string(folder.join("made")).expect("it is there"), "text");
        steps.build(prepare).expect("it is there already");
        let beside = fs::read_dir(kept.path().join("a")).expect("a folder").flatten();
        let mut names: Vec<_> = beside.map(|entry| entry.file_name()).collect();
        names.sort();
        assert_eq!(names, ["built", "built.log"], "nothing half built stays");
    }

    #[test]
    fn the_last_words_are_shown_whatever_was_printed_before() {
        let last = |printed: &[u8]| last_line_of(printed).expect("a line");
        assert_eq!(last(b"first\n\xff\xfe\nthe cause\n\n  \n"), "the cause");
        let long = last(&[b'x'; 70_000]);
        assert_eq!(long.chars().count(), SHOWN + 1, "a line without an end");
        assert_eq!(last_line_of(b"\n \n"), None);
    }

    #[test]
    fn a_command_without_end_is_ended_with_all_that_it_started() {
        let folder = tempfile::tempdir().expect("a folder");
        let pids = folder.path().join("pids");
        let script = format!("sleep 60 & echo $! > {}; sleep 60", pids.display());
        let mut command = command_in(&words(&script), folder.path()).expect("words");
        let ended = to_its_end(&mut command, Some(Duration::from_secs(2))).expect("it starts");
        assert!(matches!(ended, Ended::TooLong));
        let pid = fs::read_to_string(pids).expect("written");
        // One that nobody waits for stays as a zombie.
        let stat = format!("/proc/{}/stat", pid.trim());
        let runs = || fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
        let until = Instant::now() + Duration::from_secs(5);
        while runs() && Instant::now() < until {
            thread::sleep(LOOK);
        }
        assert!(!runs(), "{stat}");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let kept = tempfile::tempdir().expect("a folder");
        let folder = kept.path().join("built");
        let none = vec!["no-such-compiler".to_owned()];
        let steps = BuildSteps { name: "this", commands: vec![&none], folder: &folder };
        let said = steps.build(|_| Ok(())).expect_err("it is not there").to_string();
        assert!(
            said.starts_with("this cannot be built: cannot start `no-such-compiler`"),
            "{said}"
        );
    }
}

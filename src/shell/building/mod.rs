//! Commands that build something, one after another, in a folder that is kept: it gets its name
//! when all of them have succeeded, so that nobody finds it half built.

pub(crate) mod cache;

use crate::shell::{
    failure::{Code, Failure},
    files, interrupt, progress, stderr,
};
use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    time::Instant,
};

/// Stands for the folder in the commands; they are also started in it.
const FOLDER: &str = "{folder}";

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
        let status = log.run(&mut command).map_err(|error| {
            Failure::failed(format!("{name} cannot be built: cannot start `{shown}`: {error}"))
        })?;
        working.finish_and_clear();
        if interrupt::requested() {
            let line = format!("interrupted: {name} is not built");
            return Err(Failure::new(Code::Interrupted, line));
        }
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
        Failure::failed(format!("cannot keep what is built of {}: {error}", self.name))
    }
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
    fn run(&self, command: &mut Command) -> io::Result<ExitStatus> {
        let file = File::create(&self.path)?;
        command.stdout(file.try_clone()?).stderr(file);
        command.status()
    }

    /// The last line that says something.
    fn last_line(&self) -> Option<String> {
        let lines = BufReader::new(File::open(&self.path).ok()?).lines().map_while(Result::ok);
        lines.filter(|line| !line.trim().is_empty()).last()
    }
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

//! Files that lanes are made of and that cannot be held as an image is: commands of the user's,
//! scripts and their interpreters, shared libraries. What each is when it is first used is noted,
//! and looked at again before every later start.

use crate::{
    fleet::file_identity::FileIdentity,
    machine::linux,
    shell::{
        failure::{Code, Failure},
        program::file_of,
    },
};
use reports::record::FILE_CHANGED;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The files of all lanes, by the lanes' full names.
#[derive(Default)]
pub(crate) struct LaneFiles(Mutex<HashMap<String, Files>>);

/// The files of one lane, as they were.
#[derive(Default)]
struct Files {
    noted: BTreeMap<PathBuf, Option<FileIdentity>>,
    /// The code of its processes was noted.
    code: bool,
    /// Logs and the like: its processes write them, and they are none of its program.
    written: BTreeSet<PathBuf>,
}

impl LaneFiles {
    /// Notes what these files of a lane are, if they are not known yet.
    pub(crate) fn note(&self, lane: &str, files: impl IntoIterator<Item = PathBuf>) {
        let mut lanes = self.lanes();
        let Files { noted, written, .. } = lanes.entry(lane.into()).or_default();
        for file in files {
            let now = FileIdentity::of(&file);
            if !written.contains(&real(&file)) {
                noted.entry(file).or_insert(now);
            }
        }
    }

    /// Notes the files that a command names: its program, and words that are files.
    pub(crate) fn note_command(&self, lane: &str, words: &[String]) {
        let Some((program, words)) = words.split_first() else { return };
        let files = words.iter().filter_map(|word| file_in(word));
        self.note(lane, file_of(Path::new(program)).into_iter().chain(files));
    }

    /// Notes the program and the shared libraries of the processes of a lane, once; what `is_held`
    /// cannot change.
    pub(crate) fn note_code(&self, lane: &str, pids: &[u32], is_held: impl Fn(&Path) -> bool) {
        if std::mem::replace(&mut self.lanes().entry(lane.into()).or_default().code, true) {
            return;
        }
        self.forget_written(lane, pids.iter().flat_map(|pid| linux::written_files(*pid)));
        let files = pids.iter().flat_map(|pid| linux::code_files(*pid));
        self.note(lane, files.filter(|file| !is_held(file)));
    }

    /// What the processes of a lane write themselves is looked at no more.
    fn forget_written(&self, lane: &str, files: impl Iterator<Item = PathBuf>) {
        let mut lanes = self.lanes();
        let of_lane = lanes.entry(lane.into()).or_default();
        of_lane.written.extend(files);
        let Files { noted, written, .. } = of_lane;
        noted.retain(|file, _| !written.contains(&real(file)));
    }

    /// Refuses to start a lane once more of which a file is not what it was.
    pub(crate) fn check(&self, lane: &str) -> Result<(), Failure> {
        let lanes = self.lanes();
        let mut noted = lanes.get(lane).into_iter().flat_map(|files| &files.noted);
        match noted.find(|(file, before)| FileIdentity::of(file) != **before) {
            Some((file, _)) => Err(changed(lane, file)),
            None => Ok(()),
        }
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<String, Files>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The path of a file as the system has it, without links and relative parts.
fn real(file: &Path) -> PathBuf {
    file.canonicalize().unwrap_or_else(|_| file.to_path_buf())
}

/// What is said of a lane when this file of it is not what it was; a record holds no path.
pub(crate) fn changed(lane: &str, file: &Path) -> Failure {
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    let line = format!(
        "the file {name} of {lane} {FILE_CHANGED}: its restarts are not of one program; leave the \
        file alone and run again"
    );
    Failure::new(Code::Untrustworthy, line)
}

/// The file that a word of a command names, as `lane.py` or `--config=lane.toml`.
fn file_in(word: &str) -> Option<PathBuf> {
    let value = word.split_once('=').map(|(_, value)| value);
    let mut paths = [Some(word), value].into_iter().flatten().map(PathBuf::from);
    paths.find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_file_of_a_command_that_changes_stops_its_lane_and_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let [script, settings] = ["lane.py", "lane.toml"].map(|name| folder.path().join(name));
        fs::write(&script, "one").expect("written");
        fs::write(&settings, "one").expect("written");
        let words = ["sh".into(), script.display().to_string()];
        let setting = format!("--settings={}", settings.display());
        let files = LaneFiles::default();
        files.note_command("a", &words);
        files.note_command("b", &[&words[..], &[setting]].concat());
        files.check("a").and(files.check("b")).expect("nothing changed");
        fs::write(&settings, "another").expect("written");
        files.check("a").expect("it has no such file");
        let said = files.check("b").expect_err("it changed");
        assert!(said.is_untrustworthy());
        let said = said.to_string();
        assert!(said.contains("the file lane.toml of b changed during the run"), "{said}");
        // What it was at first is what counts, however often it is named.
        files.note_command("a", &words);
        fs::remove_file(&script).expect("removed");
        files.note_command("a", &words);
        assert!(files.check("a").is_err());
    }

    #[test]
    fn a_log_that_a_lane_writes_is_no_part_of_its_program() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("lane.log");
        fs::write(&log, "begun\n").expect("written");
        let (words, files) =
            (["sh".into(), format!("--log={}", log.display())], LaneFiles::default());
        files.note_command("a", &words);
        files.forget_written("a", [real(&log)].into_iter());
        fs::write(&log, "begun\nended\n").expect("written");
        // Also where the command is read once more.
        files.note_command("a", &words);
        fs::write(&log, "").expect("written");
        files.check("a").expect("it is the lane's own");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn libraries_of_a_process_are_files_of_its_lane_and_an_image_that_is_held_is_not() {
        let files = LaneFiles::default();
        let own = std::env::current_exe().expect("Linux");
        files.note_code("a", &[std::process::id()], |file| file == own);
        let lanes = files.lanes();
        let noted = &lanes["a"].noted;
        assert!(!noted.is_empty() && !noted.contains_key(&own), "{noted:?}");
        assert!(noted.values().all(Option::is_some), "{noted:?}");
    }
}

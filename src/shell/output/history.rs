//! The runs before the latest one: their records, in the folder `history` beside it.
//!
//! - What enters: the record that a run or an addition displaces, byte for byte, if its run was
//!   whole. A run that Ctrl-C cut short, a dry run, and what is refused enter nothing.
//! - When: at the first time that a run writes its record, before anything is moved. It is a copy,
//!   so that a history that cannot be kept costs no record; that is said, and the run goes on.
//! - `record-previous.json` stays what it was: whatever lay there before, with its page. The newest
//!   of the history is the last *whole* run before this one, and what this one is compared with.
//! - Names: the time at which the run began, as `2026-11-28T09-12-33Z.json`. An addition keeps that
//!   time, so what it displaces would have the same name: it is followed by `-2`, `-3`.
//! - 20 records are kept, the oldest goes. Files of other names are the user's, and stay.
//! - Records, not pages: a page is 870 kB, and `tollgate report` makes it of the record. They are
//!   not packed: a browser shows them, and they can be dropped on a page to be compared. They hold
//!   what the record held, and so nothing of the machine that it did not.
//! - The page gets what is to be said of them as `reports::EarlierRuns`: `reports` reads no folder.

use crate::shell::{files, output::history_name::Name};
use reports::{
    EarlierRun, EarlierRuns,
    record::{
        Record, RecordHead,
        read::{self, ReadError},
    },
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The folder, beside the latest record. Links from the page begin with it.
const FOLDER: &str = "history";
/// Records that are kept.
const MOST: usize = 20;

/// What is known of the runs before this one.
#[derive(Default)]
pub(super) struct History {
    /// For the page.
    pub(super) earlier: EarlierRuns,
    /// What went wrong; nothing was lost for it.
    pub(super) trouble: Option<String>,
}

impl History {
    /// Takes a copy of the record that is about to be displaced, if there is one and its run was
    /// whole, and reads what is there.
    pub(super) fn with_displaced(latest: &Path, out: &Path) -> Self {
        let folder = out.join(FOLDER);
        let mut history = Self::default();
        if let Err(why) = enter(latest, &folder) {
            let shown = folder.display();
            history.trouble(format!("the run before could not be kept in {shown}: {why}"));
        }
        history.read(&folder, &format!("{FOLDER}/"), |_| true);
        history
    }

    /// What there is before a record, that lies in its place: the latest of a folder, or one of the
    /// history itself. Nothing is before a record elsewhere.
    pub(super) fn before(record: &Path) -> Self {
        let mut history = Self::default();
        let folder = record.parent().unwrap_or(Path::new(""));
        let file = record.file_name().and_then(|name| name.to_str()).unwrap_or("");
        if file == super::WHOLE.record {
            history.read(&folder.join(FOLDER), &format!("{FOLDER}/"), |_| true);
        } else if folder.ends_with(FOLDER)
            && let Some(own) = Name::parse(file)
        {
            history.read(folder, "", |name| *name < own);
        }
        history
    }

    /// Reads those records of a folder, newest first, to which links begin so.
    fn read(&mut self, folder: &Path, link: &str, is_wanted: impl Fn(&Name) -> bool) {
        let names = names_in(folder).unwrap_or_else(|error| {
            self.trouble(format!("{} cannot be read: {error}", folder.display()));
            Vec::new()
        });
        for name in names.iter().filter(|name| is_wanted(name)) {
            self.add(folder, link, name);
        }
    }

    /// A record of the folder. One that was damaged is no reason to lose the others.
    fn add(&mut self, folder: &Path, link: &str, name: &Name) {
        let path = folder.join(name.file());
        match read::load(&path) {
            Ok(record) => {
                let link = format!("{link}{}", name.file());
                self.earlier.runs.push(EarlierRun { link, head: RecordHead::of(&record) });
                self.earlier.before.get_or_insert_with(|| Arc::new(record));
            }
            Err(error) => self.trouble(format!("{}: {error}; delete it", path.display())),
        }
    }

    /// The first one is said: others follow from it.
    fn trouble(&mut self, text: String) {
        self.trouble.get_or_insert(text);
    }
}

/// Copies the record into the folder, and removes the oldest beyond [`MOST`].
fn enter(latest: &Path, folder: &Path) -> Result<(), String> {
    let Some(record) = displaced(latest)? else { return Ok(()) };
    let Some(stamp) = Name::stamp_of(&record.started_at) else {
        return Err(format!("it began at {:?}, which is no time", record.started_at));
    };
    copy(latest, folder, stamp).map_err(|error| error.to_string())?;
    remove_oldest(folder).map_err(|error| error.to_string())
}

/// The record that lies there, if it is of a whole run.
fn displaced(latest: &Path) -> Result<Option<Record>, String> {
    match read::load(latest) {
        Ok(record) => {
            let whole = record.progress.finished && !record.progress.interrupted;
            Ok(Some(record).filter(|_| whole))
        }
        Err(ReadError::Unreadable(cause)) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

fn copy(latest: &Path, folder: &Path, stamp: String) -> io::Result<()> {
    let text = fs::read(latest)?;
    fs::create_dir_all(folder)?;
    let same = names_in(folder)?.into_iter().find(|name| name.stamp == stamp);
    // A run that failed before it displaced the record had copied it already.
    let is_there = match &same {
        Some(name) => fs::read(folder.join(name.file()))? == text,
        None => false,
    };
    if is_there {
        return Ok(());
    }
    let nth = same.map_or(1, |name| name.nth.saturating_add(1));
    files::replace(&folder.join(Name { stamp, nth }.file()), &text)
}

fn remove_oldest(folder: &Path) -> io::Result<()> {
    for name in names_in(folder)?.iter().skip(MOST) {
        fs::remove_file(folder.join(name.file()))?;
    }
    Ok(())
}

/// Records of the folder, newest first; none where there is no folder.
fn names_in(folder: &Path) -> io::Result<Vec<Name>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let file_name = PathBuf::from(entry?.file_name());
        names.extend(file_name.to_str().and_then(Name::parse));
    }
    names.sort_unstable_by(|one, other| other.cmp(one));
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::OnceLock;

    /// A record as small as one can be, which began in this second.
    fn text(second: u32, finished: bool) -> String {
        static SMALL: OnceLock<Record> = OnceLock::new();
        let mut record = SMALL.get_or_init(small).clone();
        record.started_at = format!("2026-11-21T09:04:{second:02}Z");
        record.progress.finished = finished;
        serde_json::to_string(&record).expect("JSON")
    }

    fn small() -> Record {
        let sample = include_bytes!("../../../reports/sample/record.json");
        let sample = read::from_bytes(sample).expect("the sample is a record");
        Record {
            elapsed_s: 1.0,
            cells: Vec::new(),
            contrasts: Vec::new(),
            ladders: Vec::new(),
            resources: Vec::new(),
            visits: Vec::new(),
            cold: Vec::new(),
            loads: None,
            ..sample
        }
    }

    fn entered(out: &Path, text: &str) -> History {
        let latest = out.join("record.json");
        fs::write(&latest, text).expect("written");
        History::with_displaced(&latest, out)
    }

    fn links(history: &History) -> Vec<&str> {
        history.earlier.runs.iter().map(|run| run.link.as_str()).collect()
    }

    #[test]
    fn twenty_records_are_kept_and_files_of_the_user_stay() {
        let out = tempfile::tempdir().expect("a folder");
        fs::create_dir(out.path().join(FOLDER)).expect("made");
        let mine = out.path().join(FOLDER).join("2026-11-21-mine.json");
        fs::write(&mine, "mine").expect("written");
        for second in 0..MOST as u32 + 3 {
            assert_eq!(entered(out.path(), &text(second, true)).trouble, None);
        }
        let history = History::with_displaced(&out.path().join("none.json"), out.path());
        assert_eq!(history.earlier.runs.len(), MOST);
        assert_eq!(links(&history)[0], "history/2026-11-21T09-04-22Z.json");
        assert_eq!(links(&history)[MOST - 1], "history/2026-11-21T09-04-03Z.json");
        assert_eq!(fs::read_to_string(mine).expect("there"), "mine");
    }

    #[test]
    fn before_a_record_of_the_history_are_those_that_are_older() {
        let out = tempfile::tempdir().expect("a folder");
        for second in 1..4 {
            entered(out.path(), &text(second, true));
        }
        let second = out.path().join(FOLDER).join("2026-11-21T09-04-02Z.json");
        assert_eq!(links(&History::before(&second)), ["2026-11-21T09-04-01Z.json"]);
        assert_eq!(links(&History::before(&out.path().join("record.json"))).len(), 3);
        assert!(links(&History::before(&out.path().join("other.json"))).is_empty());
    }

    #[test]
    fn a_run_that_was_cut_short_does_not_enter() {
        let out = tempfile::tempdir().expect("a folder");
        let history = entered(out.path(), &text(1, false));
        assert_eq!((links(&history).len(), history.trouble), (0, None));
        assert!(!out.path().join(FOLDER).exists());
    }

    #[test]
    fn what_an_addition_displaces_stands_beside_the_run_and_enters_once() {
        let out = tempfile::tempdir().expect("a folder");
        let whole = text(1, true);
        entered(out.path(), &whole);
        entered(out.path(), &whole);
        let history = entered(out.path(), &whole.replace("\"elapsed_s\":1.0", "\"elapsed_s\":2.0"));
        let [second, first] = links(&history)[..] else {
            panic!("{:?}", links(&history))
        };
        assert_eq!(first, "history/2026-11-21T09-04-01Z.json");
        assert_eq!(second, "history/2026-11-21T09-04-01Z-2.json");
        assert_eq!(history.earlier.before.expect("the newest").elapsed_s, 2.0);
    }

    #[test]
    fn a_history_that_cannot_be_kept_is_said_and_nothing_else_fails() {
        let out = tempfile::tempdir().expect("a folder");
        fs::write(out.path().join(FOLDER), "a file").expect("written");
        let trouble = entered(out.path(), &text(1, true)).trouble.expect("it is said");
        assert!(trouble.contains("could not be kept in "), "{trouble}");
        assert_eq!(fs::read_to_string(out.path().join(FOLDER)).expect("there"), "a file");
    }

    #[test]
    fn a_damaged_record_of_the_history_leaves_the_others() {
        let out = tempfile::tempdir().expect("a folder");
        entered(out.path(), &text(1, true));
        let damaged = out.path().join(FOLDER).join("2026-11-21T09-04-02Z.json");
        fs::write(damaged, "{").expect("written");
        let history = entered(out.path(), &text(3, true));
        assert_eq!(history.earlier.runs.len(), 2);
        assert!(history.trouble.expect("it is said").ends_with("; delete it"));
    }
}

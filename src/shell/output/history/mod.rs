//! The runs before the latest one: records and pages, in the folder `history` beside it.
//!
//! - What enters: the record that a run or an addition displaces, byte for byte, if its run was
//!   whole. A run that Ctrl-C cut short, a dry run, and what is refused enter nothing.
//! - When: at the first time that a run writes its record, before anything is moved. It is a copy,
//!   so that a history that cannot be kept costs no record; that is said, and the run goes on.
//! - `record-previous.json` stays what it was: whatever lay there before, with its page.
//! - A run is compared with the newest record of another run. What an addition displaces is none:
//!   both hold the same measurements.
//! - Names: the time at which the run began, as `2026-11-28T09-12-33Z.json`. An addition keeps that
//!   time, so what it displaces would have the same name: it is followed by `-2`, `-3`.
//! - Each record has its page beside it, which leads to the latest one and to no other: those may
//!   go before it does.
//! - 20 records are kept, the oldest goes. Files of other names are the user's, and stay.
//! - They are not packed: a browser shows them, and they can be dropped on a page to be compared.
//!   They hold what the record held, and so nothing of the machine that it did not.
//! - The page gets what is to be said of them as `reports::EarlierRuns`: `reports` reads no folder.

mod name;
#[cfg(test)]
mod tests;

use crate::shell::{
    files,
    output::{PREVIOUS, WHOLE, history::name::Name},
    stderr,
};
use reports::{
    EarlierRun, EarlierRuns, Format, RenderOptions,
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

/// The runs before this record, where it lies in its folder or in the history: for its page.
pub(crate) fn earlier_than(path: &Path, record: &Record) -> EarlierRuns {
    let History { earlier, trouble } = History::before(path, record);
    if let Some(trouble) = trouble {
        stderr::say(format_args!("tollgate: {trouble}"));
    }
    earlier
}

impl History {
    /// Takes a copy of the latest record, which this one is about to displace, if there is one and
    /// its run was whole, and reads what is there.
    pub(super) fn with_displaced(out: &Path, by: &Record) -> Self {
        let folder = out.join(FOLDER);
        let mut history = Self::default();
        if let Err(why) = enter(&out.join(WHOLE.record), &folder) {
            let shown = folder.display();
            history.trouble(format!(
                "the run before could not be kept in {shown} ({why}): make room there, or move \
                that away; its record is {}",
                PREVIOUS.record
            ));
        }
        history.read(&folder, &format!("{FOLDER}/"), by, |_| true);
        history
    }

    /// What there is before a record that lies in its place: the latest of a folder, or one of the
    /// history itself. Nothing is before a record elsewhere.
    fn before(path: &Path, record: &Record) -> Self {
        let mut history = Self::default();
        let folder = path.parent().unwrap_or(Path::new(""));
        let file = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
        if file == WHOLE.record {
            history.read(&folder.join(FOLDER), &format!("{FOLDER}/"), record, |_| true);
        } else if folder.ends_with(FOLDER)
            && let Some(own) = Name::parse(file)
        {
            history.read(folder, "", record, |name| *name < own);
            history.earlier.latest = Some(link_to_latest());
        }
        history
    }

    /// Reads those records of a folder, newest first, to which links begin so.
    fn read(&mut self, folder: &Path, link: &str, of: &Record, is_wanted: impl Fn(&Name) -> bool) {
        let names = names_in(folder).unwrap_or_else(|error| {
            self.trouble(format!("{} cannot be read: {error}", folder.display()));
            Vec::new()
        });
        for name in names.iter().filter(|name| is_wanted(name)) {
            self.add(folder, link, name, of);
        }
    }

    /// A record of the folder. One that was damaged is no reason to lose the others.
    fn add(&mut self, folder: &Path, link: &str, name: &Name, of: &Record) {
        let path = folder.join(name.record());
        match read::load(&path) {
            Ok(record) => {
                let has_page = folder.join(name.page()).is_file();
                self.earlier.runs.push(EarlierRun {
                    record: format!("{link}{}", name.record()),
                    page: has_page.then(|| format!("{link}{}", name.page())),
                    head: RecordHead::of(&record),
                });
                if record.started_at != of.started_at {
                    self.earlier.before.get_or_insert_with(|| Arc::new(record));
                }
            }
            Err(error) => self.trouble(format!("{}: {error}; delete it", path.display())),
        }
    }

    /// The first one is said: others follow from it.
    fn trouble(&mut self, text: String) {
        self.trouble.get_or_insert(text);
    }
}

/// From the history.
fn link_to_latest() -> String {
    format!("../{}", WHOLE.report)
}

/// Copies the record into the folder, makes its page, and removes the oldest beyond [`MOST`].
fn enter(latest: &Path, folder: &Path) -> Result<(), String> {
    let Some(record) = displaced(latest)? else { return Ok(()) };
    let Some(stamp) = Name::stamp_of(&record.started_at) else {
        return Err(format!("it began at {:?}, which is no time", record.started_at));
    };
    let in_words = |error: io::Error| error.to_string();
    if let Some(name) = copy(latest, folder, stamp).map_err(in_words)? {
        let page = page(&record, folder, &name).map_err(in_words)?;
        files::replace(&folder.join(name.page()), page.as_bytes()).map_err(in_words)?;
    }
    remove_oldest(folder).map_err(in_words)
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

/// Copies the record; none where a run that failed before it displaced it had copied it already.
fn copy(latest: &Path, folder: &Path, stamp: String) -> io::Result<Option<Name>> {
    let text = fs::read(latest)?;
    fs::create_dir_all(folder)?;
    let same = names_in(folder)?.into_iter().find(|name| name.stamp == stamp);
    if let Some(name) = &same
        && fs::read(folder.join(name.record()))? == text
    {
        return Ok(None);
    }
    let nth = same.map_or(1, |name| name.nth.saturating_add(1));
    let name = Name { stamp, nth };
    files::replace(&folder.join(name.record()), &text)?;
    Ok(Some(name))
}

/// The page of a record of the history, beside the run before it.
fn page(record: &Record, folder: &Path, name: &Name) -> io::Result<String> {
    let names = names_in(folder)?;
    let before = names.iter().find(|other| *other < name && other.stamp != name.stamp);
    // Of one that cannot be read the list says so.
    let before = before.and_then(|before| read::load(folder.join(before.record())).ok());
    let earlier = EarlierRuns {
        before: before.map(Arc::new),
        runs: Vec::new(),
        latest: Some(link_to_latest()),
    };
    let options = RenderOptions { earlier, ..RenderOptions::default() };
    reports::render(record, Format::Html, &options).map_err(io::Error::other)
}

fn remove_oldest(folder: &Path) -> io::Result<()> {
    for name in names_in(folder)?.iter().skip(MOST) {
        fs::remove_file(folder.join(name.record()))?;
        match fs::remove_file(folder.join(name.page())) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
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

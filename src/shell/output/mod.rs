//! Where a run's record and report are written.

mod browser;
mod criterion_page;
mod first_page;
mod history;

pub(crate) use crate::shell::output::{browser::open, history::earlier_than};
use crate::shell::{
    failure::Failure,
    files::{self, Staged},
    output::{first_page::FirstPage, history::History},
};
use reports::{
    EarlierRuns, Format, RenderOptions,
    record::{
        Record,
        read::{self, ReadError},
    },
};
use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

/// The folder of one run's record and report.
pub(crate) struct Output {
    folder: PathBuf,
    /// The names under which this run's files stand there.
    names: Names,
    /// The runs before this one, once they were looked at: before the first record is written.
    history: Option<History>,
    /// True once an earlier run's files were moved aside.
    moved_aside: bool,
    /// The page of a run that has no whole restart yet.
    first_page: Option<FirstPage>,
    record: Option<PathBuf>,
    report: Option<PathBuf>,
    /// Where criterion keeps its own, where the run was told.
    criterion: Option<PathBuf>,
}

/// What a record and its report are called.
#[derive(Clone, Copy)]
struct Names {
    record: &'static str,
    report: &'static str,
}

const WHOLE: Names = Names { record: "record.json", report: "report.html" };
/// An earlier run's.
const PREVIOUS: Names = Names {
    record: "record-previous.json",
    report: "report-previous.html",
};
/// Of a run that was stopped before it had one whole restart.
const INTERRUPTED: Names = Names {
    record: "record-interrupted.json",
    report: "report-interrupted.html",
};

impl Output {
    /// Makes the folder and proves that it can be written: before measuring, not after.
    pub(crate) fn new(folder: &Path) -> Result<Self, Failure> {
        let prove = || {
            files::prove_writable(folder)?;
            for Names { record, report } in [WHOLE, PREVIOUS, INTERRUPTED] {
                files::prove_name(&folder.join(record))?;
                files::prove_name(&folder.join(report))?;
            }
            Ok(())
        };
        prove().map_err(|error: io::Error| {
            let folder = folder.display();
            Failure::usage(format!(
                "cannot write into {folder}: {error}; choose another folder with --out"
            ))
        })?;
        Ok(Self {
            folder: folder.into(),
            names: WHOLE,
            history: None,
            moved_aside: false,
            first_page: None,
            record: None,
            report: None,
            criterion: None,
        })
    }

    /// The same, with criterion's own report named beside this one.
    pub(crate) fn beside_criterion(self, folder: Option<&Path>) -> Self {
        Self { criterion: folder.map(Into::into), ..self }
    }

    /// Criterion's own report, where it has written one.
    pub(crate) fn criterion_report(&self) -> Option<PathBuf> {
        criterion_page::page(self.criterion.as_ref()?)
    }

    /// Has criterion's own report lead to this one, once this one is written.
    pub(crate) fn link_from_criterion(&self) -> io::Result<()> {
        let both = self.report.as_deref().zip(self.criterion.as_deref());
        both.map_or(Ok(()), |(report, criterion)| criterion_page::link_back(report, criterion))
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The report's path, once it is written.
    pub(crate) fn report(&self) -> Option<&Path> {
        self.report.as_deref()
    }

    /// The record's path, once it is written.
    pub(crate) fn record(&self) -> Option<&Path> {
        self.record.as_deref()
    }

    /// The record of the last whole run before this one, once this one has written its own.
    pub(crate) fn before(&self) -> Option<&Record> {
        self.history.as_ref()?.earlier.before.as_deref()
    }

    /// What is wrong with the history of runs, if something is: no record was lost for it.
    pub(crate) fn trouble_with_history(&self) -> Option<&str> {
        self.history.as_ref()?.trouble.as_deref()
    }

    /// Writes what there is of a run without one whole restart, under names that say so: an
    /// earlier run's record and report stay where they are.
    pub(crate) fn write_interrupted(&mut self, record: &Record) -> Result<(), Failure> {
        self.names = INTERRUPTED;
        // Gives an earlier page its place back.
        self.first_page = None;
        self.write(record)
    }

    /// Writes a page of the first figures, and says where it is. An earlier run's record stays
    /// where it is, and its page comes back unless there is a whole restart.
    pub(crate) fn write_first_page(&mut self, record: &Record) -> Result<PathBuf, Failure> {
        let place = self.folder.join(WHOLE.report);
        let page = render_with(record, Format::Html, &self.page_options())?;
        let first = FirstPage::put(&place, page.as_bytes());
        self.first_page = Some(first.map_err(|error| cannot_write(&place, &error))?);
        Ok(place)
    }

    fn page_options(&self) -> RenderOptions {
        RenderOptions {
            criterion_report: criterion_page::link(&self.folder, self.criterion.as_deref()),
            ..RenderOptions::default()
        }
    }

    /// Writes record and report. An earlier run's stay beside them, as `record-previous.json` and
    /// `report-previous.html`, and its record in `history` too. A record that can be written is,
    /// also where its report cannot.
    pub(crate) fn write(&mut self, record: &Record) -> Result<(), Failure> {
        let [to_record, to_report] =
            [self.names.record, self.names.report].map(|name| self.folder.join(name));
        let text = render(record, Format::Json)?;
        let new_record = staged(&to_record, &text)?;
        let mut options = self.page_options();
        options.earlier = self.earlier_runs(record);
        let new_report = staged(&to_report, &render_with(record, Format::Html, &options)?);
        self.move_aside().map_err(|error| {
            let folder = self.folder.display();
            Failure::failed(format!("cannot keep the earlier record in {folder}: {error}"))
        })?;
        put(new_record, &to_record)?;
        self.record = Some(to_record);
        put(new_report?, &to_report)?;
        self.report = Some(to_report);
        Ok(())
    }

    /// The runs before this one; the first time, that whose record is displaced enters among them.
    fn earlier_runs(&mut self, record: &Record) -> EarlierRuns {
        if self.names.record != WHOLE.record {
            return EarlierRuns::default();
        }
        let known = || History::with_displaced(&self.folder, record);
        self.history.get_or_insert_with(known).earlier.clone()
    }

    /// Moves the files of an earlier run aside, the first time.
    fn move_aside(&mut self) -> io::Result<()> {
        if self.moved_aside || self.names.record != WHOLE.record {
            return Ok(());
        }
        let at = |name: &str| self.folder.join(name);
        files::move_aside(&at(WHOLE.record), &at(PREVIOUS.record))?;
        match &mut self.first_page {
            Some(first) => first.earlier_to(&at(PREVIOUS.report))?,
            None => files::move_aside(&at(WHOLE.report), &at(PREVIOUS.report))?,
        }
        self.moved_aside = true;
        Ok(())
    }
}

fn staged(place: &Path, text: &str) -> Result<Staged, Failure> {
    Staged::new(place, text.as_bytes()).map_err(|error| cannot_write(place, &error))
}

fn put(staged: Staged, place: &Path) -> Result<(), Failure> {
    staged.put().map_err(|error| cannot_write(place, &error))
}

fn cannot_write(place: &Path, error: &io::Error) -> Failure {
    Failure::failed(format!("cannot write {}: {error}", place.display()))
}

/// Reads a record, or the one that a report carries; says where it is if the report does not carry
/// it.
pub(crate) fn load(path: &Path) -> Result<Record, Failure> {
    read::load(path).map_err(|error| {
        let cure = match record_beside(path) {
            Some(record) if matches!(error, ReadError::NoRecordInside) => {
                format!(" ({} is there)", record.display())
            }
            _ if matches!(error, ReadError::Unreadable(_)) => {
                "; `tollgate run` writes reports/out/record.json".to_owned()
            }
            _ => String::new(),
        };
        Failure::usage_at(path.display(), format_args!("{error}{cure}"))
    })
}

/// Where the latest record of a folder lies, if there is one.
pub(crate) fn latest(folder: &Path) -> PathBuf {
    folder.join(WHOLE.record)
}

/// The record of a report that carries none, if it lies beside it.
fn record_beside(report: &Path) -> Option<PathBuf> {
    let places = [report.with_extension("json"), report.with_file_name(WHOLE.record)];
    places.into_iter().find(|file| file.is_file())
}

/// Writes a page, in the place of one that may be there.
pub(crate) fn write_page(page: &Path, text: &[u8]) -> Result<(), Failure> {
    files::replace(page, text).map_err(|error| cannot_write(page, &error))
}

/// A record in this form.
pub(crate) fn render(record: &Record, format: Format) -> Result<String, Failure> {
    render_with(record, format, &RenderOptions::default())
}

/// The same with what cannot be known from it.
pub(crate) fn render_with(
    record: &Record,
    format: Format,
    options: &RenderOptions,
) -> Result<String, Failure> {
    reports::render(record, format, options)
        .map_err(|error| Failure::failed(format!("cannot make the report: {error}")))
}

/// Prints text; a reader that stops reading, as `head` does, is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

/// The same for what is no text.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    printed(stdout.write_all(bytes).and_then(|()| stdout.flush()))
}

/// What came of writing to stdout.
pub(crate) fn printed(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::failed(format!(
            "cannot write to stdout: {error}; make room there, or send it elsewhere"
        ))),
        _ => Ok(()),
    }
}

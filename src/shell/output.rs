//! Where a run's record and report are written.

use crate::shell::failure::Failure;
use reports::{
    Format, RenderOptions,
    record::{
        Record,
        read::{self, ReadError},
    },
};
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
};

/// The folder of one run's record and report.
pub(crate) struct Output {
    folder: PathBuf,
    kept_previous: bool,
}

const RECORD: &str = "record.json";
const REPORT: &str = "report.html";

impl Output {
    /// Makes the folder and proves that it can be written: before measuring, not after.
    pub(crate) fn new(folder: &Path) -> Result<Self, Failure> {
        let output = Self { folder: folder.into(), kept_previous: false };
        let probe = folder.join(".writable");
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&probe, b""))
            .and_then(|()| fs::remove_file(&probe))
            .map_err(|error| output.failed(&error))?;
        Ok(output)
    }

    fn failed(&self, error: &io::Error) -> Failure {
        let folder = self.folder.display();
        Failure::usage(format!(
            "cannot write into {folder}: {error}; choose another folder with --out"
        ))
    }

    /// The report's path.
    pub(crate) fn report(&self) -> PathBuf {
        self.folder.join(REPORT)
    }

    /// The record's path.
    pub(crate) fn record(&self) -> PathBuf {
        self.folder.join(RECORD)
    }

    /// Writes record and report. An earlier run's stay beside them, as `record-previous.json` and
    /// `report-previous.html`.
    pub(crate) fn write(&mut self, record: &Record) -> Result<(), Failure> {
        if !std::mem::replace(&mut self.kept_previous, true) {
            for (name, kept) in [(RECORD, "record-previous.json"), (REPORT, "report-previous.html")]
            {
                // There is none the first time.
                let _ = fs::rename(self.folder.join(name), self.folder.join(kept));
            }
        }
        for (path, format) in [(self.record(), Format::Json), (self.report(), Format::Html)] {
            let text = render(record, format)?;
            replace(&path, text.as_bytes()).map_err(|error| self.failed(&error))?;
        }
        Ok(())
    }
}

/// The record of a run into this folder.
pub(crate) fn record_in(folder: &Path) -> PathBuf {
    folder.join(RECORD)
}

/// Reads a record, or the one that a report carries; says where it is if the report does not carry
/// it.
pub(crate) fn load(path: &Path) -> Result<Record, Failure> {
    read::load(path).map_err(|error| {
        let cure = match record_beside(path) {
            Some(record) if matches!(error, ReadError::NoRecordInside) => {
                format!(" ({} is there)", record.display())
            }
            _ => String::new(),
        };
        Failure::usage_at(path.display(), format_args!("{error}{cure}"))
    })
}

/// The record of a report that carries none, if it lies beside it.
fn record_beside(report: &Path) -> Option<PathBuf> {
    let places = [report.with_extension("json"), report.with_file_name(RECORD)];
    places.into_iter().find(|file| file.is_file())
}

/// Opens a page in a browser.
pub(crate) fn open(page: &Path) -> Result<(), Failure> {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let opened = Command::new(opener).arg(page).status();
    if opened.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    Err(Failure::failed(format!(
        "`{opener}` could not open it: open the file named above in a browser"
    )))
}

/// Writes a page, in the place of one that may be there.
pub(crate) fn write_page(page: &Path, text: &[u8]) -> Result<(), Failure> {
    replace(page, text)
        .map_err(|error| Failure::failed(format!("cannot write {}: {error}", page.display())))
}

/// Writes a file beside its place and moves it there: a reader never sees half a file, and a full
/// disk loses no earlier one.
fn replace(file: &Path, text: &[u8]) -> io::Result<()> {
    let beside = file.with_extension("part");
    fs::write(&beside, text)?;
    fs::rename(&beside, file)
}

/// A record in this form.
pub(crate) fn render(record: &Record, format: Format) -> Result<String, Failure> {
    reports::render(record, format, &RenderOptions::default())
        .map_err(|error| Failure::failed(format!("cannot make the report: {error}")))
}

/// Prints text; a reader that stops reading, as `head` does, is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::failed(format!("stdout: {error}")))
        }
        _ => Ok(()),
    }
}

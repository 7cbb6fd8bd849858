//! Reads a record from bytes or from a file: the JSON itself, or an HTML report, which carries its
//! record. It judges form and version only; whether the figures can be trusted is said in
//! `judge`. Whatever a file says is held to `limits` first, by `bounds`: its size before it is
//! read, lengths and numbers before they are used.

pub(crate) mod bounds;
pub mod criterion;
pub(crate) mod limits;
pub(crate) mod version_1;

pub use crate::record::read::limits::{MOST_BYTES, MOST_PAGE_BYTES};
use crate::record::{FORMAT, Record, VERSION};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::ZlibDecoder;
use serde::Deserialize;
use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// The element that holds the record (JSON, zlib, base64). No escaped text can contain it.
pub const RECORD_ELEMENT: &str =
    "<script type=\"application/octet-stream\" id=\"tollgate-record\">";

/// The longest word of what is malformed that is shown.
const MOST_SHOWN: usize = 300;

/// Why there is no record.
#[derive(Debug)]
pub enum ReadError {
    /// The file cannot be read.
    Unreadable(std::io::Error),
    /// It is JSON, but no record of Tollgate.
    NotARecord,
    /// It is HTML, but carries no record.
    NoRecordInside,
    /// It is broken at this place.
    Malformed {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What was found or expected there.
        message: String,
    },
    /// It is larger than any that Tollgate writes.
    TooLarge {
        /// The most, bytes.
        most: u64,
    },
    /// A length, a count or a number in it is none that a run can write.
    Beyond {
        /// Which field, what it holds, and the bound.
        what: String,
    },
    /// A newer program wrote it.
    Newer {
        /// Its version of the format.
        found: u32,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(cause) => write!(f, "the record cannot be read: {cause}"),
            Self::NotARecord => {
                write!(
                    f,
                    "this is no Tollgate record (its \"format\" is not \"{FORMAT}\"): give the \
                    record.json or report.html of a run"
                )
            }
            Self::NoRecordInside => write!(
                f,
                "this HTML file carries no record: give the .json file beside it, or a report \
                that `tollgate` wrote"
            ),
            Self::Malformed { line, column, message } => {
                write!(f, "the record is malformed at line {line}, column {column}: {message}")
            }
            Self::TooLarge { most } => write!(
                f,
                "the record is larger than {most} bytes, which no run writes: give another file"
            ),
            Self::Beyond { what } => write!(
                f,
                "the record holds what no run writes: {what}; it was damaged or made up: give the \
                file that tollgate wrote"
            ),
            Self::Newer { found } => write!(
                f,
                "the record has format version {found}; this program reads up to version \
                {VERSION}: \
                 update tollgate, or render it with the program that wrote it"
            ),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable(cause) => Some(cause),
            _ => None,
        }
    }
}

/// Reads a record from a file, JSON or report.
///
/// # Errors
/// Why there is no record. A file larger than [`MOST_BYTES`] is not read to its end.
pub fn load(path: impl AsRef<Path>) -> Result<Record, ReadError> {
    let file = File::open(path).map_err(ReadError::Unreadable)?;
    let mut bytes = Vec::new();
    // One byte more tells a file that is too large from one of exactly this size.
    file.take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(ReadError::Unreadable)?;
    from_bytes(&bytes)
}

/// Reads a record from the bytes of a file, JSON or report. It takes at most four times
/// [`MOST_BYTES`] of memory, the bytes included, whatever they are.
///
/// # Errors
/// Why there is no record.
pub fn from_bytes(bytes: &[u8]) -> Result<Record, ReadError> {
    let first = bytes.iter().find(|b| !b.is_ascii_whitespace());
    if first == Some(&b'<') {
        no_larger_than(MOST_PAGE_BYTES, bytes)?;
        from_json(&unpacked(bytes)?)
    } else {
        from_json(bytes)
    }
}

fn no_larger_than(most: u64, bytes: &[u8]) -> Result<(), ReadError> {
    if bytes.len() as u64 > most {
        Err(ReadError::TooLarge { most })
    } else {
        Ok(())
    }
}

/// What is read before anything else, so that a newer record is named as such and not as malformed.
#[derive(Deserialize)]
struct Probe {
    format: Option<String>,
    version: Option<u32>,
}

fn from_json(bytes: &[u8]) -> Result<Record, ReadError> {
    no_larger_than(MOST_BYTES, bytes)?;
    // A text of another kind is not a record with a slip in it.
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(ReadError::NotARecord);
    }
    let probe: Probe = serde_json::from_slice(bytes).map_err(|e| malformed(&e))?;
    if probe.format.as_deref() != Some(FORMAT) {
        return Err(ReadError::NotARecord);
    }
    if let Some(found) = probe.version.filter(|v| *v > VERSION) {
        return Err(ReadError::Newer { found });
    }
    let beyond = |what| Err(ReadError::Beyond { what });
    if let Some(what) = bounds::check(bytes).map_err(|e| malformed(&e))? {
        return beyond(what);
    }
    let record = match probe.version {
        Some(1) => version_1::read(bytes),
        _ => serde_json::from_slice(bytes),
    };
    let record: Record = record.map_err(|e| malformed(&e))?;
    bounds::of_whole(&record).map_or(Ok(record), beyond)
}

fn malformed(cause: &serde_json::Error) -> ReadError {
    let written = cause.to_string();
    // serde_json appends the place, which is said already.
    let message = written.split(" at line ").next().unwrap_or(&written);
    // It may hold words of the file, and is shown on a terminal.
    let shown = message.chars().filter(|c| !c.is_control()).take(MOST_SHOWN).collect();
    ReadError::Malformed { line: cause.line(), column: cause.column(), message: shown }
}

fn unpacked(html: &[u8]) -> Result<Vec<u8>, ReadError> {
    // `<` of every text in the page is escaped, so no lane name can pretend to be this element.
    let start = find(html, RECORD_ELEMENT.as_bytes()).ok_or(ReadError::NoRecordInside)?;
    let inner = &html[start + RECORD_ELEMENT.len()..];
    let end = find(inner, b"</script>").ok_or(ReadError::NoRecordInside)?;
    let packed = STANDARD.decode(inner[..end].trim_ascii()).map_err(|e| broken_inside(&e))?;
    let mut json = Vec::new();
    let mut decoder = ZlibDecoder::new(packed.as_slice()).take(MOST_BYTES + 1);
    decoder.read_to_end(&mut json).map_err(|e| broken_inside(&e))?;
    Ok(json)
}

fn broken_inside(cause: &dyn fmt::Display) -> ReadError {
    ReadError::Malformed {
        line: 1,
        column: 1,
        message: format!("the record inside the report is damaged: {cause}"),
    }
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

//! Reads a record from bytes or from a file: the JSON itself, or an HTML report, which carries its
//! record. It judges form and version only; whether the figures can be trusted is the affair of
//! `judge`.

use crate::record::{FORMAT, Record, VERSION};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::ZlibDecoder;
use serde::Deserialize;
use std::fmt;
use std::io::Read as _;
use std::path::Path;

/// The element that holds the record (JSON, zlib, base64). No escaped text can contain it.
pub const RECORD_ELEMENT: &str =
    "<script type=\"application/octet-stream\" id=\"tollgate-record\">";

/// The most a record inside a report may unpack to: a bound against files made to exhaust memory.
const LARGEST_RECORD_BYTES: u64 = 1 << 30;

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
                write!(f, "this is no Tollgate record: its \"format\" is not \"{FORMAT}\"")
            }
            Self::NoRecordInside => write!(
                f,
                "this HTML file carries no record: give the .json file beside it, or a report \
                that `tollgate` wrote"
            ),
            Self::Malformed { line, column, message } => {
                write!(f, "the record is malformed at line {line}, column {column}: {message}")
            }
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
pub fn load(path: impl AsRef<Path>) -> Result<Record, ReadError> {
    from_bytes(&std::fs::read(path).map_err(ReadError::Unreadable)?)
}

/// Reads a record from the bytes of a file, JSON or report.
pub fn from_bytes(bytes: &[u8]) -> Result<Record, ReadError> {
    let first = bytes.iter().find(|b| !b.is_ascii_whitespace());
    if first == Some(&b'<') {
        from_json(&unpacked(bytes)?)
    } else {
        from_json(bytes)
    }
}

/// What is read before anything else, so that a newer record is named as such and not as malformed.
#[derive(Deserialize)]
struct Probe {
    format: Option<String>,
    version: Option<u32>,
}

fn from_json(bytes: &[u8]) -> Result<Record, ReadError> {
    let probe: Probe = serde_json::from_slice(bytes).map_err(|e| malformed(&e))?;
    if probe.format.as_deref() != Some(FORMAT) {
        return Err(ReadError::NotARecord);
    }
    if let Some(found) = probe.version.filter(|v| *v > VERSION) {
        return Err(ReadError::Newer { found });
    }
    serde_json::from_slice(bytes).map_err(|e| malformed(&e))
}

fn malformed(cause: &serde_json::Error) -> ReadError {
    let written = cause.to_string();
    // serde_json appends the place, which is said already.
    let message = written.split(" at line ").next().unwrap_or(&written).to_owned();
    ReadError::Malformed { line: cause.line(), column: cause.column(), message }
}

fn unpacked(html: &[u8]) -> Result<Vec<u8>, ReadError> {
    // `<` of every text in the page is escaped, so no lane name can pretend to be this element.
    let start = find(html, RECORD_ELEMENT.as_bytes()).ok_or(ReadError::NoRecordInside)?;
    let inner = &html[start + RECORD_ELEMENT.len()..];
    let end = find(inner, b"</script>").ok_or(ReadError::NoRecordInside)?;
    let packed = STANDARD.decode(inner[..end].trim_ascii()).map_err(|e| broken_inside(&e))?;
    let mut json = Vec::new();
    let mut decoder = ZlibDecoder::new(packed.as_slice()).take(LARGEST_RECORD_BYTES);
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

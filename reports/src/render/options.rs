//! Which rendering is asked for, what it cannot know from the record, and why there may be none.

use crate::record::{Record, RecordHead};
use std::{fmt, str::FromStr, sync::Arc};

/// How a record is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One page with charts; carries its record.
    Html,
    /// The first screen of a terminal: at most 40 lines of 80 columns.
    FirstScreen,
    /// All of it for a terminal of 100 columns.
    Human,
    /// For the summary of a CI run.
    Markdown,
    /// The record itself.
    Json,
    /// One line for each cell and start.
    Csv,
    /// Pairs that were asked in turns, one line for each pair and start.
    ContrastsCsv,
    /// Parts of a call, one line for each lane and start.
    StagesCsv,
    /// What processes used, one line for each lane and start.
    ResourcesCsv,
    /// Loads of a run, one line for each step of a search and each point.
    LoadsCsv,
    /// Every computed figure with its interval, one line for each.
    FiguresCsv,
    /// The same as objects.
    FiguresJson,
    /// The cost model, with the curve of each start.
    ModelJson,
    /// The cost model, one line for each lane and mode.
    ModelCsv,
}

impl Format {
    /// True where a rendering is the record's own figures, with nothing said of them.
    pub fn holds_what_was_measured(self) -> bool {
        let tables = [
            Self::Csv,
            Self::ContrastsCsv,
            Self::StagesCsv,
            Self::ResourcesCsv,
            Self::LoadsCsv,
        ];
        self == Self::Json || tables.contains(&self)
    }
}

impl FromStr for Format {
    type Err = RenderError;

    fn from_str(name: &str) -> Result<Self, RenderError> {
        match name {
            "html" => Ok(Self::Html),
            "human" => Ok(Self::Human),
            "markdown" => Ok(Self::Markdown),
            "json" => Ok(Self::Json),
            "csv" => Ok(Self::Csv),
            "contrasts-csv" => Ok(Self::ContrastsCsv),
            "stages-csv" => Ok(Self::StagesCsv),
            "resources-csv" => Ok(Self::ResourcesCsv),
            "loads-csv" => Ok(Self::LoadsCsv),
            "figures-csv" => Ok(Self::FiguresCsv),
            "figures-json" => Ok(Self::FiguresJson),
            "model-json" => Ok(Self::ModelJson),
            "model-csv" => Ok(Self::ModelCsv),
            _ => Err(RenderError::UnknownFormat(name.to_owned())),
        }
    }
}

/// What a rendering cannot know from the record.
#[derive(Clone, Debug, Default)]
pub struct RenderOptions {
    /// Bold and dim text in the terminal.
    pub colour: bool,
    /// True where all of a record is shown: then nothing says how to see the rest.
    pub full: bool,
    /// Where the HTML report is, to be named by the other renderings.
    pub report_path: Option<String>,
    /// Where the record is, likewise.
    pub record_path: Option<String>,
    /// Criterion's own report: for the page a link relative to it, which names nothing of the
    /// machine; for the terminal a path.
    pub criterion_report: Option<String>,
    /// The runs before this one.
    pub earlier: EarlierRuns,
}

/// The runs before the one that is shown, as far as they are kept: for the page.
#[derive(Clone, Debug, Default)]
pub struct EarlierRuns {
    /// The record of the last one: its figures stand beside those of this run.
    pub before: Option<Arc<Record>>,
    /// Those that the page lists, newest first.
    pub runs: Vec<EarlierRun>,
    /// Where the page of the latest run is, on the page of an earlier one.
    pub latest: Option<String>,
}

/// A run whose record is kept.
#[derive(Clone, Debug)]
pub struct EarlierRun {
    /// Where its record is, relative to the page, as `history/2026-11-28T09-12-33Z.json`.
    pub record: String,
    /// The same of its page, where it has one.
    pub page: Option<String>,
    /// What stands of it in the list.
    pub head: RecordHead,
}

/// Why there is no rendering.
#[derive(Debug)]
pub enum RenderError {
    /// No format of that name.
    UnknownFormat(String),
    /// The record cannot be written as JSON.
    Json(serde_json::Error),
    /// The page cannot be put together.
    Template(askama::Error),
    /// The record cannot be packed into the page.
    Packing(std::io::Error),
    /// The picture cannot be made.
    Picture(String),
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownFormat(name) => {
                write!(
                    f,
                    "no format is called {name:?}: use html, human, markdown, json, csv, \
                    figures-csv, figures-json, contrasts-csv, stages-csv, resources-csv, \
                    loads-csv, model-json or model-csv"
                )
            }
            Self::Json(cause) => write!(f, "the record cannot be written as JSON: {cause}"),
            Self::Template(cause) => write!(f, "the report cannot be put together: {cause}"),
            Self::Picture(cause) => write!(f, "the picture cannot be made: {cause}"),
            Self::Packing(cause) => {
                write!(f, "the record cannot be packed into the report: {cause}")
            }
        }
    }
}

impl std::error::Error for RenderError {}

impl From<serde_json::Error> for RenderError {
    fn from(cause: serde_json::Error) -> Self {
        Self::Json(cause)
    }
}

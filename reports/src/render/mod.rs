//! One entry for every rendering. It chooses; the renderings are in their own files.

pub(crate) mod card;
pub(crate) mod csv;
pub mod fuzzing;
pub(crate) mod html;
pub(crate) mod markdown;
pub(crate) mod options;
pub(crate) mod terminal;
pub(crate) mod text;

use crate::{
    figures::summary::Summary,
    judge::Judged,
    record::Record,
    render::options::{Format, RenderError, RenderOptions},
};

/// Shows a record. The same record and options give the same bytes.
pub fn render(
    record: &Record,
    format: Format,
    options: &RenderOptions,
) -> Result<String, RenderError> {
    match format {
        Format::Json => Ok(serde_json::to_string_pretty(record)? + "\n"),
        Format::Csv => Ok(csv::render(record)),
        Format::ContrastsCsv => Ok(csv::contrasts(record)),
        Format::StagesCsv => Ok(csv::stages(record)),
        Format::ResourcesCsv => Ok(csv::resources(record)),
        Format::LoadsCsv => Ok(csv::loads(record)),
        Format::ModelJson => {
            Ok(serde_json::to_string_pretty(&csv::cost_model::json(&Summary::of(record)))? + "\n")
        }
        Format::ModelCsv => Ok(csv::cost_model::csv(&Summary::of(record))),
        Format::Html => html::render(&Judged::of(record)),
        Format::Human => Ok(terminal::render(&Judged::of(record), options)),
        Format::Markdown => Ok(markdown::render(&Judged::of(record), options)),
    }
}

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
    figures::{summary::Summary, withdrawn},
    judge::Judged,
    record::Record,
    render::options::{Format, RenderError, RenderOptions},
    view::exported,
};

/// Shows a record. The same record and options give the same bytes.
pub fn render(
    record: &Record,
    format: Format,
    options: &RenderOptions,
) -> Result<String, RenderError> {
    // Nothing of a withdrawn lane is a figure; the record itself, also inside the page, is whole.
    let shown = withdrawn::without(record);
    let shown = shown.as_ref();
    match format {
        Format::Json => Ok(serde_json::to_string_pretty(record)? + "\n"),
        Format::Csv => Ok(csv::render(shown)),
        Format::ContrastsCsv => Ok(csv::contrasts(shown)),
        Format::StagesCsv => Ok(csv::stages(shown)),
        Format::ResourcesCsv => Ok(csv::resources(shown)),
        Format::LoadsCsv => Ok(csv::loads(shown)),
        Format::ModelJson => {
            Ok(serde_json::to_string_pretty(&csv::cost_model::json(&Summary::of(shown)))? + "\n")
        }
        Format::ModelCsv => Ok(csv::cost_model::csv(&Summary::of(shown))),
        Format::FiguresCsv => Ok(csv::figures::csv(&exported::of(&Judged::of(shown)))),
        Format::FiguresJson => {
            let figures = csv::figures::json(&exported::of(&Judged::of(shown)));
            Ok(serde_json::to_string_pretty(&figures)? + "\n")
        }
        Format::Html => {
            let before = options.earlier.before.as_deref();
            html::render(&Judged::after(before, shown), record, options)
        }
        Format::FirstScreen => Ok(terminal::first_screen::render(&Judged::of(shown), options)),
        Format::Human => Ok(terminal::render(&Judged::of(shown), options)),
        Format::Markdown => Ok(markdown::render(&Judged::of(shown), options)),
    }
}

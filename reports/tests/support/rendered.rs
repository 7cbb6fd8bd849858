//! Invented records as they are rendered. It asserts nothing but that they can be.

use reports::record::Record;
use reports::{Format, RenderOptions, render};
use serde_json::Value;

/// Formats for a person.
pub(crate) const READ: [Format; 3] = [Format::Human, Format::Markdown, Format::Html];

/// Everything, as it is written.
pub(crate) fn rendered(record: &Record, format: Format) -> String {
    let options = RenderOptions::default();
    render(record, format, &options).unwrap_or_else(|error| panic!("{format:?}: {error}"))
}

pub(crate) fn page(record: &Record) -> String {
    rendered(record, Format::Html)
}

/// What a person reads, however its lines were wrapped: of a page without its scripts and data.
pub(crate) fn read(record: &Record, format: Format) -> String {
    let all = rendered(record, format);
    let text = all.split("<script").next().expect("text");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The data that the page's charts draw.
pub(crate) fn charts(record: &Record) -> Value {
    charts_of(&page(record))
}

/// The same of a page that is there.
pub(crate) fn charts_of(html: &str) -> Value {
    let (_, from) = html.split_once("id=\"tollgate-figures\">").expect("the page has data");
    let (json, _) = from.split_once("</script>").expect("they end");
    serde_json::from_str(json).expect("JSON")
}

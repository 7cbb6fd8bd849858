//! Fields as lines of CSV, and lines as a table.

use crate::{record::Asked, render::text::clean};

/// Fields as one line.
pub(crate) fn line(fields: &[String]) -> String {
    let quoted: Vec<String> = fields.iter().map(|field| quote(field)).collect();
    quoted.join(",") + "\n"
}

/// Quotes where CSV needs it, and disarms text that a spreadsheet would run as a formula.
fn quote(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '@', '\t', '\r'])
        || field.starts_with('-') && field.parse::<f64>().is_err();
    let field = clean(field);
    let text = if formula { format!("'{field}") } else { field };
    if text.contains([',', '"']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// Engine, workload, size and placement as fields.
pub(crate) fn asked(asked: &Asked<'_>) -> Vec<String> {
    let size = asked.size.to_string();
    [asked.engine, asked.workload, &size, asked.placement]
        .map(str::to_owned)
        .to_vec()
}

/// The fields of each start between those of what it belongs to; so many empty ones where there is
/// no start.
pub(crate) fn each(
    before: &[String],
    mut starts: Vec<Vec<String>>,
    fields: usize,
    after: &[String],
) -> Vec<Vec<String>> {
    if starts.is_empty() {
        starts.push(vec![String::new(); fields]);
    }
    starts.into_iter().map(|start| [before, &start, after].concat()).collect()
}

pub(crate) fn table(head: &str, lines: impl Iterator<Item = Vec<String>>) -> String {
    lines.fold(format!("{head}\n"), |text, fields| text + &line(&fields))
}

pub(crate) fn number(value: Option<f64>) -> String {
    value
        .filter(|value| value.is_finite())
        .map_or_else(String::new, |value| value.to_string())
}

//! Lanes side by side, each section in one line, however many rows it has.

use crate::{
    judge::Judged,
    render::markdown::{MOST_ROWS, lines::escaped},
    view::{lanes::between_lanes, table_section::TableSection},
};

pub(super) fn between(lines: &mut Vec<String>, judged: &Judged) {
    for section in between_lanes::sections(judged) {
        lines.extend([String::new(), one_line(&section)]);
    }
}

fn one_line(section: &TableSection) -> String {
    let rows = section.lines();
    let rest = if rows.len() > MOST_ROWS { " / and more in the report" } else { "" };
    let shown: Vec<&str> = rows.iter().take(MOST_ROWS).map(String::as_str).collect();
    let found = section.finding.as_ref().map_or_else(String::new, |found| format!(" {found}"));
    let said = format!(".{found} {}{rest}.", shown.join(" / "));
    format!("{}{}", escaped(&section.title), escaped(&said))
}

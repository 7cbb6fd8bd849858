//! What moving bytes costs, in a short report: both tables, with as many lanes as there is room
//! for.

use crate::{
    figures::summary::Summary,
    model::payload_sizes,
    render::markdown::roomy,
    say,
    view::payload_sizes::{Room, fits, means},
};

pub(crate) fn render(lines: &mut Vec<String>, summary: &Summary) {
    let Some(by_size) = payload_sizes::of(summary) else { return };
    let title = format!("{} (mean of a single call, there and back):", say::payload_sizes::TITLE);
    roomy(lines, &title, &means(&by_size, Room::Narrow));
    let title = "T(n) = a + b n, with n in bytes each way:";
    roomy(lines, title, &fits(&by_size, Room::Narrow));
}

//! What moving bytes costs, in the terminal's report.

use crate::{
    figures::summary::Summary,
    model::payload_sizes,
    render::terminal::screen::Screen,
    say,
    view::payload_sizes::{Room, fits, left_out, means},
};

pub(crate) fn render(out: &mut Screen, summary: &Summary) {
    let Some(by_size) = payload_sizes::of(summary) else { return };
    out.title(&format!("{} (mean of a single call)", say::payload_sizes::TITLE));
    out.columns(&means(&by_size, Room::Narrow));
    left_out(&by_size, Room::Narrow).iter().for_each(|left| out.wrapped("", left));
    out.text.push('\n');
    out.columns(&fits(&by_size, Room::Narrow));
    say::payload_sizes::notes(&by_size)
        .iter()
        .for_each(|note| out.wrapped("- ", note));
    out.wrapped("", say::payload_sizes::ABOUT);
}

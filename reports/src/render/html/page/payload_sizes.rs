//! What moving bytes costs, on the page: a figure, the fits, and what is to be known of them.

use crate::{
    figures::summary::{Scene, Summary},
    judge::Judged,
    model::payload_sizes,
    render::html::page::chart_sections,
    say::{self, header::scene_name},
    view::{
        charts,
        figure::Figure,
        payload_sizes::{Room, fits, left_out, means},
        table::Table,
    },
};

const READING: &str = "\
    Both axes are logarithmic; times are means of single calls, with their 95 % interval over \
    restarts. A line that is flat is all call and no bytes; where it rises by ten while the bytes \
    grow by ten it is all bytes. 0 B has no place on a logarithmic axis and stands apart, left of \
    the lines. A lane drawn hollow has another language on one side.";

/// The section.
pub(crate) struct PayloadSizes {
    pub(crate) figure: Figure,
    pub(crate) about: &'static str,
    /// None where figures must not be used.
    pub(crate) fits: Option<Table>,
    pub(crate) notes: Vec<String>,
    /// True where the run asked for nothing else.
    pub(crate) open: bool,
}

impl PayloadSizes {
    /// `None` for a record without such calls.
    pub(crate) fn of(judged: &Judged) -> Option<Self> {
        let by_size = payload_sizes::of(&judged.summary)?;
        let finding = say::payload_sizes::finding(&by_size);
        let figure = Figure {
            kind: "sizes",
            scene: 0,
            drawn: by_size.sizes.len() > 1,
            title: by_size.asked.of_whom(),
            finding: finding.unwrap_or_else(|| "No single call was measured.".to_owned()),
            reading: READING,
            table: means(&by_size, Room::Wide),
        };
        let mut notes: Vec<String> = left_out(&by_size, Room::Wide).into_iter().collect();
        if judged.usable() {
            notes.extend(say::payload_sizes::notes(&by_size));
        }
        Some(Self {
            figure: chart_sections::unless_forbidden(judged, figure),
            about: say::payload_sizes::ABOUT,
            fits: judged.usable().then(|| fits(&by_size, Room::Wide)),
            notes,
            open: judged.summary.main().is_some_and(|scene| scene.asked.is_bytes()),
        })
    }
}

/// Scenes that have no chart.
pub(crate) fn undrawn(summary: &Summary) -> Vec<String> {
    let drawn = charts::scenes_drawn(summary);
    let is_drawn = |scene: &Scene| drawn.iter().any(|other| other.asked == scene.asked);
    let left = summary.scenes.iter().filter(|scene| !is_drawn(scene));
    left.filter(|scene| !shows(summary, scene)).map(scene_name).collect()
}

/// True where a chart of these calls says what the scene says.
fn shows(summary: &Summary, scene: &Scene) -> bool {
    payload_sizes::of(summary).is_some_and(|by_size| scene.asked.beside(&by_size.asked))
}

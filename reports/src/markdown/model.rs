//! The cost model in a short report: as many lines as there is room for.

use super::{escaped, more};
use crate::model::{self, pairs, said};
use crate::summary::{Scene, Summary};

const MOST_LANES: usize = 5;
const MOST_CROSSINGS: usize = 2;
const MOST_CHOICES: usize = 3;

pub(super) fn render(lines: &mut Vec<String>, scene: &Scene, summary: &Summary) {
    let lanes = model::of(scene);
    let batched: Vec<_> = lanes.iter().filter_map(|lane| Some((lane, lane.batched()?))).collect();
    if !batched.is_empty() {
        lines.extend([String::new(), escaped(said::ABOUT), String::new()]);
        lines.extend([
            format!("| {} |", said::HEAD.join(" | ")),
            "|---|--:|--:|--:|--:|--:|--:|".to_owned(),
        ]);
        let row =
            |cells: [String; 7]| format!("| {} |", cells.map(|cell| escaped(&cell)).join(" | "));
        lines.extend(
            batched
                .iter()
                .take(MOST_LANES)
                .map(|(lane, model)| row(said::cells(lane, model))),
        );
        more(lines, batched.len(), MOST_LANES);
    }
    let crossings = pairs::cross_overs(&lanes);
    let choices = pairs::choices(scene);
    let mut said: Vec<String> = said::with_service_time(scene, summary.record);
    said.extend(crossings.iter().take(MOST_CROSSINGS).map(said::crossing));
    said.extend(choices.iter().filter_map(said::break_even).take(MOST_CHOICES));
    if crossings.len() + choices.len() > MOST_CROSSINGS + MOST_CHOICES {
        said.push("More is in the report.".to_owned());
    }
    if !said.is_empty() {
        // One paragraph, however many there are.
        lines.extend([String::new(), escaped(&said.join(" "))]);
    }
}

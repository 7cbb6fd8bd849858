//! The cost model in a short report: as many lines as there is room for.

use crate::{
    figures::summary::{Scene, Summary},
    model::{self, crossover},
    render::markdown::lines::{alignment, escaped, more, row},
    say::cost_model,
};

const MOST_LANES: usize = 3;
const MOST_CROSSINGS: usize = 2;
const MOST_CHOICES: usize = 3;

pub(crate) fn render(lines: &mut Vec<String>, scene: &Scene, summary: &Summary) {
    let lanes = model::of(scene);
    let batched: Vec<_> = lanes.iter().filter_map(|lane| Some((lane, lane.batched()?))).collect();
    if !batched.is_empty() {
        let placed = &scene.placed;
        let about = format!("The cost model{placed}. {}", cost_model::ABOUT);
        lines.extend([String::new(), escaped(&about), String::new()]);
        lines.extend([
            format!("| {} |", cost_model::HEAD.join(" | ")),
            alignment(cost_model::HEAD.len()),
        ]);
        lines.extend(
            batched
                .iter()
                .take(MOST_LANES)
                .map(|(lane, model)| row(&cost_model::cells(lane, model))),
        );
        more(lines, batched.len(), MOST_LANES);
    }
    let crossings = crossover::cross_overs(&lanes);
    let choices = crossover::choices(scene);
    let mut said: Vec<String> = cost_model::with_service_time(scene, summary.record);
    said.extend(crossings.iter().take(MOST_CROSSINGS).map(cost_model::crossing));
    said.extend(choices.iter().filter_map(cost_model::choice::sentence).take(MOST_CHOICES));
    if crossings.len() + choices.len() > MOST_CROSSINGS + MOST_CHOICES {
        said.push("More is in the report.".to_owned());
    }
    if !said.is_empty() {
        // One paragraph, however many there are.
        lines.extend([String::new(), escaped(&said.join(" "))]);
    }
}

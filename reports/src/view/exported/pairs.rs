//! Ratios with their intervals: pairs asked in turns, lanes by their visits, a lane in two
//! placements, predictions that were checked, and the smallest difference that pairs find.

use crate::{
    figures::{
        contrasts::{compared, service_time, smallest_difference::smallest_detectable_differences},
        row::compare_single,
        summary::{Scene, Summary},
    },
    model::changes::variants,
    record::{Contrast, Record},
    view::exported::figure::Exported,
};

pub(super) fn of(summary: &Summary) -> Vec<Exported> {
    let record = summary.record;
    let mut all: Vec<Exported> =
        record.contrasts.iter().filter_map(|pair| in_turns(record, pair)).collect();
    for scene in &summary.scenes {
        all.extend(by_visits(scene));
        all.extend(batches_of_variants(scene, record));
    }
    all.extend(placements(summary));
    all.extend(checked(record));
    all.extend(smallest(record));
    all
}

/// Second by first, as the record has them: `lane` is the second.
fn in_turns(record: &Record, pair: &Contrast) -> Option<Exported> {
    let found = compared(record, pair)?;
    Some(
        Exported::new("single_call_ratio_in_turns", "times")
            .over(&pair.second)
            .against(&pair.first)
            .asking(&pair.asked())
            .of_mode("single")
            .of_items(1)
            .given(pair.kind.clone())
            .compared(&found.ratio),
    )
}

/// Single calls of each two lanes, the tighter by the looser.
fn by_visits(scene: &Scene) -> Vec<Exported> {
    let mut all = Vec::new();
    for (at, looser) in scene.rows.iter().enumerate() {
        for tighter in &scene.rows[at + 1..] {
            // Two lanes of which neither was measured here stand in another placement.
            if ![looser, tighter].iter().any(|row| row.is_of(scene.asked)) {
                continue;
            }
            let Some(found) = compare_single(tighter, looser) else { continue };
            all.push(
                Exported::new("single_call_ratio_by_visits", "times")
                    .over(&tighter.lane.name)
                    .against(&looser.lane.name)
                    .asking(&scene.asked)
                    .of_mode("single")
                    .of_items(1)
                    .compared(&found.ratio),
            );
        }
    }
    all
}

fn batches_of_variants(scene: &Scene, record: &Record) -> Vec<Exported> {
    let mut all = Vec::new();
    for variant in variants::of(scene, record) {
        let Some((items, found)) = &variant.batch else { continue };
        all.push(
            Exported::new("item_mean_ratio_by_visits", "times")
                .over(full_name(record, variant.lane))
                .against(full_name(record, variant.base))
                .asking(&scene.asked)
                .of_mode("batched")
                .of_items(*items)
                .compared(&found.ratio),
        );
    }
    all
}

/// A single call of a lane in each further placement by that in the first, restart by restart.
fn placements(summary: &Summary) -> Vec<Exported> {
    let mut all = Vec::new();
    let Some(main) = summary.main() else { return all };
    let beside = summary.scenes.iter().filter(|scene| {
        let elsewhere = scene.asked.placement != main.asked.placement;
        elsewhere && scene.asked.asks_as(&main.asked)
    });
    for scene in beside {
        for row in scene.rows.iter().filter(|row| row.is_of(scene.asked)) {
            let first = main.rows.iter().find(|other| other.lane.name == row.lane.name);
            let found = first.and_then(|first| compare_single(row, first));
            all.extend(found.map(|found| {
                let ratio = Exported::new("single_call_ratio_of_placements", "times")
                    .over(&row.lane.name)
                    .asking(&scene.asked)
                    .of_mode("single")
                    .of_items(1)
                    .compared(&found.ratio);
                Exported {
                    other_placement: Some(main.asked.placement.to_owned()),
                    ..ratio
                }
            }));
        }
    }
    all
}

fn checked(record: &Record) -> Vec<Exported> {
    let mut all = Vec::new();
    for one in service_time::of(record) {
        let condition = format!("callee works {} ns", one.work_ns);
        let figure = |name, unit| {
            Exported::new(name, unit)
                .over(full_name(record, one.lane))
                .given(condition.clone())
        };
        all.push(figure("call_with_work_predicted", "ns").estimated(&one.predicted));
        all.push(figure("call_with_work_measured", "ns").estimated(&one.measured));
        all.push(figure("error_of_prediction", "share").compared(&one.error()));
    }
    all
}

fn full_name<'r>(record: &'r Record, shown: &'r str) -> &'r str {
    let lane = record.lanes.iter().find(|lane| lane.short == shown);
    lane.map_or(shown, |lane| lane.name.as_str())
}

fn smallest(record: &Record) -> Vec<Exported> {
    let mut all = Vec::new();
    for one in smallest_detectable_differences(record) {
        let figure = Exported::new("smallest_detectable_difference", "share");
        let figure = figure.given(format!("{} lanes, pairs in turns", one.class));
        all.extend(one.share.map(|share| figure.counted(share)));
    }
    all
}

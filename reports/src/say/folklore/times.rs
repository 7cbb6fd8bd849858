//! Claims about how long something takes. Times carry the 95 % interval of a figure.

use crate::{
    figures::summary::Scene,
    judge::Judged,
    record::Lane,
    say::folklore::{
        evidence::{Evidence, Place, Side, ids},
        lanes::{base, coded, in_each_placement, usable},
        questions,
    },
    stats::{
        estimates::Estimate,
        sample_times,
        units::{time, time_with_interval},
    },
};

/// For where the whole interval lies in the band, against where it lies beside it.
pub(crate) fn in_band(value: &Estimate, [from, to]: [f64; 2]) -> Side {
    let Some(i) = value.interval else { return Side::Unclear };
    Side::of(i.low >= from && i.high < to, i.high < from || i.low >= to)
}

/// Both sides of a codec, over the base of a role where it was measured there.
pub(crate) fn codec(
    judged: &Judged,
    scene: &Scene,
    codec: &str,
    within_ns: [f64; 2],
) -> Option<Vec<Evidence>> {
    let with_it = scene
        .rows
        .iter()
        .filter(|row| coded(row.lane, codec) && row.is_equal() && usable(row));
    let measured = with_it.filter_map(|row| Some((row, codec_time(judged, row.lane)?)));
    let (row, took) = measured.min_by_key(|(row, _)| !judged.summary.is_base(row.lane))?;
    let ids = ids(scene.asked.size);
    Some(vec![Evidence {
        side: in_band(&took, within_ns),
        place: Place::anywhere(&scene.asked, 1),
        lane: row.lane.short.clone(),
        value: took.value,
        text: format!(
            "{} for request and reply with {ids}, both sides, {}",
            time_with_interval(&took),
            row.lane.named()
        ),
        about: String::new(),
    }])
}

/// The codec of a lane, both sides, in ns.
fn codec_time(judged: &Judged, lane: &Lane) -> Option<Estimate> {
    let stages = judged.stages.iter().find(|one| one.lane.name == lane.name)?;
    stages.codec.estimate().copied()
}

/// The median single call over each lane that leaves the process, in each placement.
pub(crate) fn round_trips(judged: &Judged, main: &Scene, within_ns: [f64; 2]) -> Vec<Evidence> {
    let mut lanes = Vec::new();
    for scene in in_each_placement(&judged.summary, main) {
        for row in &scene.rows {
            let Some(single) = &row.single else { continue };
            if row.lane.in_process || !usable(row) {
                continue;
            }
            let (p50, lane) = (single.p50, row.lane.short.clone());
            lanes.push(Evidence {
                side: in_band(&p50, within_ns),
                place: Place::of(&scene.asked, 1),
                value: p50.value,
                text: format!("{} over {lane}", sample_times::time_with_interval(&p50)),
                about: "median call".to_owned(),
                lane,
            });
        }
    }
    lanes
}

/// `12.3 ns (12.0 to 12.6) more`.
pub(crate) fn more(toll: &Estimate) -> String {
    // A cost below 0 is none: what is told of it is how large it may be.
    match toll.interval.filter(|_| toll.value <= 0.0) {
        Some(ends) => format!("not told from 0, at most {} more", time(ends.high.max(0.0))),
        None => format!("{} more", time_with_interval(toll)),
    }
}

/// The toll of the base of a role.
pub(crate) fn toll(
    judged: &Judged,
    scene: &Scene,
    of: &questions::Side,
    within_ns: [f64; 2],
) -> Option<Vec<Evidence>> {
    let from = scene.baseline()?;
    // A caller in another language than that lane's would count its own interpreter and driver too.
    let row = base(&judged.summary, scene, of).filter(|row| row.lane.caller == from.lane.caller)?;
    let toll = row.toll?;
    let told = more(&toll);
    let text = format!("{told} over {} than over {}", row.lane.short, from.lane.short);
    Some(vec![Evidence {
        side: in_band(&toll, within_ns),
        place: Place::anywhere(&scene.asked, 1),
        lane: row.lane.short.clone(),
        value: toll.value,
        text,
        about: String::new(),
    }])
}

//! Claims about sizes. Bytes are counted and not estimated, so they carry no interval, and no
//! placement changes them.

use crate::{
    figures::{cells::CellFigures, summary::Scene},
    judge::Judged,
    say::folklore::{
        evidence::{Evidence, Place, Side, ids},
        lanes::{BothCodecs, both_batched, both_codecs, payloads, there},
        questions,
    },
    stats::units::{bytes, number},
};

/// The first's bytes by the second's, of a single call, a small batch and a large one, for each
/// size of replies.
pub(crate) fn smaller(
    judged: &Judged,
    scene: &Scene,
    sides: &[questions::Side; 2],
    within: [f64; 2],
) -> Option<Vec<Evidence>> {
    let BothCodecs { first, second, twins } = both_codecs(&judged.summary, scene, sides)?;
    let whole = if twins { "" } else { ", headers and framing included" };
    let about = format!("{} against {}, out and back{whole}", first.lane.short, second.lane.short);
    let mut evidence = Vec::new();
    for scene in payloads(&judged.summary, scene) {
        let (Some(first), Some(second)) = (there(scene, first), there(scene, second)) else {
            continue;
        };
        let single = first.single.as_ref().zip(second.single.as_ref());
        for (first, second) in single.into_iter().chain(both_batched(first, second)) {
            let place = Place::anywhere(&scene.asked, first.cell.items);
            evidence.extend(times_smaller(first, second, place, &about, within));
        }
    }
    Some(evidence)
}

/// The first's bytes of one item by the second's; none where they were not counted.
fn times_smaller(
    first: &CellFigures,
    second: &CellFigures,
    place: Place,
    about: &str,
    [from, to]: [f64; 2],
) -> Option<Evidence> {
    let (large, small) = (both_ways(first)?, both_ways(second)?);
    let ratio = large / small;
    let text = format!(
        "{} times with {} ({} and {})",
        number(ratio),
        ids(place.ids),
        bytes(large),
        bytes(small)
    );
    Some(Evidence {
        side: Side::of((from..=to).contains(&ratio), true),
        lane: String::new(),
        place,
        value: ratio,
        text,
        about: about.to_owned(),
    })
}

fn both_ways(cell: &CellFigures) -> Option<f64> {
    let sum = cell.bytes_out? + cell.bytes_back?;
    (sum > 0.0).then_some(sum)
}

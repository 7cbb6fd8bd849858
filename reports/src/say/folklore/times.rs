//! Claims about times. Ratios carry the 99 % interval of a comparison, times the 95 % interval of a
//! figure.

use crate::{
    figures::{
        row::{Row, compare_single, item_starts},
        summary::Scene,
    },
    judge::Judged,
    model,
    record::{Lane, Record},
    say::folklore::{
        evidence::{Evidence, Side},
        lanes::{BothCodecs, base, both_codecs, cell_of, coded, payloads, place, there, usable},
        questions,
    },
    stats::{
        comparison::Comparison,
        estimates::Estimate,
        resolution::Resolution,
        sample_times,
        starts::Starts,
        units::{count, time, time_with_interval, times_with_interval},
    },
};

/// For where the whole interval lies in the band, against where it lies beside it.
fn in_band(value: &Estimate, [from, to]: [f64; 2]) -> Side {
    let Some(i) = value.interval else { return Side::Unclear };
    Side::of(i.low >= from && i.high < to, i.high < from || i.low >= to)
}

/// For where the whole interval lies above this ratio, against where it lies below.
fn beside(ratio: &Estimate, limit: f64) -> Side {
    let Some(i) = ratio.interval else { return Side::Unclear };
    Side::of(i.low > limit, i.high <= limit)
}

/// A figure of one lane.
fn evidence(side: Side, row: &Row, scene: &Scene, value: f64, text: String) -> Evidence {
    Evidence {
        side,
        lane: row.lane.short.clone(),
        items: 1,
        ids: scene.asked.size,
        value,
        text,
        about: String::new(),
    }
}

/// The base of one role by that of another: single calls and the largest batch, for each size of
/// replies.
pub(crate) fn against(
    judged: &Judged,
    scene: &Scene,
    [first, second]: &[questions::Side; 2],
    more_than: f64,
) -> Option<Vec<Evidence>> {
    let first = base(&judged.summary, scene, first)?;
    let second = base(&judged.summary, scene, second)?;
    let mut evidence = Vec::new();
    for scene in payloads(&judged.summary, scene) {
        let (Some(first), Some(second)) = (there(scene, first), there(scene, second)) else {
            continue;
        };
        let alone = compare_single(first, second).map(|found| (1, found));
        for (items, found) in alone.into_iter().chain(batches(first, second)) {
            let where_ = place(items, scene.asked.size);
            // Against the claim is what excludes a difference that matters.
            let against = found.ratio.interval.is_some_and(|i| i.high < more_than);
            evidence.push(Evidence {
                side: Side::of(found.is_above(more_than), against),
                lane: String::new(),
                items,
                ids: scene.asked.size,
                value: found.ratio.value,
                text: format!("{} as long {where_}", times_with_interval(&found.ratio)),
                about: format!("{} against {}: ", first.lane.named(), second.lane.named()),
            });
        }
    }
    Some(evidence)
}

/// An item of the largest batch that both have, first by second.
fn batches(first: &Row, second: &Row) -> Option<(u32, Comparison)> {
    let largest = first.largest_batch()?;
    let items = largest.cell.items;
    let other = cell_of(second, "batched", items)?;
    Some((items, Comparison::of(&item_starts(largest), &item_starts(other))?))
}

/// Both sides of the codec by itself (R1), the first's by the second's.
pub(crate) fn codecs(
    judged: &Judged,
    scene: &Scene,
    sides: &[questions::Side; 2],
    more_than: f64,
) -> Option<Vec<Evidence>> {
    let BothCodecs { first, second, .. } = both_codecs(&judged.summary, scene, sides)?;
    let (record, ids) = (judged.summary.record, scene.asked.size);
    let first_starts = codec_starts(record, &first.lane.name, ids);
    let second_starts = codec_starts(record, &second.lane.name, ids);
    let found = Comparison::of(&first_starts, &second_starts)?;
    let where_ = place(1, scene.asked.size);
    Some(vec![Evidence {
        side: beside(&found.ratio, more_than),
        lane: String::new(),
        items: 1,
        ids: scene.asked.size,
        value: found.ratio.value,
        text: format!(
            "{} as long {where_}, both sides, {} against {}",
            times_with_interval(&found.ratio),
            first.lane.named(),
            second.lane.named()
        ),
        about: String::new(),
    }])
}

fn codec_starts(record: &Record, lane: &str, ids: u32) -> Starts {
    let ladder = record.ladders.iter().find(|ladder| ladder.lane == lane && ladder.size == ids);
    let starts = ladder.iter().flat_map(|ladder| &ladder.starts);
    let values = starts.filter_map(|start| Some((start.start, start.codec?.mean_ns))).collect();
    Starts::new(values, Resolution::of_long_time())
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
    let ids = count(scene.asked.size.into());
    Some(vec![Evidence {
        side: in_band(&took, within_ns),
        lane: row.lane.short.clone(),
        items: 1,
        ids: scene.asked.size,
        value: took.value,
        text: format!(
            "{} for request and reply with {ids} ids, both sides, {}",
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

/// Single calls over all lanes of the usual profile that leave the process.
pub(crate) fn round_trips(scene: &Scene, within_ns: [f64; 2]) -> Vec<Evidence> {
    let mut lanes = Vec::new();
    for row in &scene.rows {
        let Some(single) = &row.single else { continue };
        if row.lane.in_process || !row.is_equal() || !usable(row) {
            continue;
        }
        let p50 = single.p50;
        let text = format!("{} over {}", sample_times::time_with_interval(&p50), row.lane.short);
        lanes.push(evidence(in_band(&p50, within_ns), row, scene, p50.value, text));
    }
    lanes
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
    // A cost below 0 is none: what is told of it is how large it may be.
    let told = match toll.interval.filter(|_| toll.value <= 0.0) {
        Some(ends) => format!("not told from 0, at most {} more", time(ends.high.max(0.0))),
        None => format!("{} more", time_with_interval(&toll)),
    };
    let text = format!("{told} over {} than over {}", row.lane.short, from.lane.short);
    Some(vec![evidence(in_band(&toll, within_ns), row, scene, toll.value, text)])
}

/// n calls one after another by one call with n items, for the largest n at which both were
/// measured.
pub(crate) fn batching(scene: &Scene, more_than: f64) -> Vec<Evidence> {
    let rows = scene.rows.iter().filter(|row| usable(row));
    rows.filter_map(|row| chatty_against_batched(row, scene, more_than)).collect()
}

/// The largest n at which a lane was measured both ways; none where it was not.
fn chatty_against_batched(row: &Row, scene: &Scene, more_than: f64) -> Option<Evidence> {
    let measured = model::chatty(row).into_iter().filter(|chatty| chatty.measured);
    let items = measured.map(|chatty| chatty.items).max()?;
    let (chatty, batched) = (cell_of(row, "chatty", items)?, cell_of(row, "batched", items)?);
    let found = Comparison::of(&item_starts(chatty), &item_starts(batched))?;
    let n = count(items.into());
    let ratio = times_with_interval(&found.ratio);
    let text =
        format!("{n} calls take {ratio} as long as one with {n} items over {}", row.lane.short);
    let side = beside(&found.ratio, more_than);
    Some(evidence(side, row, scene, found.ratio.value, text))
}

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
        lanes::{
            BothCodecs, HTTP, RPC, both_codecs, cell_of, coded, payloads, place, there, usable,
            usual,
        },
    },
    stats::{
        comparison::{Comparison, MARGIN, Verdict},
        estimates::Estimate,
        resolution::Resolution,
        sample_times,
        starts::Starts,
        units::{count, time, time_with_interval, times_with_interval},
    },
};

/// Tens of microseconds, microseconds, nanoseconds: the first time in, the first time beyond, ns.
const TENS_OF_US: [f64; 2] = [1e4, 1e5];
const US: [f64; 2] = [1e3, 1e6];
const NS: [f64; 2] = [f64::NEG_INFINITY, 1e3];
/// What "several times" is at least.
const SEVERAL: f64 = 2.0;

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

/// The usual JSON lane over HTTP by the usual protobuf lane of RPC: single calls and the largest
/// batch, for each size of replies.
pub(crate) fn rpc_against_http(
    judged: &Judged,
    scene: &Scene,
) -> Result<Vec<Evidence>, &'static str> {
    const MISSING: &str = "it needs a lane of RPC with protobuf and one of HTTP with JSON, each \
    with 3 whole restarts";
    let rpc = usual(scene, &RPC, "protobuf").ok_or(MISSING)?;
    let http = usual(scene, &HTTP, "json").ok_or(MISSING)?;
    let mut evidence = Vec::new();
    for scene in payloads(&judged.summary, scene) {
        let (Some(rpc), Some(http)) = (there(scene, rpc), there(scene, http)) else {
            continue;
        };
        let alone = compare_single(http, rpc).map(|found| (1, found));
        for (items, found) in alone.into_iter().chain(batches(http, rpc)) {
            let (verdict, where_) = (found.verdict(), place(items, scene.asked.size));
            // Against the claim is what excludes a difference that matters.
            let against = found.ratio.interval.is_some_and(|i| i.high < 1.0 + MARGIN);
            evidence.push(Evidence {
                side: Side::of(verdict == Verdict::Slower, against),
                lane: String::new(),
                items,
                ids: scene.asked.size,
                value: found.ratio.value,
                text: format!("{} as long {where_}", times_with_interval(&found.ratio)),
                about: format!("{} against {}: ", http.lane.named(), rpc.lane.named()),
            });
        }
    }
    if evidence.is_empty() { Err(MISSING) } else { Ok(evidence) }
}

/// An item of the largest batch that both have, first by second.
fn batches(first: &Row, second: &Row) -> Option<(u32, Comparison)> {
    let largest = first.largest_batch()?;
    let items = largest.cell.items;
    let other = cell_of(second, "batched", items)?;
    Some((items, Comparison::of(&item_starts(largest), &item_starts(other))?))
}

/// Both sides of the codec by itself (R1), JSON by protobuf.
pub(crate) fn json_against_protobuf(
    judged: &Judged,
    scene: &Scene,
) -> Result<Vec<Evidence>, &'static str> {
    const MISSING: &str =
        "it needs the codec measured by itself, on a lane with JSON and one with protobuf (stages)";
    let BothCodecs { json, protobuf, .. } = both_codecs(scene).ok_or(MISSING)?;
    let (record, ids) = (judged.summary.record, scene.asked.size);
    let json_starts = codec_starts(record, &json.lane.name, ids);
    let protobuf_starts = codec_starts(record, &protobuf.lane.name, ids);
    let found = Comparison::of(&json_starts, &protobuf_starts).ok_or(MISSING)?;
    let where_ = place(1, scene.asked.size);
    Ok(vec![Evidence {
        side: beside(&found.ratio, SEVERAL),
        lane: String::new(),
        items: 1,
        ids: scene.asked.size,
        value: found.ratio.value,
        text: format!(
            "{} as long {where_}, both sides, {} against {}",
            times_with_interval(&found.ratio),
            json.lane.named(),
            protobuf.lane.named()
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

/// Both sides of the codec of the protobuf lane.
pub(crate) fn codec_in_microseconds(
    judged: &Judged,
    scene: &Scene,
) -> Result<Vec<Evidence>, &'static str> {
    const MISSING: &str = "it needs the codec measured by itself, on a lane with protobuf (stages)";
    let protobuf = scene
        .rows
        .iter()
        .filter(|row| coded(row.lane, "protobuf") && row.is_equal() && usable(row));
    let mut measured = protobuf.filter_map(|row| Some((row, codec_time(judged, row.lane)?)));
    let (row, took) = measured.next().ok_or(MISSING)?;
    let ids = count(scene.asked.size.into());
    Ok(vec![Evidence {
        side: in_band(&took, US),
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
pub(crate) fn round_trip(_: &Judged, scene: &Scene) -> Result<Vec<Evidence>, &'static str> {
    let mut lanes = Vec::new();
    for row in &scene.rows {
        let Some(single) = &row.single else { continue };
        if row.lane.in_process || !row.is_equal() || !usable(row) {
            continue;
        }
        let p50 = single.p50;
        let text = format!("{} over {}", sample_times::time_with_interval(&p50), row.lane.short);
        lanes.push(evidence(in_band(&p50, TENS_OF_US), row, scene, p50.value, text));
    }
    if lanes.is_empty() {
        Err("it needs a lane that leaves the process")
    } else {
        Ok(lanes)
    }
}

/// The toll of lanes that call another language inside the process.
pub(crate) fn foreign_call(_: &Judged, scene: &Scene) -> Result<Vec<Evidence>, &'static str> {
    const MISSING: &str =
        "it needs a lane into another language inside the process, and one to count its toll from";
    let base = scene.baseline().ok_or(MISSING)?;
    // A caller in another language than the base's would count its own interpreter and driver too.
    let foreign = scene.rows.iter().filter(|row| {
        let out = row.lane.in_process && row.lane.caller != row.lane.callee;
        out && row.lane.caller == base.lane.caller && usable(row)
    });
    let mut lanes = Vec::new();
    for row in foreign {
        let Some(toll) = row.toll else { continue };
        // A cost below 0 is none: what is told of it is how large it may be.
        let told = match toll.interval.filter(|_| toll.value <= 0.0) {
            Some(ends) => format!("not told from 0, at most {} more", time(ends.high.max(0.0))),
            None => format!("{} more", time_with_interval(&toll)),
        };
        let text = format!("{told} over {} than over {}", row.lane.short, base.lane.short);
        lanes.push(evidence(in_band(&toll, NS), row, scene, toll.value, text));
    }
    if lanes.is_empty() { Err(MISSING) } else { Ok(lanes) }
}

/// n calls one after another by one call with n items, for the largest n at which both were
/// measured.
pub(crate) fn batching(_: &Judged, scene: &Scene) -> Result<Vec<Evidence>, &'static str> {
    let rows = scene.rows.iter().filter(|row| usable(row));
    let lanes: Vec<Evidence> = rows.filter_map(|row| chatty_against_batched(row, scene)).collect();
    if lanes.is_empty() {
        Err("it needs a lane that was measured chatty and batched at one size")
    } else {
        Ok(lanes)
    }
}

/// The largest n at which a lane was measured both ways; none where it was not.
fn chatty_against_batched(row: &Row, scene: &Scene) -> Option<Evidence> {
    let measured = model::chatty(row).into_iter().filter(|chatty| chatty.measured);
    let items = measured.map(|chatty| chatty.items).max()?;
    let (chatty, batched) = (cell_of(row, "chatty", items)?, cell_of(row, "batched", items)?);
    let found = Comparison::of(&item_starts(chatty), &item_starts(batched))?;
    let n = count(items.into());
    let ratio = times_with_interval(&found.ratio);
    let text =
        format!("{n} calls take {ratio} as long as one with {n} items over {}", row.lane.short);
    let side = beside(&found.ratio, 1.0 + MARGIN);
    Some(evidence(side, row, scene, found.ratio.value, text))
}

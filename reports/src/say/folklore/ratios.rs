//! Claims about how many times as long one thing takes as another. Ratios carry the 99 % interval
//! of a comparison; single calls of two lanes rest on pairs called alternately where the run has
//! them, all else on visits, and each says which.

use crate::{
    figures::{
        row::{Row, compare_single, item_starts},
        summary::Scene,
    },
    judge::Judged,
    record::Record,
    say::folklore::{
        evidence::{Carried, Evidence, IN_PROCESS, Place, Side, ids},
        lanes::{
            BothCodecs, base, both_batched, both_codecs, cell_of, in_each_placement, payloads,
            there, usable,
        },
        questions,
    },
    stats::{
        comparison::Comparison, resolution::Resolution, starts::Starts, units::times_with_interval,
    },
};

/// For where the whole interval lies above this ratio, against where it lies below.
fn beside(found: &Comparison, limit: f64) -> Side {
    Side::of(found.is_above(limit), found.is_below(limit))
}

/// The base of one role by that of another: single calls, a small batch and a large one, for each
/// size of replies and in each placement.
pub(crate) fn against(
    judged: &Judged,
    main: &Scene,
    [first, second]: &[questions::Side; 2],
    more_than: f64,
) -> Option<Vec<Evidence>> {
    let summary = &judged.summary;
    let first = base(summary, main, first)?;
    let second = base(summary, main, second)?;
    let about = format!("{} against {}", first.lane.named(), second.lane.named());
    let placed = in_each_placement(summary, main);
    let mut evidence = Vec::new();
    for scene in placed.flat_map(|scene| payloads(summary, scene)) {
        let (Some(first), Some(second)) = (there(scene, first), there(scene, second)) else {
            continue;
        };
        for ratio in ratios(scene, first, second) {
            evidence.push(Evidence {
                // Against the claim is what excludes a difference that matters.
                side: beside(&ratio.found, more_than),
                place: Place::of(&scene.asked, ratio.items),
                lane: String::new(),
                value: ratio.found.ratio.value,
                text: ratio.words(scene.asked.size),
                about: about.clone(),
            });
        }
    }
    Some(evidence)
}

/// An item over one lane by one over another.
struct Ratio {
    items: u32,
    found: Comparison,
    /// True where both were asked in turns.
    in_turns: bool,
}

impl Ratio {
    /// `0.51 times (0.49 to 0.53) as long with 10 ids, called alternately`. Which lane is quicker
    /// is not said beside it: a claim asks for more, and has its verdict.
    fn words(&self, size: u32) -> String {
        let asked = if self.in_turns { "called alternately" } else { "by visits" };
        let ratio = times_with_interval(&self.found.ratio);
        format!("{ratio} as long with {}, {asked}", ids(size))
    }
}

/// First by second: a single call, a small batch, a large one.
fn ratios(scene: &Scene, first: &Row, second: &Row) -> Vec<Ratio> {
    let mut ratios = Vec::new();
    let turns = scene.compared_in_turns(first, second);
    let single = turns.map(|found| (found, true)).or_else(|| {
        let found = compare_single(first, second)?;
        Some((found, false))
    });
    ratios.extend(single.map(|(found, in_turns)| Ratio { items: 1, found, in_turns }));
    for (one, other) in both_batched(first, second) {
        let found = Comparison::of(&item_starts(one), &item_starts(other));
        let items = one.cell.items;
        ratios.extend(found.map(|found| Ratio { items, found, in_turns: false }));
    }
    ratios
}

/// Both sides of the codec by itself (R1), the first's by the second's.
pub(crate) fn codecs(
    judged: &Judged,
    scene: &Scene,
    sides: &[questions::Side; 2],
    more_than: f64,
) -> Option<Vec<Evidence>> {
    let BothCodecs { first, second, .. } = both_codecs(&judged.summary, scene, sides)?;
    let (record, size) = (judged.summary.record, scene.asked.size);
    let first_starts = codec_starts(record, &first.lane.name, size);
    let second_starts = codec_starts(record, &second.lane.name, size);
    let found = Comparison::of(&first_starts, &second_starts)?;
    Some(vec![Evidence {
        side: beside(&found, more_than),
        place: Place::anywhere(&scene.asked, 1),
        lane: String::new(),
        value: found.ratio.value,
        text: format!(
            "{} as long with {}, both sides, {} against {}",
            times_with_interval(&found.ratio),
            ids(size),
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

/// n calls one after another by one call with n items over each lane, in process apart from between
/// processes, in each placement: for a small n, and for the largest.
pub(crate) fn batching(judged: &Judged, main: &Scene, more_than: f64) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    for scene in in_each_placement(&judged.summary, main) {
        let rows = scene.rows.iter().filter(|row| usable(row) && row.is_of(scene.asked));
        for row in rows {
            let sizes = batch_sizes(row);
            for items in sizes {
                evidence.extend(batched(row, scene, items, more_than));
            }
        }
    }
    evidence
}

/// The largest small batch that was also sent one by one, or the largest small one; and the largest
/// of all.
fn batch_sizes(row: &Row) -> Vec<u32> {
    let batched = row.cells.iter().filter(|cell| cell.cell.mode == "batched" && cell.whole);
    let sizes: Vec<u32> = batched.map(|cell| cell.cell.items).collect();
    let few = sizes.iter().filter(|items| Carried::by(**items) == Carried::Few);
    let few = few.max_by_key(|items| (cell_of(row, "chatty", **items).is_some(), **items));
    let many = sizes.iter().filter(|items| Carried::by(**items) == Carried::Many).max();
    few.into_iter().chain(many).copied().collect()
}

/// One size over one lane. Where n calls were not measured one after another, they are n times a
/// single call.
fn batched(row: &Row, scene: &Scene, items: u32, more_than: f64) -> Option<Evidence> {
    let (batch, chatty) = (cell_of(row, "batched", items)?, cell_of(row, "chatty", items));
    let about = match chatty {
        Some(_) => "n calls one after another, divided by one call with n items, by visits",
        None => "n × the time of a single call, divided by one call with n items, by visits",
    };
    let alone = item_starts(chatty.or(row.single.as_ref())?);
    let found = Comparison::of(&alone, &item_starts(batch))?;
    let boundary = if row.lane.in_process { IN_PROCESS } else { "between processes" };
    let mut place = Place { boundary, ..Place::of(&scene.asked, items) };
    // In process there is one placement, unless threads of a lane talk to each other.
    if row.lane.in_process {
        place.placement = None;
    }
    let lane = row.lane.short.clone();
    Some(Evidence {
        side: beside(&found, more_than),
        place,
        value: found.ratio.value,
        text: format!("{} over {lane}", times_with_interval(&found.ratio)),
        about: about.to_owned(),
        lane,
    })
}

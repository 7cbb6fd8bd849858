//! Sentences that hold numbers. Each is made from an interval or a paired comparison and is left
//! out where these do not carry it: no finding is better than one that a repetition would turn
//! round.

pub(crate) mod batches;
pub(crate) mod calls;
pub mod crossing_cores;
pub(crate) mod hot_calls;
pub(crate) mod languages;
pub(crate) mod processes;

use crate::{
    figures::{
        resources::at_rate::Cores,
        row::{Row, compare_single},
        summary::{Scene, Summary},
    },
    judge::Judged,
    model::{crossover, payload_sizes},
    record::{Lane, Record},
    say::{
        self, cores_at_rate,
        cost_model::{choice, with_work},
        findings::{
            batches::{batching, order_turns},
            calls::tail,
            processes::{between_processes, clearly, http_and_rpc, leaving_the_process},
        },
    },
    stats::{
        comparison::Verdict,
        estimates::{Estimate, FEWEST_STARTS},
        units::{time, time_with_interval},
    },
};

/// Most sentences at the head of a report.
pub const MOST: usize = 5;
/// A boundary below this share of a call is said not to matter.
const NEGLIGIBLE: f64 = 0.01;

/// One sentence, or two that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was found.
    pub text: String,
    /// The section with the figures behind it: `cost`, `placement`, `sizes`, `batching`.
    pub section: &'static str,
}

/// One to five findings, the most useful first.
pub fn findings(judged: &Judged) -> Vec<Finding> {
    let summary = &judged.summary;
    if let Some(text) = forbidden(judged) {
        return vec![Finding { text, section: "absent" }];
    }
    let Some(scene) = summary.main() else {
        return vec![Finding { text: "Nothing was measured.".to_owned(), section: "absent" }];
    };
    let others = [
        (
            "sizes",
            payload_sizes::of(summary).as_ref().and_then(say::payload_sizes::finding),
        ),
        ("rate", busy_cores(summary, scene)),
        ("cost", leaving_the_process(scene)),
        ("cost", between_processes(scene)),
        ("cost", http_and_rpc(summary, scene)),
        ("placement", crossing_cores::finding(summary)),
        ("batching", batching(scene)),
        ("batching", order_turns(scene)),
        ("tail", tail(scene)),
    ];
    let mut found = Vec::new();
    for text in matters(summary, scene) {
        found.push(Finding { text, section: "cost" });
    }
    for (section, text) in others {
        found.extend(text.map(|text| Finding { text, section }));
    }
    found.truncate(MOST);
    if found.is_empty() {
        found.push(Finding { text: nothing_told(summary.record), section: "cost" });
    }
    found
}

/// Why no lane is called faster than another.
fn nothing_told(record: &Record) -> String {
    let done = record.progress.starts_done as usize;
    if record.under_way.is_some() {
        return "No lane is called faster than another so far; more restarts follow.".to_owned();
    }
    if done < FEWEST_STARTS {
        return "There are too few restarts for intervals, so no lane is called faster than \
        another. Repeat with tollgate run --starts 5."
            .to_owned();
    }
    format!(
        "No difference is larger than the noise. Repeat on a quieter machine, or with \
        tollgate run --starts {}.",
        (2 * done).max(5)
    )
}

/// Why nothing is claimed, where the figures must not be used.
pub fn forbidden(judged: &Judged) -> Option<String> {
    let reason = judged.trust.forbids()?;
    Some(format!(
        "There are no findings, because the figures must not be used: {}",
        reason.text
    ))
}

/// Whether the choice matters: with the work that the user named, or else from which work on it
/// does not. Between ways out of the process first: who must leave it has that choice left.
fn matters(summary: &Summary, scene: &Scene) -> Vec<String> {
    let widest = crossover::widest(scene);
    if let Some(work_ns) = summary.record.plan.service_time_ns {
        let said = widest.iter().rev().filter_map(|choice| with_work(choice, work_ns as f64));
        return said.collect();
    }
    let Some(mut text) = whether_it_matters(scene) else { return Vec::new() };
    if let [_, ways_out] = &widest[..]
        && let Some(even) = choice::sentence(ways_out)
    {
        text += &format!(" {even}");
    }
    vec![text]
}

/// The largest toll, and the work against which its upper end vanishes.
fn whether_it_matters(scene: &Scene) -> Option<String> {
    let tolls = scene
        .rows
        .iter()
        .filter_map(|row| Some((row, row.toll.filter(|t| t.interval.is_some())?)));
    let (row, toll) = tolls.max_by(|(_, a), (_, b)| a.value.total_cmp(&b.value))?;
    let interval = toll.interval.filter(|i| i.low > 0.0)?;
    // toll / (toll + work) <= 1 % for the upper end of the toll.
    let work = time(interval.high * (1.0 / NEGLIGIBLE - 1.0));
    let base = &scene.baseline()?.lane.short;
    let others = scene
        .rows
        .iter()
        .filter(|other| other.toll.is_some() && other.lane.name != row.lane.name);
    // A toll is a difference of medians, and medians decide which is the largest.
    let claim = if clearly(row, others, Verdict::Slower, compare_single) {
        "is the most expensive lane"
    } else {
        "has the highest median, but is not shown to be slower than every other lane"
    };
    Some(format!(
        "{} {claim}{}: a call takes {} longer than over {base} (medians). The upper end is 1 % of \
        call plus service if your service computes for {work}.",
        row.lane.named(),
        scene.placed,
        time_with_interval(&toll),
    ))
}

/// What the user's own rate keeps busy, over the lanes of the usual profile that leave the process.
fn busy_cores(summary: &Summary, scene: &Scene) -> Option<String> {
    let calls_per_s = summary.record.plan.calls_per_s?;
    let remote = scene.rows.iter().filter(|row| !row.lane.in_process && row.is_equal());
    let mut busy: Vec<BusyCores> =
        remote.filter_map(|row| BusyCores::of(row, calls_per_s)).collect();
    busy.sort_by(|a, b| a.both.value.total_cmp(&b.both.value));
    let [least, .., most] = &busy[..] else { return None };
    Some(format!(
        "At {} single calls per second{}, caller and callee together keep {} to {} of the {} \
        cores of this machine busy.",
        cores_at_rate::written(calls_per_s),
        scene.placed,
        least.words(),
        most.words(),
        summary.record.environment.logical_cores
    ))
}

/// What both sides of a lane keep busy.
struct BusyCores<'a> {
    lane: &'a Lane,
    both: Estimate,
}

impl<'a> BusyCores<'a> {
    /// None without an interval.
    fn of(row: &Row<'a>, calls_per_s: f64) -> Option<Self> {
        let both = Cores::of(row, calls_per_s).both?;
        both.interval?;
        Some(Self { lane: row.lane, both })
    }

    fn words(&self) -> String {
        format!("{} over {}", cores_at_rate::shown(Some(&self.both)), self.lane.named())
    }
}

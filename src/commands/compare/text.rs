//! A comparison of two records as text, Markdown and JSON. It computes nothing.

use reports::{
    clean,
    judge::{
        comparison::{Between, Change, Fate, Gone, Placed},
        gate::records::{Gate, Gated},
    },
    record::Record,
    say::two_records,
    stats::{
        sample_times::LONGER,
        units::{count, times_with_interval},
    },
};
use serde_json::{Value, json};
use std::fmt::Write;

/// Most rows and most lost figures in Markdown: with the lines around them at most 60.
const MOST_ROWS: usize = 36;
const MOST_GONE: usize = 8;
/// Most lanes that are named where a gate cannot tell.
const MOST_OPEN: usize = 6;

/// A comparison, and what is to be said with it.
pub(crate) struct Shown<'a> {
    between: &'a Between,
    /// The limit as a share, and what the gate says.
    gate: Option<(f64, Gated)>,
    /// A line each.
    not_compared: Vec<String>,
    caveats: Vec<String>,
}

impl<'a> Shown<'a> {
    pub(crate) fn new(
        [old, new]: [&Record; 2],
        between: &'a Between,
        gate: Option<(f64, Gated)>,
    ) -> Self {
        Self {
            between,
            gate,
            not_compared: two_records::not_compared(between),
            caveats: two_records::caveats(old, new, between),
        }
    }

    /// What the gate says of one change.
    fn gated(&self, at: usize) -> Option<Gate> {
        self.gate.as_ref().map(|(_, gated)| gated.each[at])
    }

    /// The main figures, and every other one that changed or that the gate did not pass.
    fn chosen(&self) -> Vec<(usize, &Change)> {
        let mut chosen = Vec::new();
        for (at, change) in self.between.changes.iter().enumerate() {
            let stopped = self.gated(at).is_some_and(|gate| gate != Gate::Passed);
            if change.main || change.detected || stopped {
                chosen.push((at, change));
            }
        }
        chosen
    }

    fn counted(&self, shown: usize) -> String {
        let all = count(self.between.changes.len() as u64);
        format!(
            "{all} figures compared, {shown} of them shown: single calls, largest batches, and \
            what changed or did not pass a gate."
        )
    }

    fn verdict(&self) -> Option<String> {
        let (limit, gated) = self.gate.as_ref()?;
        let limit = limit * 100.0;
        Some(match gated.outcome {
            Gate::Passed => format!("Gate passed: no figure is slower by {limit} % or more."),
            Gate::Failed => format!("Gate failed: {}.", clean(&self.failures(limit))),
            Gate::CannotTell => {
                let open = self.open();
                format!(
                    "Cannot tell whether a lane is slower by {limit} %{open}: run with more \
                    restarts (--starts), or both builds in one run (tollgate run --against)."
                )
            }
            Gate::Untrustworthy => "The gate says nothing: a record must not be used.".to_owned(),
        })
    }

    /// Lanes that the gate leaves open, in parentheses, each with its placement.
    fn open(&self) -> String {
        let changes = self.between.changes.iter().enumerate();
        let open = changes.filter(|(at, _)| self.gated(*at) == Some(Gate::CannotTell));
        let open = each_once(open.map(|(_, change)| change.lane_placed.clone()));
        if open.is_empty() {
            return String::new();
        }
        let more = match open.len().saturating_sub(MOST_OPEN) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let named = open.len().min(MOST_OPEN);
        format!(" ({}{more})", clean(&open[..named].join(", ")))
    }

    /// What made the gate fail, each lane and placement named once.
    fn failures(&self, limit: f64) -> String {
        let changes = self.between.changes.iter().enumerate();
        let slower = changes.filter(|(at, _)| self.gated(*at) == Some(Gate::Failed));
        let slower = each_once(slower.map(|(_, change)| change.lane_placed.clone()));
        let lost = self.between.gone.iter().filter(|gone| gone.fate == Fate::Lost);
        let lost = each_once(lost.map(|gone| gone.lane.clone()));
        let mut failures = Vec::new();
        if !slower.is_empty() {
            failures.push(format!("slower by more than {limit} %: {}", slower.join(", ")));
        }
        if !lost.is_empty() {
            failures.push(format!("planned, and lost: {}", lost.join(", ")));
        }
        failures.join("; ")
    }

    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for line in &self.between.distrusted {
            let _ = writeln!(text, "{}", clean(line));
        }
        let _ = writeln!(
            text,
            "{:13} {:43} {:>8} {:>8}  new : old, 99 % interval",
            "", "", "old", "new"
        );
        let chosen = self.chosen();
        for (_, change) in &chosen {
            let (old, new) = (change.time(change.old_ns), change.time(change.new_ns));
            let ratio = times_with_interval(&change.comparison.ratio);
            let (lane, what) = (clean(&change.lane), clean(&change.what));
            let _ = writeln!(
                text,
                "{lane:13} {what:43} {old:>8} {new:>8}  {ratio}: {}",
                change.words_with_smallest()
            );
        }
        let _ = writeln!(text, "\n{}", self.counted(chosen.len()));
        if !self.not_compared.is_empty() {
            text.push_str("\nNot compared:\n");
            for line in &self.not_compared {
                let _ = writeln!(text, "- {}", clean(line));
            }
        }
        text.push('\n');
        for line in self.verdict().iter().chain(&self.caveats) {
            let _ = writeln!(text, "{line}");
        }
        text
    }

    pub(crate) fn markdown(&self) -> String {
        let mut text = "## What changed\n\n".to_string();
        let first: Vec<String> =
            self.between.distrusted.iter().cloned().chain(self.verdict()).collect();
        if !first.is_empty() {
            let _ = writeln!(text, "**{}**\n", plain(&first.join(" ")));
        }
        text.push_str(
            "| lane | | old | new | new : old (99 % interval) | |\n|---|---|--:|--:|--:|---|\n",
        );
        let mut rows = self.chosen();
        let all = rows.len();
        // The worst first: the end may be cut off.
        rows.sort_by_key(|(at, change)| (self.gated(*at) != Some(Gate::Failed), !change.detected));
        for (_, change) in rows.iter().take(MOST_ROWS) {
            let ratio = times_with_interval(&change.comparison.ratio);
            let (lane, what) = (plain(&change.lane), plain(&change.what));
            let words = change.words_with_smallest();
            let (old, new) = (change.time(change.old_ns), change.time(change.new_ns));
            let _ = writeln!(text, "| `{lane}` | {what} | {old} | {new} | {ratio} | {words} |");
        }
        let _ = writeln!(text, "\n{}", self.counted(all.min(MOST_ROWS)));
        let lines = &self.not_compared;
        if !lines.is_empty() {
            text.push_str("\nNot compared:\n\n");
            for line in lines.iter().take(MOST_GONE) {
                let _ = writeln!(text, "- {}", plain(line));
            }
        }
        if lines.len() > MOST_GONE {
            let _ = writeln!(text, "- and {} more", lines.len() - MOST_GONE);
        }
        let _ = writeln!(text, "\n{}", self.caveats.join(" "));
        text
    }

    pub(crate) fn json(&self) -> String {
        let changes = self.between.changes.iter().enumerate();
        let changes: Vec<Value> =
            changes.map(|(at, change)| self.change_json(at, change)).collect();
        let gate = self
            .gate
            .as_ref()
            .map(|(limit, gated)| json!({"limit": limit, "outcome": name(gated.outcome)}));
        let placed: Vec<Value> = self.between.placed.iter().map(placed_json).collect();
        let whole = json!({
            "changes": changes,
            "placements": placed,
            "not_compared": self.between.gone.iter().map(gone_json).collect::<Vec<Value>>(),
            "only_new": self.between.only_new,
            "distrusted": self.between.distrusted,
            "gate": gate,
            "caveats": self.caveats,
        });
        serde_json::to_string_pretty(&whole).expect("text and numbers are always JSON") + "\n"
    }

    fn change_json(&self, at: usize, change: &Change) -> Value {
        let interval = change.comparison.ratio.interval;
        json!({
            "lane": change.lane,
            "what": change.what,
            "placement": change.placement,
            "main": change.main,
            "old_ns": change.old_ns,
            "new_ns": change.new_ns,
            "ratio": change.comparison.ratio.value,
            "low": interval.map(|i| i.low),
            "high": interval.map(|i| i.high),
            "detected": change.detected,
            "verdict": change.words(),
            "smallest_slowdown_shown": change.smallest,
            "gate": self.gated(at).map(name),
        })
    }
}

fn placed_json(placed: &Placed) -> Value {
    json!({
        "placement": placed.placement,
        "runs_differ_by": placed.runs.share(),
        "runs_differ_shown": placed.runs.is_shown(),
        "smallest_slowdown_shown": placed.smallest.map(|[least, middle, most]| {
            json!({"least": least, "middle": middle, "most": most})
        }),
    })
}

fn gone_json(gone: &Gone) -> Value {
    let fate = match gone.fate {
        Fate::Unplanned => "not planned",
        Fate::Unlike => "measured otherwise",
        Fate::Undecided if gone.reason.contains(LONGER) => "not told apart",
        Fate::Undecided => "too few restarts before",
        Fate::Lost => "lost",
    };
    json!({
        "lane": gone.lane,
        "what": gone.what,
        "figures": gone.figures,
        "fate": fate,
        "reason": gone.reason,
    })
}

fn each_once(lanes: impl Iterator<Item = String>) -> Vec<String> {
    let mut once = Vec::new();
    for lane in lanes {
        if !once.contains(&lane) {
            once.push(lane);
        }
    }
    once
}

/// Text of a record that can be neither markup nor the end of a table cell.
fn plain(text: &str) -> String {
    text.replace(['|', '`', '\n', '<', '>'], " ")
}

fn name(gate: Gate) -> &'static str {
    match gate {
        Gate::Passed => "passed",
        Gate::Failed => "failed",
        Gate::CannotTell => "cannot tell",
        Gate::Untrustworthy => "not trustworthy",
    }
}

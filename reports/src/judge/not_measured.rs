//! What is not in the figures, or not whole, each with its reason. It grades nothing; `reasons`
//! does.

use crate::{
    figures::{
        cells,
        contrasts::{self, service_time},
        withdrawn,
    },
    record::{Cell, Lane, Record},
};

/// Something that is not in the figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absent {
    /// Name of the lane, as shown; of several that are missing for one reason, all names.
    pub lane: String,
    /// What of it: `lane`, or a list of cells.
    pub what: String,
    /// Why.
    pub reason: String,
}

impl Absent {
    /// In a line: lane, what of it, why.
    pub fn text(&self) -> String {
        if self.what == "lane" {
            format!("{}: {}", self.lane, self.reason)
        } else {
            format!("{} ({}): {}", self.lane, self.what, self.reason)
        }
    }
}

/// Lanes and cells that are not in the figures, loose to tight, then pairs that failed.
pub(crate) fn of(lanes: &[&Lane], record: &Record) -> Vec<Absent> {
    let mut absent: Vec<Absent> = Vec::new();
    let withdrawn = withdrawn::of(record);
    for lane in lanes {
        if !lane.available || !lane.planned {
            add_lane(&mut absent, lane);
        }
        let cells: Vec<&Cell> = record.cells.iter().filter(|cell| cell.lane == lane.name).collect();
        if lane.available && lane.planned && cells.is_empty() {
            let reason = reason_of(lane, "planned, but no cell of it was recorded");
            absent.push(Absent { lane: lane.short.clone(), what: "lane".to_owned(), reason });
        }
        if let Some(gone) = withdrawn.iter().find(|gone| gone.lane == lane.name) {
            let reason = format!("withdrawn: {}", gone.reason);
            absent.push(Absent { lane: lane.short.clone(), what: "lane".to_owned(), reason });
            continue;
        }
        for cell in cells {
            add_cell(&mut absent, record, lane, cell);
        }
    }
    for pair in pairs(record) {
        // A lane may be set against itself several times.
        if !absent.contains(&pair) {
            absent.push(pair);
        }
    }
    absent
}

fn reason_of(lane: &Lane, otherwise: &str) -> String {
    lane.reason.clone().unwrap_or_else(|| otherwise.to_owned())
}

/// Adds a lane that was not to be measured, to those that are missing for the same reason.
fn add_lane(absent: &mut Vec<Absent>, lane: &Lane) {
    let otherwise = if lane.available {
        "not part of this run"
    } else {
        "not available here"
    };
    let reason = reason_of(lane, otherwise);
    match absent.iter_mut().find(|known| known.what == "lane" && known.reason == reason) {
        Some(known) => append(&mut known.lane, &lane.short),
        None => {
            absent.push(Absent { lane: lane.short.clone(), what: "lane".to_owned(), reason });
        }
    }
}

/// Adds a cell that has no figures, or not all, to those of its lane with the same reason.
fn add_cell(absent: &mut Vec<Absent>, record: &Record, lane: &Lane, cell: &Cell) {
    let Some(reason) = why_absent(cell) else { return };
    let what = record.describe(cell);
    let known = absent
        .iter_mut()
        .find(|known| known.lane == lane.short && known.what != "lane" && known.reason == reason);
    match known {
        Some(known) => known.what.push_str(&format!("; {what}")),
        None => absent.push(Absent { lane: lane.short.clone(), what, reason }),
    }
}

/// Pairs asked in turns that ended early, or never began.
fn pairs(record: &Record) -> impl Iterator<Item = Absent> {
    contrasts::failed(record).map(|contrast| {
        let other = match contrast.kind.as_str() {
            "self" => "itself",
            "against" => "the other build",
            "placement" => "itself in another placement",
            service_time::KIND => "itself with a callee that works",
            _ => record.name_of(&contrast.first),
        };
        let reason = contrast.reason.as_deref().unwrap_or("a wrong answer");
        let placed = record.plan.where_placed(&contrast.placement);
        Absent {
            lane: record.name_of(&contrast.second).to_owned(),
            what: format!("against {other}{placed}, called alternately"),
            reason: format!("ended after {} restarts: {reason}", contrast.starts.len()),
        }
    })
}

/// Names that are missing for one reason, at most.
const MOST_NAMES: usize = 40;

/// Adds a name to a list of them, and where the list is full only says so.
fn append(names: &mut String, name: &str) {
    const MORE: &str = ", and more";
    if names.split(", ").count() < MOST_NAMES {
        names.push_str(", ");
        names.push_str(name);
    } else if !names.ends_with(MORE) {
        names.push_str(MORE);
    }
}

/// Why a cell has no figures, or fewer than were planned; `None` where it has all.
pub(crate) fn why_absent(cell: &Cell) -> Option<String> {
    let reason = cell.reason.as_deref().unwrap_or("no reason was recorded");
    let short = cell.starts.iter().filter(|s| !cells::is_whole(s)).count();
    match cell.status.as_str() {
        "measured" if short > 0 => Some(format!("partial: cut short in {short} restarts")),
        "measured" if cells::has_figures(cell) => None,
        "measured" => Some("void: no sample was taken".to_owned()),
        status => Some(format!("{status}: {reason}")),
    }
}

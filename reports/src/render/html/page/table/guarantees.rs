//! What one gets for the toll, lane by lane. *Tested* is what this run itself saw, with every
//! answer checked; *declared* is the lane's word.

use crate::{
    figures::{load::sweep, summary::Summary},
    record::{Cell, Lane, Record, Verdict},
};

/// Whether a lane has something, and who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Has {
    Tested,
    Declared,
    No,
}

impl Has {
    fn declared(has: bool) -> Self {
        if has { Self::Declared } else { Self::No }
    }

    /// Tested where this run saw it, and otherwise as declared.
    fn seen(seen: bool, declared: bool) -> Self {
        if seen { Self::Tested } else { Self::declared(declared) }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Tested => "tested",
            Self::Declared => "declared",
            Self::No => "no",
        }
    }

    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Tested => "yes tested",
            Self::Declared => "yes",
            Self::No => "no",
        }
    }
}

/// The headings, in the order of [`Guarantees::has`].
pub(crate) const HEAD: [&str; 8] = [
    "typed contract",
    "deadline",
    "multiplexing",
    "streaming",
    "survives a callee crash",
    "readable with curl",
    "other languages",
    "another machine",
];

/// One lane.
pub(crate) struct Guarantees {
    pub(crate) name: String,
    pub(crate) has: [Has; 8],
}

/// Of every lane in the main scene that answers.
pub(crate) fn of(summary: &Summary) -> Vec<Guarantees> {
    let rows = summary.main().map_or(&[][..], |scene| &scene.rows[..]);
    let answering = rows.iter().map(|row| row.lane).filter(|lane| lane.answers);
    answering
        .map(|lane| Guarantees { name: lane.short.clone(), has: has(lane, summary.record) })
        .collect()
}

fn has(lane: &Lane, record: &Record) -> [Has; 8] {
    let p = lane.properties;
    let streamed = measured(record, |cell| cell.lane == lane.name && cell.mode == "streamed");
    // A socket that has this option is one of TCP, which another machine can hold the other end of.
    let over_tcp = lane.fairness.iter().any(|setting| setting.what == "TCP_NODELAY");
    [
        Has::declared(p.typed_contract),
        Has::declared(p.deadline),
        Has::seen(p.multiplexing && in_flight_together(lane, record), p.multiplexing),
        Has::seen(streamed, lane.modes.iter().any(|mode| mode == "streamed")),
        Has::declared(p.survives_callee_crash),
        Has::declared(p.readable_with_curl),
        other_languages(lane, record),
        Has::declared(over_tcp),
    ]
}

/// True where a load on one connection had several calls in flight, and its figures may be shown.
fn in_flight_together(lane: &Lane, record: &Record) -> bool {
    let load = sweep::of(record, &lane.name);
    let mut points = load.iter().flat_map(|load| load.points());
    points.any(|point| {
        point.connections == 1 && point.in_flight_most > 1 && point.verdict == Verdict::Stable
    })
}

/// Both sides of one transport in different languages: measured, or there to be measured. An
/// encoded message, which any language can read, counts as declared.
fn other_languages(lane: &Lane, record: &Record) -> Has {
    let mut kin = record
        .lanes
        .iter()
        .filter(|other| other.transport == lane.transport && other.caller != other.callee);
    let declared = lane.codec.is_some() || kin.clone().next().is_some();
    let tested = kin.any(|kin| measured(record, |cell| cell.lane == kin.name));
    Has::seen(tested, declared)
}

fn measured(record: &Record, cell: impl Fn(&Cell) -> bool) -> bool {
    record.cells.iter().any(|one| one.status == "measured" && cell(one))
}

//! Parts of an invented record, to look at or to change. Each is there, or the test panics: a
//! change to nothing would prove nothing.

use crate::assertions::some;
use reports::record::{Cell, Contrast, ContrastStart, Ladder, Lane, LaneLoads, Record};

/// The cells of a lane.
#[track_caller]
pub(crate) fn cells_of<'r>(record: &'r mut Record, lane: &str) -> Vec<&'r mut Cell> {
    let of_lane = record.cells.iter_mut().filter(|cell| cell.lane == lane);
    some(of_lane, &format!("cells of {lane}"))
}

/// The single call of a lane, with the fewest ids.
#[track_caller]
pub(crate) fn single<'r>(record: &'r Record, lane: &str) -> &'r Cell {
    let mut cells = record.cells.iter();
    cells.find(|cell| cell.lane == lane && cell.items == 1).expect("a single call")
}

#[track_caller]
pub(crate) fn single_mut<'r>(record: &'r mut Record, lane: &str) -> &'r mut Cell {
    cells_of(record, lane)
        .into_iter()
        .find(|cell| cell.items == 1)
        .expect("a single call")
}

/// The parts of a lane's single call.
#[track_caller]
pub(crate) fn ladder_mut<'r>(record: &'r mut Record, lane: &str) -> &'r mut Ladder {
    record.ladders.iter_mut().find(|ladder| ladder.lane == lane).expect("a ladder")
}

/// The lane of this short name.
#[track_caller]
pub(crate) fn lane_mut<'r>(record: &'r mut Record, short: &str) -> &'r mut Lane {
    record
        .lanes
        .iter_mut()
        .find(|lane| lane.short == short)
        .expect("an invented lane")
}

/// The loads of a lane.
#[track_caller]
pub(crate) fn loads_mut<'r>(record: &'r mut Record, lane: &str) -> &'r mut LaneLoads {
    let loads = record.loads.as_mut().expect("loads");
    loads
        .lanes
        .iter_mut()
        .find(|loads| loads.lane == lane)
        .expect("a lane with loads")
}

/// Times of all starts of all cells multiplied.
pub(crate) fn slowed(record: &mut Record, factor: f64) {
    for start in record.cells.iter_mut().flat_map(|cell| &mut cell.starts) {
        start.p50_ns = start.p50_ns.map(|ns| ns * factor);
        start.mean_ns = start.mean_ns.map(|ns| ns * factor);
    }
}

/// Wrong answers in one cell of two lanes, more than a quarter of all: no figure of this record may
/// be used.
pub(crate) fn spoil(record: &mut Record) {
    for lane in ["rust/rest/rust", "rust/grpc/rust"] {
        spoil_one(record, lane);
    }
}

/// Wrong answers in one cell of a lane.
pub(crate) fn spoil_one(record: &mut Record, lane: &str) {
    let cell = &mut cells_of(record, lane)[3];
    cell.starts[1].wrong = 2;
    cell.status = "void".into();
}

/// Two lanes asked in turns.
pub(crate) fn pair(kind: &str, lanes: [&str; 2], starts: Vec<ContrastStart>) -> Contrast {
    Contrast {
        kind: kind.into(),
        first: lanes[0].into(),
        second: lanes[1].into(),
        engine: "stub".into(),
        workload: "recommendations".into(),
        size: 10,
        placement: "free".into(),
        starts,
        reason: None,
        wrong: false,
        work_ns: None,
    }
}

//! Warnings from the course of a run: lanes that never settled, drift, starts in two groups, and a
//! record that cannot tell.

use crate::{
    figures::series::{
        drift::{self, TwoGroups},
        steady_state::{self, Course},
        visits::{self, Series},
    },
    judge::warnings::warning::{Spoils, Warning, named},
    record::{Cell, CellStart, Record},
    stats::units::time,
};

/// A mean this many times its median is no longer that of one kind of call.
const FAR_BEYOND: f64 = 2.0;
/// Confidence that a lane drifted, all lanes together.
const CONFIDENCE: f64 = 0.99;
/// Confidence that the run drifted from start to start.
pub(crate) const CONFIDENCE_OF_STARTS: f64 = 0.95;

pub(crate) fn of(record: &Record) -> Vec<Warning> {
    if record.visits.is_empty() {
        return no_visits(record).into_iter().collect();
    }
    let series = visits::series(record);
    let unsettled = unsettled(record, &series);
    // A lane that never settled drifted too: once is enough.
    let settled = |lane: &str| unsettled.as_ref().is_none_or(|warning| !warning.concerns(lane));
    let drifted = drift_within(record, &series, settled);
    let found = [unsettled, drifted, drift_over(record), groups(record), long_means(record)];
    found.into_iter().flatten().collect()
}

/// What was left out of a page cannot be judged from it.
fn no_visits(record: &Record) -> Option<Warning> {
    let made = record
        .cells
        .iter()
        .flat_map(|cell| &cell.starts)
        .any(|start| start.visits_done > 0);
    made.then(|| {
        let text = "This record came without its visits, so that disturbances, warm-up and drift \
        are not judged; use the record's own file.";
        Warning { spoils: Spoils::Lanes(Vec::new()), text: text.to_owned() }
    })
}

/// How each start of a cell went; more than half of them, and two, must say the same before a word
/// is said. One series in twenty may be wrong, so that three of five are by chance once in 900
/// cells.
fn unsettled(record: &Record, series: &[Series]) -> Option<Warning> {
    let bad = |course: Course| matches!(course, Course::Slowdown | Course::NoSteadyState);
    let cell_is = |at: usize| {
        let courses: Vec<Course> = series
            .iter()
            .filter(|one| one.cell == at)
            .filter_map(|one| steady_state::course(&one.log_p50))
            .collect();
        let hits = courses.iter().filter(|course| bad(**course)).count();
        hits >= 2 && 2 * hits > courses.len()
    };
    let cells = record.cells.iter().enumerate().filter(|(at, _)| cell_is(*at));
    named(record, cells.map(|(_, cell)| cell.lane.as_str()), |whose| {
        format!(
            "No steady state in most restarts of {whose}: visits still changed by more than 5 %, \
            or became slower; measure for a longer time (--budget), or with --placement same."
        )
    })
}

/// Confidence that a lane drifted, so that of all lanes of the run together one is wrong in a
/// hundred runs.
pub(crate) fn confidence_of_a_lane(record: &Record) -> f64 {
    let measured =
        |lane: &&crate::record::Lane| record.cells.iter().any(|cell| cell.lane == lane.name);
    let measured = record.lanes.iter().filter(measured).count();
    1.0 - (1.0 - CONFIDENCE) / measured.max(1) as f64
}

fn drift_within(
    record: &Record,
    series: &[Series],
    settled: impl Fn(&str) -> bool,
) -> Option<Warning> {
    let lanes: Vec<&str> = record.lanes.iter().map(|lane| lane.name.as_str()).collect();
    let confidence = confidence_of_a_lane(record);
    let drifted = lanes.into_iter().filter(|lane| settled(lane)).filter(|lane| {
        drift::within_starts(record, series, lane, confidence)
            .is_some_and(|change| drift::matters(&change))
    });
    named(record, drifted, |whose| {
        format!(
            "Visits of {whose} drifted by more than 5 % from the beginning to the end of a \
            restart; look for heat or a growing state, and repeat."
        )
    })
}

fn drift_over(record: &Record) -> Option<Warning> {
    let change = drift::over_starts(record, CONFIDENCE_OF_STARTS).filter(drift::matters)?;
    let (percent, became) = (
        (change.value.abs().exp() - 1.0) * 100.0,
        if change.value > 0.0 { "slower" } else { "faster" },
    );
    Some(Warning::every(format!(
        "Everything became {became} from the first restart to the last, by about {percent:.0} %; \
        look for heat or load, and repeat."
    )))
}

/// Single calls whose mean lies far beyond their median: neither is then what a call takes.
fn long_means(record: &Record) -> Option<Warning> {
    let of = |cell: &Cell| -> Option<(f64, f64)> {
        // In a group of calls the median is that of a mean already.
        let alone = cell.items == 1 && cell.starts.iter().all(|start| start.group == 1);
        let median = |of: fn(&CellStart) -> Option<f64>| {
            visits::median(&cell.starts.iter().filter_map(of).collect::<Vec<f64>>())
        };
        let (mean, p50) = (median(|start| start.mean_ns)?, median(|start| start.p50_ns)?);
        (alone && mean > FAR_BEYOND * p50).then_some((mean, p50))
    };
    let found: Vec<_> = record.cells.iter().filter_map(|cell| Some((cell, of(cell)?))).collect();
    let (first, (mean, p50)) = found.first()?;
    named(record, found.iter().map(|(cell, _)| cell.lane.as_str()), |whose| {
        format!(
            "The mean of single calls over {whose} is more than twice their median (first {}: {} \
            and {}): some calls take much longer, which a median does not show; repeat with \
            --placement same.",
            cell_named(record, first),
            time(*mean),
            time(*p50)
        )
    })
}

/// A lane and a cell of it: `tcp, chatty, n = 1, 10 ids, stub`.
fn cell_named(record: &Record, cell: &Cell) -> String {
    format!("{}, {}", record.name_of(&cell.lane), cell.describe())
}

/// Single calls whose starts fall into two groups.
fn groups(record: &Record) -> Option<Warning> {
    let of = |cell: &Cell| -> Option<TwoGroups> {
        let medians: Vec<f64> = cell.starts.iter().filter_map(|start| start.p50_ns).collect();
        drift::two_groups(&medians).filter(|_| cell.items == 1)
    };
    let split: Vec<_> = record.cells.iter().filter_map(|cell| Some((cell, of(cell)?))).collect();
    let (first, groups) = split.first()?;
    named(record, split.iter().map(|(cell, _)| cell.lane.as_str()), |whose| {
        let ((some, fast), (others, slow)) = (groups.fast, groups.slow);
        format!(
            "Restarts of {whose} fall into two groups (first {}: {some} at {} and {others} at \
            {}), so that a mean is neither; repeat with --placement same.",
            cell_named(record, first),
            time(fast),
            time(slow)
        )
    })
}

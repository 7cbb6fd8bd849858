//! Warnings from the course of a run: lanes that never settled, drift, starts in two groups, and a
//! record that cannot tell.

use crate::{
    figures::series::{
        drift::{self, TwoGroups},
        steady_state::{self, Course},
        visits::{self, Series},
    },
    judge::warnings::warning::{Spoils, Warning, named, or_on_one_core, placed, spoilt},
    record::{Cell, CellStart, Record},
    stats::{sample_times, units::time},
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
    let drifted = drift_within(record, &series, unsettled.as_ref());
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
    if !made {
        return None;
    }
    let text = "This record came without its visits: disturbances, warm-up and drift are not \
    judged; use the record's own file.";
    Some(Warning { spoils: Spoils::Lanes(Vec::new()), text: text.to_owned() })
}

/// How each start of a cell went; more than half of them, and two, must say the same before a word
/// is said. One series in twenty may be wrong, so that three of five are by chance once in 900
/// cells.
fn unsettled(record: &Record, series: &[Series]) -> Option<Warning> {
    let unsettled = record.cells.iter().enumerate().filter(|(at, _)| never_settled(series, *at));
    let cells: Vec<&Cell> = unsettled.map(|(_, cell)| cell).collect();
    spoilt(record, &cells, |whose, cells| {
        let (placed, or_on_one_core) = (placed(record, cells), or_on_one_core(record));
        format!(
            "No steady state in most restarts of {whose}{placed}: visits still changed by more \
            than 5 %, or became slower; measure for a longer time (--budget){or_on_one_core}."
        )
    })
}

/// Whether most courses of this cell, and two, came to no steady state.
fn never_settled(series: &[Series], cell: usize) -> bool {
    let (mut judged, mut unsettled) = (0, 0);
    for one in series.iter().filter(|one| one.cell == cell) {
        if let Some(course) = steady_state::course(&one.log_p50) {
            judged += 1;
            if matches!(course, Course::Slowdown | Course::NoSteadyState) {
                unsettled += 1;
            }
        }
    }
    unsettled >= 2 && 2 * unsettled > judged
}

/// Confidence that a lane drifted, so that of all lanes of the run together one is wrong in a
/// hundred runs.
pub(crate) fn confidence_of_a_lane(record: &Record) -> f64 {
    1.0 - (1.0 - CONFIDENCE) / measured_lanes(record).max(1) as f64
}

/// How many lanes have cells.
pub(crate) fn measured_lanes(record: &Record) -> usize {
    let has_cell = |name: &str| record.cells.iter().any(|cell| cell.lane == name);
    record.lanes.iter().filter(|lane| has_cell(&lane.name)).count()
}

fn drift_within(
    record: &Record,
    series: &[Series],
    unsettled: Option<&Warning>,
) -> Option<Warning> {
    let confidence = confidence_of_a_lane(record);
    let mut drifted = Vec::new();
    for lane in record.lanes.iter().map(|lane| lane.name.as_str()) {
        // A lane that never settled drifted too: once is enough.
        if unsettled.is_some_and(|warning| warning.concerns(lane)) {
            continue;
        }
        let change = drift::within_starts(record, series, lane, confidence);
        if change.is_some_and(|change| drift::matters(&change)) {
            drifted.push(lane);
        }
    }
    named(record, drifted.into_iter(), |whose| {
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

/// Times of a cell whose mean lies far beyond its median, ns.
struct LongMean<'r> {
    cell: &'r Cell,
    mean_ns: f64,
    p50_ns: f64,
}

impl<'r> LongMean<'r> {
    fn of(cell: &'r Cell) -> Option<Self> {
        // In a group of calls the median is that of a mean already.
        let alone = cell.items == 1 && cell.starts.iter().all(|start| start.group == 1);
        let mean_ns = median_of_starts(cell, |start| start.mean_ns)?;
        let p50_ns = median_of_starts(cell, |start| start.p50_ns)?;
        if alone && mean_ns > FAR_BEYOND * p50_ns {
            Some(Self { cell, mean_ns, p50_ns })
        } else {
            None
        }
    }
}

fn median_of_starts(cell: &Cell, of: fn(&CellStart) -> Option<f64>) -> Option<f64> {
    let values: Vec<f64> = cell.starts.iter().filter_map(of).collect();
    visits::median(&values)
}

/// Single calls whose mean lies far beyond their median: neither is then what a call takes.
fn long_means(record: &Record) -> Option<Warning> {
    let found: Vec<LongMean> = record.cells.iter().filter_map(LongMean::of).collect();
    let first = found.first()?;
    named(record, found.iter().map(|long| long.cell.lane.as_str()), |whose| {
        format!(
            "The mean of single calls over {whose} is more than twice their median (first {}: mean \
            {}, median {}): some calls take much longer, which a median does not show; repeat{}.",
            cell_named(record, first.cell),
            time(first.mean_ns),
            sample_times::time(first.p50_ns),
            on_a_quieter_machine(record)
        )
    })
}

/// A lane and a cell of it: `tcp, chatty, n = 1, 10 ids, stub`.
fn cell_named(record: &Record, cell: &Cell) -> String {
    format!("{}, {}", record.name_of(&cell.lane), record.describe(cell))
}

/// What may cure times of two kinds: a core of their own, where they have none yet.
fn on_a_quieter_machine(record: &Record) -> String {
    format!(" on a quieter machine{}", or_on_one_core(record))
}

/// Single calls whose starts fall into two groups.
fn groups(record: &Record) -> Option<Warning> {
    let mut split: Vec<(&Cell, TwoGroups)> = Vec::new();
    for cell in record.cells.iter().filter(|cell| cell.items == 1) {
        let groups = drift::two_groups(&drift::medians_of_starts(cell));
        split.extend(groups.map(|groups| (cell, groups)));
    }
    let (first, groups) = split.first()?;
    named(record, split.iter().map(|(cell, _)| cell.lane.as_str()), |whose| {
        let ((some, fast), (others, slow)) = (groups.fast, groups.slow);
        format!(
            "Restarts of {whose} fall into two groups (first {}: {some} at {} and {others} at \
            {}): their mean describes neither; repeat{}.",
            cell_named(record, first),
            sample_times::time(fast),
            sample_times::time(slow),
            on_a_quieter_machine(record)
        )
    })
}

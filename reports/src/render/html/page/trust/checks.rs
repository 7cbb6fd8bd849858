//! What a run was checked for and what was found: a row for each check, whether it found anything,
//! was passed, or could not be made.

use crate::{
    figures::{
        load::{
            MOST_LITTLE_ERROR,
            sweep::{self, Largest},
        },
        series::{
            drift::{self, TwoGroups},
            steady_state::{self, Course, VISITS_ENOUGH},
            visits::{self, Disturbed, Series},
        },
        summary::Summary,
        withdrawn,
    },
    judge::{
        under_load::LATE_SHARE,
        warnings::over_time::{CONFIDENCE_OF_STARTS, confidence_of_a_lane, measured_lanes},
    },
    record::{Cell, CellStart, Lane, Record},
    say::interleaving::lane_groups,
    stats::{
        comparison::MARGIN,
        estimates::Estimate,
        sample_times,
        units::{count, percent, times_with_interval},
    },
    view::table::Table,
};

/// Why there is nothing to say of loads.
const NO_LOADS: &str = "not measured: tollgate run --load asks for it";
const NO_VISITS: &str = "not judged: this record came without its visits";

pub(crate) fn table(summary: &Summary) -> Table {
    let record = summary.record;
    let series = visits::series(record);
    let mut rows = vec![
        ("answers", answers(record)),
        ("steady state", steady_state(record, &series)),
        ("drift inside a restart", inside(record, &series)),
        ("drift from restart to restart", from_start_to_start(record)),
        ("restarts in two groups", groups(record)),
        ("disturbed visits", disturbed(record)),
        ("Little's law under load", little(record)),
        ("lateness of the generator", lateness(record)),
    ];
    rows.extend(lane_groups::found(record).map(|found| ("lanes in groups", found)));
    if record.controls.is_none() {
        rows.push(("what interleaving does", "not measured in this run".to_owned()));
    }
    let rows = rows.into_iter().map(|(check, found)| vec![check.to_owned(), found]);
    Table::new(&["check", "found"], rows.collect())
}

fn answers(record: &Record) -> String {
    let names: Vec<String> = withdrawn::of(record).into_iter().map(|one| one.name).collect();
    if !names.is_empty() {
        return format!(
            "withdrawn: {}; every answer of the other lanes was right",
            names.join(", ")
        );
    }
    format!(
        "{} wrong and {} failed, {} items timed and checked",
        count(total(record, |start| start.wrong)),
        count(total(record, |start| start.errors)),
        count(items_checked(record))
    )
}

/// Items of lanes whose answers are checked: one lane answers nothing.
fn items_checked(record: &Record) -> u64 {
    let answers = |cell: &&Cell| {
        let lane = record.lanes.iter().find(|lane| lane.name == cell.lane);
        lane.is_some_and(|lane| lane.answers)
    };
    let starts = record.cells.iter().filter(answers).flat_map(|cell| &cell.starts);
    starts.fold(0, |sum, start| sum.saturating_add(start.items))
}

fn total(record: &Record, of: fn(&CellStart) -> u64) -> u64 {
    let starts = record.cells.iter().flat_map(|cell| &cell.starts);
    starts.fold(0, |sum, start| sum.saturating_add(of(start)))
}

/// How cells went in each restart.
fn steady_state(record: &Record, series: &[Series]) -> String {
    if record.visits.is_empty() {
        return NO_VISITS.to_owned();
    }
    let courses: Vec<Course> =
        series.iter().filter_map(|one| steady_state::course(&one.log_p50)).collect();
    let short = match series.len() - courses.len() {
        0 => String::new(),
        some => format!(
            "{} more had fewer than {VISITS_ENOUGH} visits and are not judged",
            count(some as u64)
        ),
    };
    if courses.is_empty() {
        return format!(
            "not judged: of all {} series of visits (one cell in one restart), {short}",
            count(series.len() as u64)
        );
    }
    let judged = courses_in_words(&courses);
    if short.is_empty() { judged } else { format!("{judged}; {short}") }
}

fn courses_in_words(courses: &[Course]) -> String {
    let (mut steady, mut warm_up, mut slowdown, mut never) = (0, 0, 0, 0);
    for course in courses {
        match course {
            Course::Steady => steady += 1,
            Course::WarmUp { .. } => warm_up += 1,
            Course::Slowdown => slowdown += 1,
            Course::NoSteadyState => never += 1,
        }
    }
    format!(
        "{} series of visits (one cell in one restart): {} steady, {} warmed up first; no steady \
        state: {} became slower, {} still changed",
        count(courses.len() as u64),
        count(steady),
        count(warm_up),
        count(slowdown),
        count(never)
    )
}

/// The lane whose visits changed most from the first to the last of a restart.
fn inside(record: &Record, series: &[Series]) -> String {
    if record.visits.is_empty() {
        return NO_VISITS.to_owned();
    }
    let confidence = confidence_of_a_lane(record);
    let mut changes: Vec<(&Lane, Estimate)> = Vec::new();
    for lane in &record.lanes {
        let change = drift::within_starts(record, series, &lane.name, confidence);
        changes.extend(change.map(|change| (lane, change)));
    }
    let shown = changes.iter().filter(|(_, change)| drift::matters(change)).count();
    let most = changes.iter().max_by(|a, b| a.1.value.abs().total_cmp(&b.1.value.abs()));
    let Some((lane, change)) = most else {
        return "not judged: no lane has two restarts with at least four visits of a cell"
            .to_owned();
    };
    let unjudged = match measured_lanes(record) - changes.len() {
        0 => String::new(),
        1 => "; 1 more has too few visits".to_owned(),
        some => format!("; {some} more have too few visits"),
    };
    format!(
        "last visit divided by first, by slope: at most {}, over {} (99 % interval for all lanes \
        at once); shown to be beyond {}: {shown} of {} lanes{unjudged}",
        times_with_interval(&change.exp()),
        lane.short,
        percent(MARGIN),
        changes.len()
    )
}

fn from_start_to_start(record: &Record) -> String {
    drift::over_starts(record, CONFIDENCE_OF_STARTS).map_or_else(
        || "not judged: it takes at least four restarts".to_owned(),
        |change| {
            format!(
                "last restart divided by first, by slope: {}, all cells together ({:.0} % \
                interval)",
                times_with_interval(&change.exp()),
                CONFIDENCE_OF_STARTS * 100.0
            )
        },
    )
}

/// Lanes whose single calls have two levels.
fn groups(record: &Record) -> String {
    let (mut judged, mut split) = (0, Vec::new());
    for cell in record.cells.iter().filter(|cell| cell.items == 1) {
        let medians = drift::medians_of_starts(cell);
        if medians.len() < 4 {
            continue;
        }
        judged += 1;
        if let Some(groups) = drift::two_groups(&medians) {
            split.push(two_groups_in_words(record, cell, &groups));
        }
    }
    if judged == 0 {
        "not judged: it takes at least four restarts with three visits of a cell".to_owned()
    } else if split.is_empty() {
        format!("none of {judged} single calls")
    } else {
        split.join("; ")
    }
}

fn two_groups_in_words(record: &Record, cell: &Cell, groups: &TwoGroups) -> String {
    let ((some, fast), (others, slow)) = (groups.fast, groups.slow);
    format!(
        "{} ({}): {some} at {} and {others} at {}",
        record.name_of(&cell.lane),
        cell.asked().text(),
        sample_times::time(fast),
        sample_times::time(slow)
    )
}

fn disturbed(record: &Record) -> String {
    if record.visits.is_empty() {
        return NO_VISITS.to_owned();
    }
    let lanes = visits::disturbed(record);
    let (mut disturbed, mut all) = (0, 0);
    for lane in &lanes {
        disturbed += lane.disturbed;
        all += lane.visits;
    }
    let repeated = record.visits.iter().filter(|visit| visit.repeats.is_some()).count();
    let most = lanes
        .iter()
        .filter(|lane| lane.disturbed > 0)
        .max_by(|a, b| disturbed_share(a).total_cmp(&disturbed_share(b)));
    let most = most.map_or_else(String::new, |lane| {
        let name = record.name_of(&lane.lane);
        format!(", the largest share {} of {} over {name}", lane.disturbed, lane.visits)
    });
    format!(
        "{} of {} visits in the figures{most}; {} visits were repeated",
        count(disturbed.into()),
        count(all.into()),
        count(repeated as u64)
    )
}

fn disturbed_share(lane: &Disturbed) -> f64 {
    f64::from(lane.disturbed) / f64::from(lane.visits.max(1))
}

fn little(record: &Record) -> String {
    worst(record, sweep::largest_miss(record), |most| {
        format!(
            "violated by at most {}, over {} at {}, of {} loads; above {} a load is void",
            percent(most.value),
            most.lane,
            crate::say::chart_sentences::per_s(most.point.offered_per_s),
            count(most.of as u64),
            percent(MOST_LITTLE_ERROR)
        )
    })
}

fn lateness(record: &Record) -> String {
    worst(record, sweep::latest(record), |most| {
        format!(
            "at half of the capacity its p99 is at most {} of the latency's p50, over {}, of {} \
            loads; above {} there is a warning",
            percent(most.value),
            most.lane,
            count(most.of as u64),
            percent(LATE_SHARE)
        )
    })
}

fn worst(record: &Record, most: Option<Largest>, said: impl Fn(Largest) -> String) -> String {
    match (&record.loads, most) {
        (None, _) => NO_LOADS.to_owned(),
        (Some(_), None) => "not known: no load in the record has it".to_owned(),
        (Some(_), Some(most)) => said(most),
    }
}

//! Two records as one page: what they are of, how many times as long each figure takes now, and
//! what both found. It carries no record; it draws with the script of the report.

use crate::{
    figures::withdrawn,
    judge::{
        Judged,
        comparison::{Between, Change},
    },
    record::{Lane, Record},
    render::{html, options::RenderError, text::readable_time},
    say::{
        findings::{self, Finding},
        two_records::{Fact, caveats, facts, not_compared},
    },
    stats::{
        comparison,
        estimates::TOO_FEW,
        units::{count, times_with_interval},
    },
    view::{charts::lane_mark::LaneMark, table::Table},
};
use askama::Template;
use serde::Serialize;

/// Most rows of the chart; the table has all.
const MOST_DRAWN: usize = 60;
/// The heading of both tables of figures.
const HEAD: [&str; 6] =
    ["lane", "what", "before", "after", "after : before (99 % interval)", "verdict"];

#[derive(Template)]
#[template(path = "comparison.html")]
struct Comparison<'a> {
    policy: String,
    style: &'a str,
    boot: &'a str,
    libraries: [String; 3],
    charts: String,
    title: String,
    limits: Vec<String>,
    finding: String,
    drawn: bool,
    chosen: Table,
    all: Table,
    facts: Vec<Fact>,
    warnings: Vec<String>,
    gone: Vec<String>,
    sides: [Side; 2],
}

/// One of the two runs.
struct Side {
    name: &'static str,
    findings: Vec<Finding>,
    command: String,
}

/// What the script draws.
#[derive(Serialize)]
struct Drawing {
    lanes: Vec<LaneMark>,
    scenes: [Scene; 1],
}

#[derive(Serialize)]
struct Scene {
    ratios: Vec<Ratio>,
}

/// A row of the chart. `lane` is an index into `lanes`.
#[derive(Serialize)]
struct Ratio {
    lane: usize,
    placement: String,
    items: u32,
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
    words: &'static str,
    text: String,
}

/// The page. Main figures are drawn, these and what changed are in a table, and all in another.
///
/// # Errors
/// [`RenderError`] where the page cannot be put together.
pub fn comparison_page(
    old: &Record,
    new: &Record,
    between: &Between,
) -> Result<String, RenderError> {
    let chosen: Vec<&Change> =
        between.changes.iter().filter(|one| one.main || one.detected).collect();
    let (old_shown, new_shown) = (withdrawn::without(old), withdrawn::without(new));
    let (before, after) = (Judged::of(&old_shown), Judged::of(&new_shown));
    let drawing = Drawing::of(&chosen, &after.summary.lanes);
    let warnings = between.distrusted.iter().cloned().chain(caveats(old, new, between));
    let comparison = Comparison {
        policy: html::policy(),
        style: html::STYLE,
        boot: html::BOOT,
        libraries: html::libraries()?,
        charts: html::inert(&serde_json::to_string(&drawing)?),
        title: format!("{} and {}", old.started_at, new.started_at),
        finding: finding(between),
        drawn: !drawing.scenes[0].ratios.is_empty(),
        chosen: Table::new(&HEAD, chosen.iter().map(|change| row(change)).collect()),
        all: Table::new(&HEAD, between.changes.iter().map(row).collect()),
        facts: facts(&before, &after),
        limits: limits(old, new),
        // A page has no use for the marks that set words of a command apart in text.
        warnings: warnings.map(|said| said.replace('`', "")).collect(),
        gone: not_compared(between),
        sides: [Side::of("Before", &before), Side::of("After", &after)],
    };
    comparison.render().map_err(RenderError::Template)
}

impl Drawing {
    /// The main figures of these changes.
    fn of(changes: &[&Change], lanes: &[&Lane]) -> Self {
        let mut ratios = Vec::new();
        for change in changes.iter().filter(|change| change.main) {
            let place = lanes.iter().position(|lane| lane.name == change.lane_name);
            ratios.extend(place.map(|place| Ratio::of(place, change)));
        }
        ratios.truncate(MOST_DRAWN);
        Self { lanes: LaneMark::of_all(lanes), scenes: [Scene { ratios }] }
    }
}

/// When, where, and over what both were measured.
fn limits(old: &Record, new: &Record) -> Vec<String> {
    let same = old.environment.fingerprint == new.environment.fingerprint;
    let machines = if same { "one machine" } else { "two machines" };
    vec![when("before", old), when("after", new), machines.to_owned(), new.network()]
}

fn when(name: &str, record: &Record) -> String {
    let label = record.environment.label.as_ref();
    let label = label.map_or_else(String::new, |label| format!(" ({label})"));
    format!("{name}: {}{label}", readable_time(&record.started_at))
}

impl Side {
    fn of(name: &'static str, judged: &Judged) -> Self {
        let command = judged.summary.record.command.clone();
        Self { name, findings: findings::findings(judged), command }
    }
}

impl Ratio {
    fn of(lane: usize, change: &Change) -> Self {
        let ratio = &change.comparison.ratio;
        Self {
            lane,
            placement: change.placement.clone(),
            items: change.items,
            value: ratio.value,
            low: ratio.interval.map(|interval| interval.low),
            high: ratio.interval.map(|interval| interval.high),
            words: change.words(),
            text: format!(
                "{}, {}: {} before, {} after, {}: {}",
                change.lane,
                change.what,
                change.time(change.old_ns),
                change.time(change.new_ns),
                times_with_interval(ratio),
                change.words()
            ),
        }
    }
}

fn row(change: &Change) -> Vec<String> {
    vec![
        change.lane.clone(),
        change.what.clone(),
        change.time(change.old_ns),
        change.time(change.new_ns),
        times_with_interval(&change.comparison.ratio),
        change.words().to_owned(),
    ]
}

/// How many figures became what; nothing is claimed of records that must not be used.
fn finding(between: &Between) -> String {
    if !between.distrusted.is_empty() {
        return "A record must not be used, so nothing is said of what changed.".to_owned();
    }
    let all = between.changes.len();
    let mut counted = Vec::new();
    for words in comparison::WORDS {
        let changes = count_of(between, words);
        if changes > 0 {
            counted.push(format!("{} {words}", count(changes as u64)));
        }
    }
    let open = match between.changes.iter().filter(|change| is_untold(change)).count() {
        0 => String::new(),
        open => format!(" Of {} these two runs cannot tell.", count(open as u64)),
    };
    let found = if counted.is_empty() {
        "nothing is certain".to_owned()
    } else {
        counted.join(", ")
    };
    format!("Of {} figures that both runs have: {found}.{open}", count(all as u64))
}

/// Whether nothing is told of a change, for whichever reason.
fn is_untold(change: &Change) -> bool {
    let words = change.words();
    words == TOO_FEW || words.starts_with("cannot tell")
}

/// Changes of which this is said.
fn count_of(between: &Between, words: &str) -> usize {
    between.changes.iter().filter(|change| change.words() == words).count()
}

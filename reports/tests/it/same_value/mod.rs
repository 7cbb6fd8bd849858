//! One lane's single call in one placement has one value under one name, wherever it is shown. The
//! test walks all tables of the page and of Markdown, the tables and lines of the terminal, and the
//! sentence above the chart of single calls; a statistic that is another one must be called so.

mod tables;

use crate::assertions::some;
use crate::rendered::{page, rendered};
use crate::synthetic::in_two_placements;
use reports::Format;
use reports::record::Record;
use std::collections::BTreeMap;
use tables::{Table, of_markdown, of_page};

const PLACEMENTS: [&str; 2] = ["one core", "two cores"];
/// Headings of what is no single call, though it stands in a table of them.
const OTHERS: [&str; 9] =
    ["cpu", "interval", "more", "toll", "floor", "of each", "divided", "item,", ":"];
const UNITS: [(&str, f64); 4] = [("ns", 1.0), ("µs", 1e3), ("ms", 1e6), ("s", 1e9)];

/// A single call as it is shown somewhere.
#[derive(Clone, Debug)]
struct Shown {
    lane: String,
    /// The statistic and the placement, as `median, two cores`.
    name: String,
    ns: f64,
    /// What the last digit stands for.
    digit_ns: f64,
    place: String,
}

impl Shown {
    fn differs(&self, other: &Self) -> bool {
        let digit_ns = self.digit_ns.max(other.digit_ns);
        (self.ns - other.ns).abs() > 1.001 * digit_ns
    }
}

/// A time, and what its last digit stands for, both in ns: the first number of a text that has a
/// unit of time behind it, its error left out.
fn first_time(text: &str) -> Option<(f64, f64)> {
    times(text).into_iter().next()
}

fn times(text: &str) -> Vec<(f64, f64)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let rest = if words.get(at + 1).is_some_and(|next| next.starts_with('±')) {
            2
        } else {
            1
        };
        let unit = words
            .get(at + rest)
            .map(|unit| unit.trim_end_matches([',', ';', ':', '.', ')']));
        let unit = UNITS.iter().find(|(name, _)| unit == Some(*name));
        let number = word.replace(',', "");
        if let (Some((_, factor)), Ok(value)) = (unit, number.parse::<f64>()) {
            let decimals = number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            found.push((value * factor, factor * 0.1_f64.powi(decimals as i32)));
        }
    }
    found
}

/// What a column of a table says of a single call; none where it says nothing of one.
fn statistic(title: &str, heading: &str, items: Option<&str>) -> Option<&'static str> {
    let (title, heading) = (title.to_lowercase(), heading.to_lowercase());
    let stages = title.contains("parts of a single call") || title.contains("where the time of");
    let single = ["single call", "time per call of each lane", "placement does"];
    let said = items == Some("1")
        || heading.contains("one call")
        || single.iter().any(|words| title.contains(words));
    if !said || OTHERS.iter().any(|other| heading.contains(other)) {
        return None;
    }
    match heading.as_str() {
        whole if stages => (whole == "whole").then_some("arithmetic mean"),
        heading if heading.contains("alternating") => Some("median in turns"),
        heading if heading.contains("median") || heading.contains("p50") => Some("median"),
        heading if heading.contains("mean") => Some("mean"),
        _ => None,
    }
}

/// The first of these texts that names a placement names it for a figure.
fn placement(texts: [&str; 3]) -> Option<&'static str> {
    let named = |text: &str| PLACEMENTS.into_iter().find(|placement| text.contains(placement));
    texts.into_iter().find_map(named)
}

/// Every single call of a table that asks for 10 ids.
fn of_table(table: &Table, record: &Record) -> Vec<Shown> {
    let mut shown = Vec::new();
    if table.title.contains("100 ids") {
        return shown;
    }
    let items = table.head.iter().position(|heading| heading == "n");
    for row in &table.rows {
        let named = |cell: &&String| record.lanes.iter().any(|lane| lane.short == **cell);
        let Some(lane) = row.iter().take(2).find(named) else { continue };
        let items = items.map(|at| row[at].as_str());
        for (heading, cell) in table.head.iter().zip(row) {
            let Some(statistic) = statistic(&table.title, heading, items) else { continue };
            let Some((ns, digit_ns)) = first_time(cell) else { continue };
            let place = format!("{}: {heading}", table.title);
            let placement = placement([heading, &row[0], &table.title]);
            let placement = placement.unwrap_or_else(|| panic!("no placement in {place}"));
            let name = format!("{statistic}, {placement}");
            shown.push(Shown { lane: lane.clone(), name, ns, digit_ns, place });
        }
    }
    shown
}

fn of_tables(tables: &[Table], record: &Record) -> Vec<Shown> {
    tables.iter().flat_map(|table| of_table(table, record)).collect()
}

/// `The median call on one core takes from 11.3 ns over inproc to ..`: the ends of a range, above
/// the chart of the main scene.
fn of_sentences(html: &str) -> Vec<Shown> {
    let mut shown = Vec::new();
    let main = html.split("id=\"cost-1\"").nth(1).expect("a chart of single calls");
    let main = main.split("The same with").next().expect("text");
    for sentence in main.split("The median call ").skip(1) {
        let sentence = sentence.split('<').next().expect("text");
        let placement = placement([sentence, "", ""]).expect("a placement");
        for end in sentence.split(" from ").skip(1).flat_map(|range| range.split(" to ")) {
            let Some((ns, digit_ns)) = first_time(end) else { continue };
            let Some((_, lane)) = end.split_once(" over ") else { continue };
            let lane = lane.split([' ', '.']).next().expect("a name").to_owned();
            let name = format!("median, {placement}");
            shown.push(Shown { lane, name, ns, digit_ns, place: "above the chart".into() });
        }
    }
    shown
}

/// In the terminal, line by line: below a title, the times of a lane's line that are said to be
/// those of single calls.
fn of_terminal(text: &str, record: &Record) -> Vec<Shown> {
    let titles: [(&str, &[&str]); 4] = [
        (
            "Lanes, from loosely to tightly coupled",
            &["median, one core", "median, two cores"],
        ),
        ("What placement does", &["median, one core", "median, two cores"]),
        ("What batching buys on one core (mean", &["mean, one core"]),
        (
            "Where the time of a single call goes on one core (ari",
            &["arithmetic mean, one core"],
        ),
    ];
    let mut shown = Vec::new();
    for (title, names) in titles {
        let (_, below) = text.split_once(title).unwrap_or_else(|| panic!("{title}\n{text}"));
        for line in below.split("\n\n").next().expect("lines").lines() {
            // A sentence that was wrapped before the name of a lane is no row of a table.
            if !line.starts_with("- ") && !line.contains("  ") {
                continue;
            }
            let lane = line.trim_start_matches("- ").split([' ', ':']).next().expect("a word");
            let Some(lane) = record.lanes.iter().find(|one| one.short == lane) else {
                continue;
            };
            let mut times = times(line);
            if title.starts_with("Where") {
                times.drain(..times.len().saturating_sub(1));
            }
            // A lane within one process has no second column.
            let names = if lane.in_process { &names[..1] } else { names };
            for (name, (ns, digit_ns)) in names.iter().zip(times) {
                let (lane, name) = (lane.short.clone(), (*name).to_owned());
                shown.push(Shown { lane, name, ns, digit_ns, place: title.to_owned() });
            }
        }
    }
    shown
}

fn everything(html: &str, record: &Record) -> Vec<Shown> {
    let text = html.split("<script").next().expect("text");
    let mut shown = of_tables(&of_page(text), record);
    shown.extend(of_sentences(text));
    shown.extend(of_terminal(&rendered(record, Format::Human), record));
    shown.extend(of_tables(&of_markdown(&rendered(record, Format::Markdown)), record));
    shown
}

/// What has two values under one name, in words.
fn contradictions(shown: &[Shown]) -> Vec<String> {
    let mut by_name: BTreeMap<(&str, &str), Vec<&Shown>> = BTreeMap::new();
    for one in shown {
        by_name.entry((&one.lane, &one.name)).or_default().push(one);
    }
    let mut found = Vec::new();
    for ((lane, name), all) in by_name {
        let differing = all.iter().filter(|one| one.differs(all[0]));
        found.extend(differing.map(|one| {
            let (here, there) = (&one.place, &all[0].place);
            format!("{lane}, {name}: {} in {here}, {} in {there}", one.ns, all[0].ns)
        }));
    }
    found
}

/// In one restart everything takes three times as long: estimates that are not the same then differ
/// by more than a digit.
fn uneven() -> Record {
    let mut record = in_two_placements(crate::record());
    for start in record.cells.iter_mut().flat_map(|cell| &mut cell.starts) {
        if start.start == 2 {
            start.p50_ns = start.p50_ns.map(|ns| 3.0 * ns);
            start.mean_ns = start.mean_ns.map(|ns| 3.5 * ns);
        }
    }
    record
}

#[test]
fn a_single_call_has_one_value_under_one_name_wherever_it_is_shown() {
    let record = uneven();
    let shown = everything(&page(&record), &record);
    for (name, least) in [
        ("median, one core", 6),
        ("median, two cores", 4),
        ("mean, one core", 2),
        ("arithmetic mean, one core", 2),
    ] {
        let of_uds = shown.iter().filter(|one| one.lane == "uds" && one.name == name);
        let of_uds = some(of_uds, name);
        assert!(of_uds.len() >= least, "{name}: only {of_uds:#?}");
    }
    let found = contradictions(&shown);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn another_value_under_the_same_name_is_found() {
    let record = uneven();
    let html = page(&record);
    let shown = everything(&html, &record);
    let of_uds = shown.iter().find(|one| one.lane == "uds" && one.name == "median, two cores");
    let mut wrong = of_uds.expect("it is shown").clone();
    wrong.ns *= 1.1;
    let all = [shown, vec![wrong]].concat();
    assert!(!contradictions(&all).is_empty());
}

//! Every computed figure as CSV and JSON: that what tables and findings print is in it, with its
//! interval and its placement.

use crate::assertions::{says, some};
use crate::rendered::rendered;
use crate::synthetic::{Synthetic, in_two_placements};
use reports::{
    Format,
    judge::Judged,
    record::Record,
    say::findings,
    stats::{sample_times, units},
};
use serde_json::Value;
use std::collections::BTreeSet;

fn record() -> Record {
    in_two_placements(Synthetic { samples: 2_000, ..Default::default() }.record())
}

fn figures(record: &Record) -> Vec<Value> {
    let json: Value =
        serde_json::from_str(&rendered(record, Format::FiguresJson)).expect("JSON alone");
    assert_eq!(
        (json["format"].as_str(), json["version"].as_u64()),
        (Some("tollgate-figures"), Some(1))
    );
    json["figures"].as_array().expect("a list").clone()
}

/// Values and ends of all figures, as reports write them.
fn written(figures: &[Value]) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    for figure in figures {
        for key in ["value", "low", "high"] {
            let Some(number) = figure[key].as_f64() else { continue };
            match figure["unit"].as_str() {
                Some("ns") => {
                    texts.extend([units::time(number), sample_times::time(number)]);
                }
                Some("times") => {
                    // A ratio is exported once, whichever way round it is said.
                    texts.extend([number, 1.0 / number].map(times_of));
                }
                _ => {}
            }
        }
    }
    texts
}

fn times_of(number: f64) -> String {
    format!("{} times", units::number(number))
}

/// `69.7 µs` and `6.8 times` in a text, each as it is written there.
fn quantities(text: &str, units: &[&str]) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut found = Vec::new();
    for pair in words.windows(2) {
        let number = pair[0].trim_start_matches('(');
        let unit = pair[1].trim_end_matches([',', '.', ';', ':', ')']);
        if number.starts_with(|first: char| first.is_ascii_digit()) && units.contains(&unit) {
            found.push(format!("{number} {unit}"));
        }
    }
    found
}

const TIMES: [&str; 4] = ["ns", "µs", "ms", "s"];

/// The rows of the first table in Markdown.
fn first_table(text: &str) -> String {
    let from = text.lines().skip_while(|line| !line.starts_with("| lane"));
    let rows: Vec<&str> = from.take_while(|line| line.starts_with('|')).collect();
    rows.join("\n")
}

#[test]
fn every_time_of_the_first_table_and_every_ratio_of_the_findings_is_exported() {
    let record = record();
    let exported = written(&figures(&record));
    let markdown = rendered(&record, Format::Markdown);
    let of_table = quantities(&first_table(&markdown), &TIMES);
    assert!(of_table.len() > 20, "{of_table:?}");
    for time in of_table {
        assert!(exported.contains(&time), "{time} of the first table is not exported");
    }
    let findings = findings::findings(&Judged::of(&record));
    let ratios: Vec<String> = some(findings, "findings")
        .iter()
        .flat_map(|finding| quantities(&finding.text, &["times"]))
        .collect();
    assert!(!ratios.is_empty(), "no ratio was looked at");
    for ratio in ratios {
        assert!(exported.contains(&ratio), "{ratio} of the findings is not exported");
    }
}

#[test]
fn every_figure_of_a_lane_names_its_placement_and_an_interval_its_confidence() {
    let mut placements = BTreeSet::new();
    for figure in figures(&record()) {
        let name = figure["figure"].as_str().expect("a name");
        if let Some(placement) = figure["placement"].as_str() {
            placements.insert(placement.to_owned());
        }
        let of_run = ["floor_mean", "smallest_detectable_difference"].contains(&name);
        let of_process = name.starts_with("alloc") || name == "idle_cores";
        assert!(of_run || of_process || figure["placement"].is_string(), "{figure}");
        assert!(of_run || figure["lane"].is_string(), "{figure}");
        let ends = [&figure["low"], &figure["high"]].iter().any(|end| end.is_number());
        assert_eq!(ends, figure["confidence"].is_number(), "{figure}");
    }
    assert_eq!(placements.into_iter().collect::<Vec<_>>(), ["one", "two"]);
}

#[test]
fn no_figure_of_a_lane_within_one_process_is_exported_twice() {
    let mut seen = BTreeSet::new();
    for mut figure in figures(&record()) {
        if let Some(fields) = figure.as_object_mut() {
            for number in ["value", "low", "high", "restarts", "confidence"] {
                fields.remove(number);
            }
        }
        assert!(seen.insert(figure.to_string()), "twice: {figure}");
    }
}

#[test]
fn a_figure_is_a_line_of_csv_with_the_same_fields() {
    let record = record();
    let csv = rendered(&record, Format::FiguresCsv);
    let mut lines = csv.lines();
    let head: Vec<&str> = lines.next().expect("a heading").split(',').collect();
    let figures = figures(&record);
    let fields: BTreeSet<&str> =
        figures[0].as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(head.iter().copied().collect::<BTreeSet<_>>(), fields);
    assert_eq!(lines.count(), figures.len());
    says(
        &csv,
        &["single_call_median,rust/uds/rust,,two,", "single_call_ratio_of_placements"],
    );
}

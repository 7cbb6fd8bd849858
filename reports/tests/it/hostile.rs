//! Records made to break the renderings: nothing may run, nothing may panic, nothing is shown as 0.

use crate::assertions::{says, some};
use crate::changes::cells_of;
use crate::record;
use crate::rendered::{READ, charts, rendered as shown};
use crate::synthetic::{BYTE_SIZES, Synthetic};
use reports::record::Record;
use reports::{Format, record::read};

const MARKUP: &str = "</script><img src=x onerror=alert(1)>";
const ALL: [Format; 5] = [Format::Html, Format::Human, Format::Markdown, Format::Json, Format::Csv];

fn renamed(name: &str) -> Record {
    let mut record = record();
    for lane in record.lanes.iter_mut().filter(|l| l.short == "grpc") {
        for text in [
            &mut lane.name,
            &mut lane.short,
            &mut lane.implementation,
            &mut lane.summary,
            &mut lane.transport,
        ] {
            name.clone_into(text);
        }
        lane.fairness[0].value = name.to_owned();
        lane.reason = Some(name.to_owned());
    }
    for cell in cells_of(&mut record, "rust/grpc/rust") {
        cell.lane = name.to_owned();
    }
    record.cells[1].status = "missing".into();
    record.cells[1].reason = Some(name.to_owned());
    record.command = name.to_owned();
    record.notes[0].text = name.to_owned();
    record.environment.cpu_model = Some(name.to_owned());
    record.environment.label = Some(name.to_owned());
    record
}

#[test]
fn markup_in_names_stays_text() {
    let html = shown(&renamed(MARKUP), Format::Html);
    assert!(!html.contains("<img"));
    assert!(html.contains("\\u003c/script>\\u003cimg"), "the charts know the lane too");
    assert_eq!(
        html.matches("</script>").count(),
        6,
        "charts, record, two libraries, script, boot"
    );
    assert!(!shown(&renamed(MARKUP), Format::Markdown).contains("<img"));
}

#[test]
fn a_name_cannot_pretend_to_be_the_record() {
    let forged = format!("{}AAAA</script>", reports::RECORD_ELEMENT);
    let html = shown(&renamed(&forged), Format::Html);
    let again = read::from_bytes(html.as_bytes()).expect("the true record is found");
    assert_eq!(again.command, forged);
}

#[test]
fn long_names_and_control_characters_do_not_break_the_terminal() {
    let long = format!("\u{1b}[31m{}", "x".repeat(200));
    let text = shown(&renamed(&long), Format::Human);
    assert!(!text.contains('\u{1b}'));
    for line in some(text.lines(), "lines") {
        assert!(line.chars().count() <= 100, "{line}");
    }
    // Shown, though cut off: it is not left out because it is long.
    says(&text, &["[31mxxx"]);
    for format in ALL {
        says(&shown(&renamed(&long), format), &["xxx"]);
    }
}

#[test]
fn figures_that_are_no_numbers_are_blank_and_never_zero() {
    let no_numbers = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -5.0].map(Some);
    for value in no_numbers.into_iter().chain([None]) {
        let mut record = record();
        for start in record.cells.iter_mut().flat_map(|c| &mut c.starts) {
            (start.p50_ns, start.mean_ns) = (value, value);
        }
        record.environment.clock_read_ns = value.unwrap_or(f64::NAN);
        record.elapsed_s = value.unwrap_or(f64::NAN);
        for format in ALL {
            let text = shown(&record, format);
            // What follows in the page is packed: any letters may stand there.
            let text = text.split("<script").next().expect("text");
            assert!(!text.contains("NaN"), "{format:?}");
        }
        assert!(shown(&record, Format::Human).contains("Nothing was measured"));
        assert!(shown(&record, Format::Html).contains("no sample was taken"));
    }
}

/// The lines of figures in the CSV of cells.
fn lines_of_csv(record: &Record) -> usize {
    shown(record, Format::Csv).lines().count() - 1
}

/// Nothing was measured, and every rendering says so.
#[track_caller]
fn says_that_nothing_was_measured(record: &Record) {
    for format in READ {
        says(&shown(record, format), &["Nothing was measured"]);
    }
    assert_eq!(
        lines_of_csv(record),
        record.cells.len(),
        "one line for each cell, without figures"
    );
    let again = read::from_bytes(shown(record, Format::Html).as_bytes()).expect("it is carried");
    assert_eq!(again.seed, record.seed);
}

#[test]
fn records_without_figures_cells_or_lanes_say_that_nothing_was_measured() {
    let mut record = record();
    assert!(lines_of_csv(&record) > record.cells.len(), "one line for each start");
    record.cells.iter_mut().for_each(|cell| cell.starts.clear());
    says_that_nothing_was_measured(&record);
    says(&shown(&record, Format::Html), &["no sample was taken"]);
    record.cells.clear();
    record.visits.clear();
    says_that_nothing_was_measured(&record);
    record.lanes.clear();
    record.cold.clear();
    says_that_nothing_was_measured(&record);
}

#[test]
fn extreme_counts_do_not_overflow_and_are_shown() {
    let mut record = record();
    for start in record.cells.iter_mut().flat_map(|c| &mut c.starts) {
        (start.samples, start.wrong, start.errors) = (u64::MAX, u64::MAX, u64::MAX);
        (start.bytes_items, start.start) = (u64::MAX, u32::MAX);
        start.parts[0].bytes_out = Some(u64::MAX);
        start.cpu_items = 0;
    }
    record.cells.iter_mut().for_each(|c| c.items = c.items.saturating_mul(u32::MAX));
    for format in READ {
        says(&shown(&record, format), &["do not use"]);
    }
    let most = u64::MAX.to_string();
    for format in [Format::Csv, Format::Json] {
        says(&shown(&record, format), &[&most]);
    }
}

#[test]
fn a_spreadsheet_runs_no_formula_from_a_name() {
    let csv = shown(&renamed("=1+1,\"x\""), Format::Csv);
    assert!(csv.contains("\"'=1+1,\"\"x\"\"\""), "{}", &csv[..2_000]);
}

fn bytes(sizes: &[u32]) -> Record {
    Synthetic { samples: 300, ..Default::default() }.of_bytes(sizes)
}

#[test]
fn sizes_that_are_none_one_unsorted_or_huge_break_no_rendering() {
    let formats = [Format::ModelJson, Format::ModelCsv, Format::Csv, Format::Json];
    for sizes in [&[0][..], &[1 << 20], &[4_096, 0, 1, 64], &[1_000_000_000, 0, 7], &[0, 1]] {
        let record = bytes(sizes);
        read::from_bytes(shown(&record, Format::Json).as_bytes()).expect("a valid record");
        for format in READ.into_iter().chain(formats) {
            let text = shown(&record, format);
            let text = text.split("<script").next().expect("text");
            for wrong in ["NaN", "inf ", "infin"] {
                assert!(!text.contains(wrong), "{format:?} of {sizes:?}: {wrong}");
            }
        }
        assert!(!charts(&record)["scenes"].is_null());
    }
    let mut silent = bytes(&BYTE_SIZES);
    let times = [f64::NAN, 0.0, -5.0, f64::INFINITY, 1e17];
    for (start, ns) in silent.cells.iter_mut().flat_map(|c| &mut c.starts).zip(times.iter().cycle())
    {
        (start.mean_ns, start.p50_ns) = (Some(*ns), Some(*ns));
    }
    let memcpy = silent.floors.iter_mut().find(|floor| floor.name == "memcpy").expect("copying");
    memcpy.starts.iter_mut().for_each(|start| start.bytes_per_s = Some(0.0));
    for format in READ {
        let text = shown(&silent, format);
        assert!(!text.split("<script").next().expect("text").contains("NaN"), "{format:?}");
    }
}

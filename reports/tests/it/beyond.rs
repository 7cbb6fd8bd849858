//! Records that no run writes: each is refused with the field and the bound, before what it says is
//! used.

use crate::assertions::says;
use crate::changes::pair;
use crate::record;
use crate::rendered::{READ, read as shown};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, write::ZlibEncoder};
use reports::record::ContrastStart;
use reports::record::read::{self, MOST_BYTES, ReadError};
use reports::{RECORD_ELEMENT, stats::histograms};
use serde_json::{Value, json};
use std::io::Write as _;

/// The record with another value at this place, as the words of its refusal.
fn refused(place: &str, value: Value) -> String {
    let mut record = record();
    let start = ContrastStart {
        start: 0,
        log_ratio: 0.1,
        first_p50_ns: 1.0,
        second_p50_ns: 1.1,
    };
    record.contrasts = vec![pair("self", ["rust/grpc/rust"; 2], vec![start])];
    let mut record = serde_json::to_value(record).expect("JSON");
    *record.pointer_mut(place).unwrap_or_else(|| panic!("no {place}")) = value;
    refusal(record.to_string().as_bytes())
}

fn refusal(bytes: &[u8]) -> String {
    read::from_bytes(bytes).expect_err("refused").to_string()
}

#[track_caller]
fn names(refusal: &str, what: &str) {
    assert!(refusal.contains(what), "{refusal} does not say {what}");
}

#[test]
fn numbers_that_no_run_writes_are_refused_by_name() {
    for (place, value, what) in [
        (
            "/progress/starts_done",
            json!(4_294_967_295_u32),
            "4294967295 is more than 1000",
        ),
        ("/plan/starts", json!(1_001), "plan.starts: 1001 is more than 1000"),
        (
            "/cells/3/starts/0/samples",
            json!(u64::MAX),
            "cells[3].starts[0].samples: 184467",
        ),
        ("/cells/3/starts/0/p50_ns", json!(-1.0), "p50_ns: -1 is less than 0"),
        ("/cells/3/starts/0/mean_ns", json!(1e300), "mean_ns: 1e300 is more than"),
        ("/cells/3/items", json!(4_294_967_295_u32), "cells[3].items: 4294967295"),
        (
            "/contrasts/0/starts/0/log_ratio",
            json!(-1e308),
            "log_ratio: -1e308 is less than -",
        ),
        ("/environment/clock_read_ns", json!(-0.5), "environment.clock_read_ns: -0.5"),
        ("/elapsed_s", json!(1e9), "elapsed_s: 1000000000 is more than"),
        ("/visits/2/cell", json!(9_999), "visits[2].cell: 9999 is no cell"),
        ("/lanes/1/looseness", json!(101), "lanes[1].looseness: 101 is more than 100"),
    ] {
        names(&refused(place, value), what);
    }
}

#[test]
fn ratios_as_far_apart_as_a_record_allows_are_shown_without_a_word_for_no_number() {
    let mut record = record();
    for kind in ["self", "variant", "against", "placement", "service_time"] {
        let start = |start, log_ratio| ContrastStart {
            start,
            log_ratio,
            first_p50_ns: 1e-9,
            second_p50_ns: 1e17,
        };
        let starts = vec![start(0, -50.0), start(1, 50.0)];
        record.contrasts.push(pair(kind, ["rust/uds/rust", "rust/grpc/rust"], starts));
    }
    let json = serde_json::to_vec(&record).expect("JSON");
    let record = read::from_bytes(&json).expect("within the bounds");
    for format in READ {
        let text = shown(&record, format);
        for word in ["inf", "NaN"] {
            let alone = |part: &&str| part.split(|c: char| !c.is_alphanumeric()).any(|w| w == word);
            assert_eq!(text.split(". ").find(alone), None, "{format:?}");
        }
    }
}

#[test]
fn lists_and_texts_longer_than_any_run_writes_are_refused_by_name() {
    let long = "x".repeat(70_000);
    for (place, value, what) in [
        ("/lanes", json!(vec![json!({}); 501]), "lanes: a list of more than 500"),
        ("/plan/batch", json!(vec![1; 2_001]), "plan.batch: a list of more than 2000"),
        (
            "/cells/0/starts",
            json!(vec![json!({}); 1_001]),
            "cells[0].starts: a list of more than",
        ),
        ("/command", json!(long), "command: a text of 70000 bytes; 65536 is the most"),
        ("/notes/0/text", json!(long), "notes[0].text: a text of 70000 bytes"),
    ] {
        names(&refused(place, value), what);
    }
    let mut record = serde_json::to_value(record()).expect("JSON");
    for (at, cell) in record["cells"].as_array_mut().expect("a list").iter_mut().enumerate() {
        cell["size"] = json!(at + 1);
    }
    names(
        &refusal(record.to_string().as_bytes()),
        "combinations of `engine`, `workload`, `size` and `placement`; 64",
    );
}

/// A histogram in V2 deflate, base64, that says this of itself and has these bytes of counts.
fn histogram(says_bytes: u32, digits: u32, counts: &[u8]) -> String {
    let mut inner = Vec::new();
    for word in [0x1c84_9313, says_bytes, 0, digits] {
        inner.extend_from_slice(&u32::to_be_bytes(word));
    }
    inner.extend_from_slice(&1_u64.to_be_bytes());
    inner.extend_from_slice(&60_000_000_000_u64.to_be_bytes());
    inner.extend_from_slice(&1.0_f64.to_be_bytes());
    inner.extend_from_slice(counts);
    let packed = packed(&inner);
    let mut whole = 0x1c84_9314_u32.to_be_bytes().to_vec();
    whole.extend_from_slice(&(packed.len() as u32).to_be_bytes());
    whole.extend_from_slice(&packed);
    STANDARD.encode(whole)
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("into memory");
    encoder.finish().expect("into memory")
}

#[test]
fn a_histogram_is_held_to_what_it_is_and_not_to_what_it_says() {
    let one = [2];
    let good = histograms::histogram_from_base64(&histogram(1, 3, &one)).expect("one sample");
    assert_eq!(good.len(), 1);
    // A count of i64::MIN, whose negation overflows.
    let lowest = [0xff; 9];
    let zeros = vec![0; 20_000_000];
    let many = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    for (text, what) in [
        (histogram(u32::MAX, 3, &one), "it says 4294967295 bytes of counts and has 1"),
        (histogram(1, 5, &one), "5 digits; 3 is the most"),
        (histogram(1, 0, &one), "0 digits"),
        (histogram(zeros.len() as u32, 3, &zeros), "it unpacks to more than"),
        (histogram(9, 3, &lowest), "steps"),
        (histogram(9, 3, &many), "samples"),
        (histogram(1, 3, &[0x80]), "cut off"),
        ("AAAA".repeat(200_000), "800000 bytes"),
        ("AAAA".into(), "too short"),
        ("no base64!".into(), "Invalid"),
    ] {
        let said = refused("/cells/1/starts/0/histogram", json!(text));
        names(&said, "cells[1].starts[0].histogram: ");
        names(&said, what);
        assert!(histograms::histogram_from_base64(&text).is_err(), "{what}");
    }
}

#[test]
fn histograms_that_hold_too_much_together_are_refused() {
    let full = histogram(27_000, 3, &[2; 27_000]);
    let mut record = record();
    let cell = record.cells[0].clone();
    let start = reports::record::CellStart { histogram: full, ..cell.starts[0].clone() };
    let cell = reports::record::Cell { starts: vec![start; 2], ..cell };
    record.cells = vec![cell; 1_400];
    record.visits.clear();
    let said = refusal(&serde_json::to_vec(&record).expect("JSON"));
    names(&said, "the histograms up to here have over 33554432 steps");
}

#[test]
fn a_report_whose_record_unpacks_to_more_than_the_largest_is_refused() {
    let mut bomb = ZlibEncoder::new(Vec::new(), Compression::fast());
    let spaces = vec![b' '; 1 << 20];
    for _ in 0..=MOST_BYTES >> 20 {
        bomb.write_all(&spaces).expect("into memory");
    }
    let bomb = STANDARD.encode(bomb.finish().expect("into memory"));
    let page = format!("<html>{RECORD_ELEMENT}{bomb}</script></html>");
    let error = read::from_bytes(page.as_bytes()).expect_err("refused");
    assert!(matches!(error, ReadError::TooLarge { most: MOST_BYTES }), "{error}");
}

#[test]
fn a_file_larger_than_the_largest_record_is_not_read_to_its_end() {
    let file = std::env::temp_dir().join(format!("tollgate-large-{}.json", std::process::id()));
    let sparse = std::fs::File::create(&file).expect("a temporary file");
    sparse.set_len(1 << 36).expect("made of nothing");
    let error = read::load(&file);
    std::fs::remove_file(&file).expect("it was made");
    assert!(matches!(error, Err(ReadError::TooLarge { most: MOST_BYTES })), "{error:?}");
}

#[test]
fn depth_and_names_are_bounded_and_what_is_shown_moves_no_cursor() {
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let with = |field: &str| {
        refusal(format!("{{\"format\":\"tollgate-record\",\"version\":1,{field}}}").as_bytes())
    };
    names(&with(&format!("\"x\":{deep}")), "more than 16 deep");
    names(&with(&format!("\"{}\":1", "y".repeat(65))), "longer than 64 bytes");
    let said = with("\"\\u001b[31m\":1e300");
    names(&said, "?[31m: 1e300 is more than");
    assert!(!said.contains('\u{1b}'), "{said:?}");
    let unknown = "\"loads\":{\"lanes\":[{\"starts\":[{\"points\":[{\"verdict\":\"\\u001b[31m\"";
    let said = with(&format!("{unknown}}}]}}]}}]}}"));
    assert!(!said.contains('\u{1b}'), "{said:?}");
}

#[test]
fn a_status_that_no_cell_has_is_refused_by_name() {
    let mut record = record();
    record.cells[2].status = "voidd".into();
    let json = serde_json::to_vec(&record).expect("JSON");
    let said = read::from_bytes(&json).expect_err("no such status").to_string();
    says(&said, &["cells[2].status", "voidd is none of measured"]);
}

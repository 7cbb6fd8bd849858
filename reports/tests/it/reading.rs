//! Records from files and reports, and what is said of those that cannot be read.

use crate::record;
use reports::record::read::{self, ReadError};
use reports::{Format, RenderOptions, render};

fn json() -> String {
    serde_json::to_string_pretty(&record()).expect("a record is JSON")
}

#[test]
fn reads_back_what_was_written() {
    let again = read::from_bytes(json().as_bytes()).expect("readable");
    assert_eq!(serde_json::to_string_pretty(&again).expect("JSON"), json());
}

#[test]
fn reads_a_record_from_a_report() {
    let html = render(&record(), Format::Html, &RenderOptions::default()).expect("renders");
    let again = read::from_bytes(html.as_bytes()).expect("the report carries its record");
    assert_eq!(serde_json::to_string_pretty(&again).expect("JSON"), json());
}

#[test]
fn reads_a_record_from_a_file() {
    let path = std::env::temp_dir().join(format!("tollgate-reports-{}.json", std::process::id()));
    std::fs::write(&path, json()).expect("a temporary file can be written");
    let read = read::load(&path);
    std::fs::remove_file(&path).expect("it was written");
    assert_eq!(read.expect("readable").seed, record().seed);
}

#[test]
fn rejects_a_record_of_a_newer_version_and_names_the_cure() {
    // Whatever a newer version changes, it is recognised before its fields are looked at.
    let newer = r#"{"format": "tollgate-record", "version": 3, "cells": "quite different"}"#;
    let error = read::from_bytes(newer.as_bytes()).expect_err("newer");
    assert!(matches!(error, ReadError::Newer { found: 3 }));
    assert!(error.to_string().contains("update tollgate"), "{error}");
}

#[test]
fn rejects_a_version_that_there_never_was_and_a_cell_that_is_there_twice() {
    let mut old = record();
    old.version = 0;
    let mut twice = record();
    twice.cells.push(twice.cells[3].clone());
    let at = format!("cells[{}]", twice.cells.len() - 1);
    for (record, what) in [(old, "version: 0"), (twice, at.as_str())] {
        let json = serde_json::to_string(&record).expect("serializable");
        let error = read::from_bytes(json.as_bytes()).expect_err("damaged").to_string();
        assert!(error.contains(what) && error.contains("what no run writes"), "{error}");
    }
}

#[test]
fn says_line_and_column_of_what_is_malformed() {
    let broken = json().replacen("\"seed\": 7", "\"seed\": \"seven\"", 1);
    let line = 1 + broken.lines().position(|l| l.contains("seven")).expect("just put there");
    let error = read::from_bytes(broken.as_bytes()).expect_err("malformed");
    match &error {
        ReadError::Malformed { line: found, column, .. } => {
            assert!(*found == line && *column > 0, "{error}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(error.to_string().matches("at line").count(), 1, "{error}");
}

#[test]
fn rejects_json_that_is_no_record() {
    assert!(matches!(
        read::from_bytes(br#"{"format": "other"}"#),
        Err(ReadError::NotARecord)
    ));
    assert!(matches!(read::from_bytes(b"{}"), Err(ReadError::NotARecord)));
    assert!(matches!(read::from_bytes(b""), Err(ReadError::NotARecord)));
}

#[test]
fn rejects_a_page_without_a_record_or_with_a_damaged_one() {
    assert!(matches!(read::from_bytes(b"<html></html>"), Err(ReadError::NoRecordInside)));
    let damaged = format!("<html>{}AAAA</script>", reports::RECORD_ELEMENT);
    assert!(matches!(read::from_bytes(damaged.as_bytes()), Err(ReadError::Malformed { .. })));
}

#[test]
fn says_why_a_file_cannot_be_read() {
    let error = read::load("/no/such/record.json").expect_err("there is none");
    assert!(matches!(error, ReadError::Unreadable(_)), "{error}");
}

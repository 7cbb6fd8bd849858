//! The schema for other programs says the same as the types for this one.

use crate::changes::pair;
use crate::record;
use crate::synthetic::{BYTE_SIZES, Synthetic};
use reports::record::{Anchor, CallerFloor, Group, IdleUse, PilotLane, Precision};
use serde_json::{Value, json};

pub(crate) fn validator() -> jsonschema::Validator {
    let schema: Value =
        serde_json::from_str(include_str!("../../schema/record-v2.schema.json")).expect("JSON");
    jsonschema::draft202012::new(&schema).expect("a valid schema")
}

fn value() -> Value {
    serde_json::to_value(record()).expect("JSON")
}

#[test]
fn a_record_fits_the_schema() {
    let (validator, value) = (validator(), value());
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
}

/// One of them is what the suite in the browser opens (`reports/e2e/cases/bytes.test.js`).
#[test]
fn records_of_bytes_fit_too() {
    let kept: Value = serde_json::from_str(include_str!("../../e2e/bytes.json")).expect("JSON");
    let invented = Synthetic { samples: 100, ..Default::default() }.of_bytes(&BYTE_SIZES);
    for value in [kept, serde_json::to_value(invented).expect("JSON")] {
        let errors: Vec<String> = validator()
            .iter_errors(&value)
            .map(|e| format!("{}: {e}", e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
        let text = value.to_string();
        reports::record::read::from_bytes(text.as_bytes()).expect("a record of today");
    }
}

/// A record of two builds, a pair that failed, and a wanted precision.
fn with_later_fields() -> Value {
    let mut record = record();
    record.against = Some(reports::record::Build {
        changed: Some("tonic 0.14.9 -> 0.14.5".into()),
        handicap: Some("uds=200".into()),
        ..record.tollgate.clone()
    });
    record.contrasts.push(reports::record::Contrast {
        reason: Some("a wrong answer".into()),
        wrong: true,
        work_ns: Some(8_000_000),
        ..pair("against", ["rust/grpc/rust"; 2], Vec::new())
    });
    record.cold[0].floor = Some(CallerFloor { clock_read_ns: 25.0, empty_call_ns: 1.5 });
    record.cells[0].starts[0].parts[0].gc_cycles = Some(7);
    record.groups.push(Group {
        lanes: vec!["rust/grpc/rust".into()],
        anchors: vec![Anchor { lane: "rust/uds/rust".into(), visits: 1, p50_ns: Some(9e3) }],
        idle: vec![IdleUse { lane: "rust/grpc/rust".into(), start: 0, cores: 0.001 }],
        ..Group::default()
    });
    record.plan.order = Some("fixed".into());
    let pilot = vec![PilotLane {
        lane: "rust/grpc/rust".into(),
        start_scatter: 0.02,
        visit_error: None,
    }];
    record.plan.precision = Some(Precision { wanted_share: 0.03, pilot, ..Precision::default() });
    serde_json::to_value(record).expect("JSON")
}

/// Takes a field away, which must be there.
fn without(value: &mut Value, pointer: &str, field: &str) {
    let object = value.pointer_mut(pointer).and_then(Value::as_object_mut).expect("an object");
    assert!(object.remove(field).is_some(), "no {field} in {pointer:?}");
}

#[test]
fn a_record_of_two_builds_of_pairs_that_failed_and_of_a_wanted_precision_fits_too() {
    let mut value = with_later_fields();
    assert!(validator().is_valid(&value));
    // Records from before these fields are read as they are.
    without(&mut value, "", "against");
    without(&mut value, "/plan", "order");
    without(&mut value, "/plan", "precision");
    without(&mut value, "/contrasts/0", "wrong");
    for field in ["changed", "handicap"] {
        let build = value["tollgate"].as_object_mut().expect("an object");
        build.remove(field);
    }
    assert!(validator().is_valid(&value));
    let read = reports::record::read::from_bytes(value.to_string().as_bytes()).expect("readable");
    assert!(read.against.is_none() && !read.contrasts[0].wrong);
}

#[test]
fn a_record_with_controls_fits_and_one_from_before_them_is_read() {
    let mut record = record();
    assert!(record.controls.is_none());
    record.controls = Some(crate::controls::controls(&record, 1.0));
    let mut value = serde_json::to_value(record).expect("JSON");
    assert!(validator().is_valid(&value));
    value.as_object_mut().expect("an object").remove("controls");
    assert!(validator().is_valid(&value));
    assert!(
        reports::record::read::from_bytes(value.to_string().as_bytes())
            .expect("readable")
            .controls
            .is_none()
    );
}

#[test]
fn a_record_with_loads_fits_and_one_from_before_them_is_read() {
    let mut record = record();
    assert!(record.loads.is_none());
    record.loads = Some(crate::synthetic::loads(2));
    let mut value = serde_json::to_value(record).expect("JSON");
    let wrong: Vec<String> =
        validator().iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let read = reports::record::read::from_bytes(value.to_string().as_bytes()).expect("readable");
    assert_eq!(serde_json::to_value(read).expect("JSON"), value, "nothing is lost");
    value["loads"]["lanes"][0]["starts"][0]["points"][0]["verdict"] = json!("fine");
    assert!(!validator().is_valid(&value));
    value.as_object_mut().expect("an object").remove("loads");
    assert!(validator().is_valid(&value));
    assert!(
        reports::record::read::from_bytes(value.to_string().as_bytes())
            .expect("readable")
            .loads
            .is_none()
    );
}

#[test]
fn a_record_without_what_may_be_absent_fits_too() {
    let mut record = record();
    record.environment.kernel = None;
    record.environment.steal_share = None;
    for start in record.cells.iter_mut().flat_map(|c| &mut c.starts) {
        (start.parts[0].cpu_ns, start.parts[0].bytes_out) = (None, None);
        (start.mean_ns, start.p50_ns) = (None, None);
    }
    assert!(validator().is_valid(&serde_json::to_value(record).expect("JSON")));
}

#[test]
fn broken_records_do_not_fit() {
    let breakages: [(&str, Value); 7] = [
        ("/version", json!(3)),
        ("/elapsed_s", json!("long")),
        ("/cells/0/status", json!("fine")),
        ("/cells/0/items", json!(0)),
        ("/cells/0/starts/0/mean_ns", json!("slow")),
        ("/environment/steal_share", json!(1.5)),
        ("/lanes/0/looseness", json!(101)),
    ];
    let validator = validator();
    for (pointer, broken) in breakages {
        let mut value = value();
        *value.pointer_mut(pointer).expect("a field of the record") = broken;
        assert!(!validator.is_valid(&value), "{pointer}");
    }
}

#[test]
fn unknown_and_missing_fields_do_not_fit() {
    let validator = validator();
    for parent in [
        "",
        "/plan",
        "/data",
        "/lanes/0/properties",
        "/cells/0",
        "/cells/0/starts/0",
        "/visits/0",
        "/cold/0",
        "/notes/0",
    ] {
        let mut more = value();
        let object = |v: &mut Value| {
            v.pointer_mut(parent)
                .and_then(Value::as_object_mut)
                .cloned()
                .expect("an object")
        };
        let mut extended = object(&mut more);
        extended.insert("host_name".to_owned(), json!("secret"));
        *more.pointer_mut(parent).expect("there") = Value::Object(extended);
        assert!(!validator.is_valid(&more), "unknown field in {parent:?}");
    }
    let mut less = value();
    less.as_object_mut().expect("an object").remove("seed");
    assert!(!validator.is_valid(&less));
}

//! Stages, resources and floors: what they are computed from, and that nothing is hidden.

use crate::changes::ladder_mut;
use crate::record;
use crate::rendered::{READ, read, rendered};
use reports::{
    Format,
    figures::{
        resources,
        stages::{self, Stage, Stages},
    },
    record::{MissingRung, Part, Record},
};

fn of<'a>(record: &'a Record, short: &str) -> Stages<'a> {
    let lanes: Vec<_> = record.lanes.iter().filter(|lane| lane.short == short).collect();
    stages::of(&lanes, record).pop().unwrap_or_else(|| panic!("{short} has stages"))
}

fn ns(stage: &Stage) -> f64 {
    stage.estimate().expect("measured").value
}

#[test]
fn stages_add_up_to_the_whole_call() {
    let record = record();
    for short in ["rest", "grpc", "uds"] {
        let stages = of(&record, short);
        let framework = stages.framework.estimate().map_or(0.0, |estimate| estimate.value);
        let sum = ns(&stages.transport)
            + framework
            + ns(&stages.codec)
            + ns(&stages.compute)
            + ns(&stages.unattributed);
        assert!(
            (sum / stages.whole.value - 1.0).abs() < 1e-9,
            "{short}: {sum} of {}",
            stages.whole.value
        );
        assert!((ns(&stages.unattributed) / stages.whole.value - 0.1).abs() < 1e-9, "{short}");
    }
    assert!(
        (ns(&of(&record, "grpc").framework) / of(&record, "grpc").whole.value - 0.5).abs() < 1e-9
    );
}

#[test]
fn a_lane_has_only_the_stages_that_there_are() {
    let record = record();
    let own_carrier = of(&record, "uds");
    assert!(matches!(own_carrier.framework, Stage::None), "it is its own bare carrier");
    let inproc = of(&record, "inproc");
    assert!(matches!(
        (&inproc.transport, &inproc.framework, &inproc.codec),
        (Stage::None, Stage::None, Stage::None)
    ));
    assert!(
        (ns(&inproc.unattributed) / inproc.whole.value - 0.1).abs() < 1e-9,
        "what is left beside computing"
    );
    assert!(inproc.floor.is_none() && own_carrier.floor.is_some());
}

#[test]
fn an_overlap_stays_negative_in_every_rendering() {
    let mut record = record();
    let ladder = ladder_mut(&mut record, "rust/uds/rust");
    for start in &mut ladder.starts {
        let carrier = start.carrier.as_mut().expect("it carries");
        carrier.mean_ns *= 1.5;
    }
    assert!(ns(&of(&record, "uds").unattributed) < 0.0);
    for format in READ {
        let text = rendered(&record, format);
        let row = text
            .lines()
            .find(|line| line.contains("uds") && line.contains("none") && line.contains(" ±"));
        let row = row.unwrap_or_else(|| panic!("{format:?} has no stages of uds\n{text}"));
        let negative =
            row.as_bytes().windows(2).any(|two| two[0] == b'-' && two[1].is_ascii_digit());
        assert!(negative, "{format:?}: {row}");
    }
}

#[test]
fn parts_that_are_far_more_than_the_whole_are_said_not_to_add_up() {
    let says = |times: f64| {
        let mut record = record();
        let ladder = ladder_mut(&mut record, "rust/uds/rust");
        ladder
            .starts
            .iter_mut()
            .for_each(|start| start.carrier.as_mut().expect("it carries").mean_ns *= times);
        let text = rendered(&record, Format::Html);
        text.contains("The parts of uds do not add up")
    };
    assert!(says(2.5) && !says(1.0));
}

#[test]
fn a_rung_that_is_missing_leaves_unattributed_unknown_and_says_why() {
    let mut record = record();
    let ladder = ladder_mut(&mut record, "rust/grpc/rust");
    ladder.starts[1].codec = None;
    ladder.missing.push(MissingRung {
        rung: "codec".into(),
        reason: "the callee is written in <Elvish>".into(),
    });
    let stages = of(&record, "grpc");
    assert!(matches!(
        (&stages.codec, &stages.unattributed),
        (Stage::Unknown, Stage::Unknown)
    ));
    assert!(stages.transport.estimate().is_some(), "what was measured is shown");
    let text = rendered(&record, Format::Human);
    assert!(text.contains("grpc: no codec: the callee is written in <Elvish>"), "{text}");
    let page = rendered(&record, Format::Html);
    assert!(!page.contains("<Elvish>"), "text from a record is escaped");
}

#[test]
fn an_engine_that_cannot_run_alone_is_taken_from_its_callees_clock() {
    let mut record = record();
    let ladder = ladder_mut(&mut record, "rust/ffi-c/c");
    ladder.starts.iter_mut().for_each(|start| start.compute = None);
    let stages = of(&record, "ffi-c");
    assert!(stages.compute_by_callee);
    // A stamped call takes 2 % longer here, for two reads of the clock; one of them is in what the
    // callee reports.
    let read_ns = 0.01 * stages.whole.value;
    assert!((ns(&stages.compute) - (60.0 - read_ns)).abs() < 1e-9, "{:?}", stages.compute);
    let text = rendered(&record, Format::Human);
    assert!(text.contains("* measured by the callee's own clock"), "{text}");
}

#[test]
fn the_unattributed_share_and_visits_that_stayed_disturbed_stand_below_the_stages() {
    let mut record = record();
    let text = read(&record, Format::Human);
    assert!(
        text.contains("grpc 10 % (10 to 10)") && !text.contains("Disturbed visits"),
        "{text}"
    );
    let ladder = ladder_mut(&mut record, "rust/grpc/rust");
    for start in &mut ladder.starts {
        start.codec.as_mut().expect("it encodes").disturbed = 1;
    }
    let stages = of(&record, "grpc");
    let share = stages.unattributed_share.expect("all rungs are there");
    assert!(
        (share.value - ns(&stages.unattributed) / stages.whole.value).abs() < 1e-3,
        "{share:?}"
    );
    // Five rungs of four visits in five restarts.
    assert_eq!(stages.visits, (100, 5));
    for format in [Format::Human, Format::Html] {
        let text = read(&record, format);
        assert!(
            text.contains("Visits that lost CPU time to other work, not left out: grpc 5 of 100."),
            "{format:?}"
        );
    }
}

#[test]
fn a_run_that_was_for_something_else_says_that_it_measured_no_stages() {
    let mut record = record();
    (record.ladders, record.resources, record.floors) = (Vec::new(), Vec::new(), Vec::new());
    assert_eq!(stages::left_out(&record), None, "an older program measured none");
    record.plan.precision =
        Some(reports::record::Precision { wanted_share: 0.03, ..Default::default() });
    for format in READ {
        let text = rendered(&record, format).replace('\n', " ");
        assert!(
            text.contains("the time of this run was for the wanted precision"),
            "{format:?}: {text}"
        );
    }
}

#[test]
fn a_share_of_too_few_steps_is_not_shown() {
    let mut record = record();
    let used = resources::of("rust/grpc/rust", &record);
    assert!((used.caller_kernel.expect("enough").value - 0.7).abs() < 1e-9);
    assert!((used.callee_switches.expect("counted")[0].value - 1.0).abs() < 1e-9);
    let starts = &mut record
        .resources
        .iter_mut()
        .find(|one| one.lane == "rust/grpc/rust")
        .expect("there")
        .starts;
    let caller = starts[0].parts[0].used.as_mut().expect("read");
    (caller.user_ms, caller.kernel_ms) = (30, 60);
    let used = resources::of("rust/grpc/rust", &record);
    assert!(used.caller_kernel.is_none() && used.callee_kernel.is_some());
    assert_eq!(resources::of("rust/null/unknown", &record).caller_switches.map(|_| ()), None);
}

#[test]
fn allocations_are_shown_with_a_side_that_is_not_there_and_one_that_did_not_count() {
    let mut record = record();
    let grpc = record
        .allocations
        .iter_mut()
        .find(|one| one.lane == "rust/grpc/rust")
        .expect("there");
    grpc.parts.retain(|one| one.part == Part::Caller);
    let text = rendered(&record, Format::Human);
    let (_, table) = text.split_once("What a single call allocates").expect("a table");
    let row = |short: &str| {
        let line = table.lines().find(|line| line.starts_with(short)).expect("a row");
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(row("grpc"), "grpc 31.0 4.12 kB – –", "not counted is no 0");
    assert_eq!(
        row("inproc"),
        "inproc 0.0 0 B none none",
        "nothing is asked for, and there is no other side"
    );
    record.allocations.clear();
    let text = rendered(&record, Format::Human);
    assert!(!text.contains("What a single call allocates"), "{text}");
}

#[test]
fn floors_stand_below_what_a_call_burns_and_a_failed_one_says_why() {
    let mut record = record();
    let floor = record
        .floors
        .iter_mut()
        .find(|floor| floor.name == "cache_line")
        .expect("there");
    floor.starts.clear();
    floor.reason = Some("it needs two cores".into());
    for format in [Format::Human, Format::Html] {
        let text = rendered(&record, format);
        let text = text.replace('\n', " ");
        for part in ["cache line not measured (it needs two cores)", "copying 9.10 GB/s", "x pipe"]
        {
            assert!(text.contains(part), "{format:?}: {part} is missing");
        }
    }
}

#[test]
fn records_from_before_stages_are_read_and_say_nothing_of_them() {
    let mut value = serde_json::to_value(record()).expect("JSON");
    let object = value.as_object_mut().expect("an object");
    for field in ["ladders", "resources", "floors", "allocations"] {
        assert!(object.remove(field).is_some(), "{field}");
    }
    let read = reports::record::read::from_bytes(value.to_string().as_bytes()).expect("readable");
    for (format, title) in
        [(Format::Human, "Where the time"), (Format::Html, "data-kind=\"stages\"")]
    {
        let text = rendered(&read, format);
        assert!(!text.contains(title), "{format:?}");
    }
}

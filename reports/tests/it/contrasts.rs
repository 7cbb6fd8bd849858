//! Pairs that were asked in turns: resolution, false alarms, and what one change takes.

use crate::{record, synthetic::Random};
use reports::{
    Format, RenderOptions,
    contrasts::{false_alarms, resolution, variant},
    record::{Contrast, ContrastStart, Record},
    render,
    stats::t_quantile,
    trust::{Grade, grade},
};

/// A contrast whose log-ratios scatter by `scatter` around `shift`.
fn contrast(kind: &str, lanes: [&str; 2], shift: f64, scatter: f64, seed: u64) -> Contrast {
    let mut random = Random(seed);
    let start = |(start, normal): (u32, f64)| ContrastStart {
        start,
        log_ratio: shift + scatter * normal,
        first_p50_ns: 1_000.0,
        second_p50_ns: 1_000.0,
    };
    Contrast {
        kind: kind.into(),
        first: lanes[0].into(),
        second: lanes[1].into(),
        engine: "stub".into(),
        max_results: 10,
        starts: (0..10).map(|at| (at, random.normal())).map(start).collect(),
        reason: None,
        wrong: false,
    }
}

fn with(contrasts: Vec<Contrast>) -> Record {
    Record { contrasts, ..record() }
}

const GRPC: &str = "rust/grpc/rust";
const REST: &str = "rust/rest/rust";

#[test]
fn the_resolution_is_the_half_width_that_the_scatter_of_equal_lanes_gives() {
    let record = with((0..40).map(|seed| contrast("self", [GRPC; 2], 0.0, 0.02, seed)).collect());
    let [only] = resolution(&record).try_into().expect("one class");
    let wanted = (t_quantile(10, 0.99) * 0.02 / 10f64.sqrt()).exp_m1();
    assert_eq!((only.class.as_str(), only.contrasts), ("async", 40));
    assert!((only.share / wanted - 1.0).abs() < 0.1, "{} against {wanted}", only.share);
    let text = render(&record, Format::Human, &RenderOptions::default()).expect("renders");
    assert!(text.contains(&format!("resolution {:.1} % async", only.share * 100.0)), "{text}");
}

#[test]
fn equal_lanes_that_are_called_different_forbid_the_figures() {
    let equal = |alarms: usize| {
        let shift = |at: usize| if at < alarms { 0.1 } else { 0.0 };
        with((0..8).map(|at| contrast("self", [GRPC; 2], shift(at), 0.01, at as u64)).collect())
    };
    // Of 8 at the 1 % level one is chance (8 in 100 runs), two are not (3 in 1,000).
    let (none, two) = (equal(0), equal(2));
    assert_eq!(false_alarms(&none), (0, 8));
    assert_eq!(grade(&none).grade, Grade::Ok);
    assert_eq!(false_alarms(&two), (2, 8));
    assert_eq!(grade(&two).grade, Grade::DoNotUse);
}

#[test]
fn what_one_change_takes_is_read_from_bursts_in_turns_where_there_are_some() {
    let mut record = with(vec![contrast("variant", [GRPC, REST], 1.5f64.ln(), 0.005, 3)]);
    record.lanes.iter_mut().find(|lane| lane.name == REST).expect("synthetic").variant_of =
        Some("grpc".into());
    let found = variant(&record, GRPC, REST, "stub", 10).expect("ten starts");
    assert!((found.ratio.value / 1.5 - 1.0).abs() < 0.01, "{}", found.ratio.value);
    assert!(variant(&record, REST, GRPC, "stub", 10).is_none(), "the order matters");
    assert!(variant(&record, GRPC, REST, "catalog", 10).is_none());
    let text = render(&record, Format::Human, &RenderOptions::default()).expect("renders");
    assert!(text.contains("rest : grpc: 1.5 times") || text.contains("rest : grpc: 1.50 times"), "{text}");
}

/// Nominal 99 %: of 1,000 seeded contrasts without a difference about ten are called different.
#[test]
fn false_alarms_are_as_rare_as_they_should_be() {
    let record = with((0..1_000).map(|seed| contrast("self", [GRPC; 2], 0.0, 0.02, 7_000 + seed)).collect());
    let (hits, tried) = false_alarms(&record);
    assert_eq!(tried, 1_000);
    assert!((3..=20).contains(&hits), "{hits} of {tried}");
}

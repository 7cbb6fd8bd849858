//! Pairs that were asked in turns: the smallest difference that they show, false alarms, what one
//! change takes, placement, and pairs that failed. Two builds are in `builds`.

use crate::changes::{lane_mut, pair};
use crate::rendered::{READ, read, rendered};
use crate::{record, synthetic::Random};
use reports::stats::resolution::Resolution;
use reports::{
    Format,
    figures::contrasts::{
        false_alarms, smallest_difference::smallest_detectable_differences, variant,
    },
    judge::{grade::Grade, trust::grade},
    record::{Asked, Contrast, ContrastStart, Record},
    stats::{comparison::Comparison, units::time},
};

/// A contrast whose log-ratios scatter by `scatter` around `shift`.
pub(crate) fn contrast(
    kind: &str,
    lanes: [&str; 2],
    shift: f64,
    scatter: f64,
    seed: u64,
) -> Contrast {
    contrast_of(10, kind, lanes, shift, scatter, seed)
}

pub(crate) fn contrast_of(
    starts: u32,
    kind: &str,
    lanes: [&str; 2],
    shift: f64,
    scatter: f64,
    seed: u64,
) -> Contrast {
    let mut random = Random(seed);
    let start = |start| ContrastStart {
        start,
        log_ratio: shift + scatter * random.normal(),
        first_p50_ns: 1_000.0,
        second_p50_ns: 1_000.0,
    };
    pair(kind, lanes, (0..starts).map(start).collect())
}

pub(crate) fn with(contrasts: Vec<Contrast>) -> Record {
    Record { contrasts, ..record() }
}

pub(crate) const GRPC: &str = "rust/grpc/rust";
const REST: &str = "rust/rest/rust";
pub(crate) const UDS: &str = "rust/uds/rust";

#[test]
fn a_difference_of_the_resolution_is_found_nine_times_in_ten() {
    for starts in [5, 10, 30] {
        let cut = |mut contrast: Contrast| {
            contrast.starts.truncate(starts);
            contrast
        };
        let equal = |seed| cut(contrast_of(30, "self", [GRPC; 2], 0.0, 0.02, seed));
        let [only] = smallest_detectable_differences(&with((0..200).map(equal).collect()))
            .try_into()
            .expect("one class");
        assert_eq!((only.class.as_str(), only.contrasts), ("async", 200));
        let mut random = Random(5);
        let found = (0..2_000).filter(|_| {
            let logs: Vec<f64> = (0..starts)
                .map(|_| only.share.expect("told").ln_1p() + 0.02 * random.normal())
                .collect();
            Comparison::of_logs(&logs, Resolution::EXACT).expect("starts").detected()
        });
        let found = found.count();
        assert!((1_740..=1_860).contains(&found), "{found} of 2,000 with {starts} starts");
    }
}

/// One start in twenty is disturbed by up to 40 %: what is put in is found by the pairs that have
/// no such start, and how many starts are such is said.
#[test]
fn outlying_starts_do_not_make_the_smallest_difference_larger_and_are_counted() {
    let mut random = Random(6);
    let mut start = |shift: f64| {
        let disturbed = random.uniform() < 0.05;
        let by = if disturbed { 0.2 + 0.2 * random.uniform() } else { 0.0 };
        (disturbed, shift + by + 0.01 * random.normal())
    };
    let selves: Vec<Contrast> = (0..200)
        .map(|_| {
            let starts = (0..8).map(|at| ContrastStart {
                start: at,
                log_ratio: start(0.0).1,
                first_p50_ns: 1_000.0,
                second_p50_ns: 1_000.0,
            });
            pair("self", [GRPC; 2], starts.collect())
        })
        .collect();
    let record = with(selves);
    let [only] = &smallest_detectable_differences(&record)[..] else {
        panic!("one class")
    };
    assert!((0.035..0.065).contains(&only.outlying), "{only:?}");
    let share = only.share.expect("told");
    assert!(share < 0.03, "{share}");
    let (mut found, mut tried) = (0, 0);
    while tried < 2_000 {
        let starts: Vec<(bool, f64)> = (0..8).map(|_| start(share.ln_1p())).collect();
        if starts.iter().any(|(disturbed, _)| *disturbed) {
            continue;
        }
        let logs: Vec<f64> = starts.iter().map(|(_, log)| *log).collect();
        tried += 1;
        found += u32::from(
            Comparison::of_logs(&logs, Resolution::EXACT).expect("eight starts").detected(),
        );
    }
    assert!((1_740..=1_860).contains(&found), "{found} of 2,000");
    assert!(read(&record, READ[0]).contains("of restarts outlying, left out here)"));
}

#[test]
fn lanes_with_fewer_than_five_starts_have_no_smallest_difference() {
    let few = |starts| {
        let mut contrast = contrast("self", [GRPC; 2], 0.0, 0.02, 3);
        contrast.starts.truncate(starts);
        smallest_detectable_differences(&with(vec![contrast])).len()
    };
    assert_eq!([3, 4, 5].map(few), [0, 0, 1]);
}

#[test]
fn the_resolution_is_shown_as_that_of_pairs_asked_in_turns() {
    let record = with((0..8).map(|seed| contrast("self", [GRPC; 2], 0.0, 0.02, seed)).collect());
    let share = smallest_detectable_differences(&record)[0].share.expect("told");
    for format in READ {
        let words = format!(
            "mallest detectable difference: {:.1} % between lanes on async runtimes",
            share * 100.0
        );
        assert!(read(&record, format).contains(&words), "{format:?}");
    }
}

#[test]
fn equal_lanes_that_are_called_different_forbid_the_figures() {
    let equal = |alarms: u64| {
        let shift = |at: u64| if at < alarms { 0.1 } else { 0.0 };
        with((0..8).map(|at| contrast("self", [GRPC; 2], shift(at), 0.01, at)).collect())
    };
    // Of 8 at the 1 % level one is chance (8 in 100 runs), two are not (3 in 1,000).
    let (none, two) = (equal(0), equal(2));
    assert_eq!(false_alarms(&none), (0, 8));
    assert_eq!(grade(&none).grade, Grade::Ok);
    assert_eq!(false_alarms(&two), (2, 8));
    assert_eq!(grade(&two).grade, Grade::DoNotUse);
}

/// The lane `rest` said to differ in one thing from `grpc`.
fn with_variant(contrasts: Vec<Contrast>) -> Record {
    let mut record = with(contrasts);
    lane_mut(&mut record, "rest").variant_of = Some("grpc".into());
    record
}

fn asked(engine: &str) -> Asked<'_> {
    Asked {
        engine,
        workload: "recommendations",
        size: 10,
        placement: "free",
    }
}

#[test]
fn what_one_change_takes_is_read_from_bursts_in_turns_where_there_are_some() {
    let record = with_variant(vec![contrast("variant", [GRPC, REST], 1.5f64.ln(), 0.005, 3)]);
    let (base, found) = variant(&record, REST, asked("stub")).expect("asked in turns");
    let ratio = found.expect("ten starts").ratio.value;
    assert!(base == GRPC && (ratio / 1.5 - 1.0).abs() < 0.01, "{base} {ratio}");
    assert!(variant(&record, GRPC, asked("stub")).is_none(), "the order matters");
    assert!(
        variant(&record, REST, asked("catalog"))
            .is_some_and(|(base, ratio)| base == GRPC && ratio.is_none())
    );
    let text = rendered(&record, Format::Human);
    assert!(
        ["1.50", "1.5"]
            .iter()
            .any(|ratio| text.contains(&format!("rest : grpc: a single call, p50 {ratio} times"))),
        "{text}"
    );
}

#[test]
fn every_ratio_says_which_instrument_it_rests_on() {
    let asked = with_variant(vec![contrast("variant", [GRPC, REST], 1.5f64.ln(), 0.005, 3)]);
    let visited = with_variant(Vec::new());
    for format in READ {
        let (asked, visited) = (rendered(&asked, format), rendered(&visited, format));
        assert!(asked.contains(") alternately") && !asked.contains(") by visits"), "{format:?}");
        assert!(
            visited.contains(") by visits") && !visited.contains(") alternately"),
            "{format:?}"
        );
    }
}

#[test]
fn a_lane_is_set_against_the_one_with_which_it_was_asked_in_turns() {
    // Its declaration says grpc; the run asked it with uds.
    let record = with_variant(vec![contrast("variant", [UDS, REST], 0.2, 0.005, 3)]);
    let text = rendered(&record, Format::Human);
    assert!(
        text.contains("rest : uds: a single call, p50 1.22 times") && !text.contains("rest : grpc"),
        "{text}"
    );
}

#[test]
fn a_lane_on_one_core_stands_beside_itself_with_free_placement_with_both_medians() {
    let mut placed = contrast("placement", [GRPC; 2], 0.45f64.ln(), 0.02, 3);
    for start in &mut placed.starts {
        (start.first_p50_ns, start.second_p50_ns) = (60_000.0, 27_000.0);
    }
    let record = with(vec![placed, contrast("placement", [UDS; 2], 0.0, 0.01, 4)]);
    let lanes = reports::figures::contrasts::placements::of(&record);
    let [grpc, uds] = lanes.as_slice() else { panic!("two lanes: {lanes:?}") };
    assert!(
        (grpc.free_ns - 60_000.0).abs() < 1e-3 && (grpc.same_ns - 27_000.0).abs() < 1e-3,
        "{grpc:?}"
    );
    assert_eq!((grpc.verdict(), uds.verdict()), ("quicker", "the same within 5 %"));
    assert!(grpc.ratio().starts_with("0.45"), "{}", grpc.ratio());
    for format in READ {
        assert!(read(&record, format).contains(&grpc.ratio()), "{format:?}");
    }
    let words = read(&record, Format::Human);
    assert!(
        words.contains("What placement does: one core against free placement"),
        "{words}"
    );
    let medians = [
        format!("grpc: free, median (alternating) {}", time(60_000.0)),
        format!("one core, median (alternating) {}", time(27_000.0)),
        format!("one core : free {}", grpc.ratio()),
    ];
    assert!(words.contains(&medians.join("; ")), "{words}");
    // Neither a lane against itself nor what one change takes.
    assert!(smallest_detectable_differences(&record).is_empty() && false_alarms(&record) == (0, 0));
}

#[test]
fn a_pair_that_failed_is_not_here_with_its_reason_and_lowers_the_trust() {
    let mut broken = contrast("variant", [GRPC, REST], 0.2, 0.01, 3);
    broken.starts.truncate(4);
    broken.reason = Some("its callee ended".into());
    let record = with_variant(vec![broken.clone()]);
    for format in READ {
        let text = read(&record, format);
        for part in ["against grpc, called alternately", "ended after 4 restarts: its callee ended"]
        {
            assert!(text.contains(part), "{part} is missing in {format:?}\n{text}");
        }
    }
    let trust = grade(&record);
    assert_eq!(trust.grade, Grade::Caution);
    assert_eq!(
        trust.reasons[0].text,
        "1 of 1 comparisons of lanes failed (rest): see Not measured."
    );
    let wrong = grade(&with(vec![Contrast { wrong: true, ..broken }]));
    assert_eq!(wrong.grade, Grade::Caution);
    assert!(
        wrong.reasons[0].text.contains("rest (called alternately: its callee ended)"),
        "{:?}",
        wrong.reasons
    );
}

//! A claim has a verdict for each situation: how many items a call carries, and where both
//! processes run; and what its figures rest on.

use crate::changes::{cells_of, pair};
use crate::folklore::{RPC, changed, claim, situation, slowed, times, words};
use crate::record;
use crate::synthetic::in_two_placements;
use reports::record::{Contrast, ContrastStart, Record};
use reports::say::folklore::Verdict;

/// Only the comparison that cannot be told is open; the others have their verdicts.
#[test]
fn one_open_situation_leaves_the_verdicts_of_the_others() {
    let rest = "rust/rest/rust";
    let open = changed(record(), rest, |start, items, _| {
        if items == 1_024 {
            times(start, [0.2, 5.0][start.start as usize % 2]);
        }
    });
    assert_eq!(
        words(&open, RPC),
        "it depends: holds for batches of 64, not for single calls; cannot tell for batches \
        of 1,024"
    );
    // A difference that was detected, and may well be one that matters.
    let slightly = changed(record(), rest, |start, _, _| {
        let luck = 1.0 + 0.04 * (f64::from(start.start) - 2.0);
        times(start, 1.15 * luck);
    });
    assert_eq!(situation(&slightly, RPC, "single calls").verdict, Verdict::CannotTell);
}

#[test]
fn a_single_call_rests_on_pairs_asked_in_turns_whichever_lane_came_first() {
    let mut record = record();
    let names = ["rust/rest/rust", "rust/grpc/rust"];
    for (first, second, by) in [(0, 1, 2.0_f64), (1, 0, 0.5)] {
        record.contrasts = vec![in_turns(names[first], names[second], by)];
        let single = situation(&record, RPC, "single calls");
        let here = &single.here;
        assert!(here.contains("0.500 times (0.4"), "{here}");
        assert!(here.contains("10 ids, called alternately"), "{here}");
        let batch = situation(&record, RPC, "batches of 1,024").here;
        assert!(batch.contains("by visits") && !batch.contains("alternately"), "{batch}");
    }
}

/// Second by first is so much, in each of five starts.
fn in_turns(first: &str, second: &str, by: f64) -> Contrast {
    let starts = (0u32..5)
        .map(|start| ContrastStart {
            start,
            log_ratio: by.ln() + 0.002 * (f64::from(start) - 2.0),
            first_p50_ns: 80_000.0,
            second_p50_ns: 80_000.0 * by,
        })
        .collect();
    pair("head to head", [first, second], starts)
}

#[test]
fn placements_that_agree_are_one_line_and_those_that_do_not_are_named() {
    let both = in_two_placements(record());
    let claim_of = |record: &Record| claim(record, RPC);
    let agreeing = slowed(both.clone(), "rust/rest/rust", 5.0);
    assert_eq!(
        claim_of(&agreeing).words(),
        "holds here (the same verdict on one core and on two cores)"
    );
    let lines = claim_of(&agreeing).here();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[0].starts_with("single calls: holds. Measured: rest"), "{lines:?}");
    assert!(lines[0].contains(": on one core 4") && lines[0].contains("; on two cores "));

    let mut apart = both;
    apart.contrasts.clear();
    let cells = cells_of(&mut apart, "rust/rest/rust").into_iter();
    for cell in cells.filter(|cell| cell.placement == "two") {
        cell.starts.iter_mut().for_each(|start| times(start, 5.0));
    }
    let words = claim_of(&apart).words();
    assert!(words.contains("single calls on two cores"), "{words}");
    assert!(words.ends_with("not for single calls on one core"), "{words}");
}

//! Whether the intervals of stages and of a checked service time cover the truth, in seeded
//! simulations through the code that prints them. Of 1,000 trials at 95 % the share has a standard
//! deviation of 0.7 %.

use crate::assertions::each;
use crate::changes::pair;
use crate::record;
use crate::synthetic::Random;
use reports::figures::stages::{self, Stage};
use reports::record::{CellStart, Contrast, ContrastStart, LadderStart, Record, RungStart};
use reports::stats::estimates::Estimate;
use reports::{figures::contrasts::service_time, stats::estimates::Interval};

const TRIALS: usize = 1_000;
const LANE: &str = "rust/grpc/rust";
/// Mean times of rungs and of the whole call, ns.
const COMPUTE: f64 = 60.0;
const CODEC: f64 = 900.0;
const CARRIER: f64 = 9_000.0;
const FRAMEWORK: f64 = 20_000.0;
const WHOLE: f64 = 24_000.0;
/// What all parts of a start share, and what each has of its own, as standard deviations of
/// logarithms.
const SHARED: f64 = 0.03;
const OWN: f64 = 0.01;

/// The single call and the ladder of one lane, and nothing else.
fn bare(starts: u32) -> Record {
    let mut record = record();
    record
        .cells
        .retain(|cell| cell.lane == LANE && cell.items == 1 && cell.size == 10);
    record.visits.clear();
    let first = record.cells[0].starts[0].clone();
    let start = |start| CellStart { start, histogram: String::new(), ..first.clone() };
    record.cells[0].starts = (0..starts).map(start).collect();
    record.ladders.retain(|ladder| ladder.lane == LANE);
    record
}

fn draw(record: &mut Record, random: &mut Random) {
    let ladder = &mut record.ladders[0].starts;
    ladder.clear();
    for start in &mut record.cells[0].starts {
        let shared = (SHARED * random.normal()).exp();
        let mut of = |ns: f64| ns * shared * (OWN * random.normal()).exp();
        let mut rung =
            |ns: f64| Some(RungStart { calls: 500, mean_ns: of(ns), ..RungStart::default() });
        ladder.push(LadderStart {
            start: start.start,
            compute: rung(COMPUTE),
            codec: rung(CODEC),
            carrier: rung(CARRIER),
            framework: rung(FRAMEWORK),
            ..LadderStart::default()
        });
        start.mean_ns = Some(of(WHOLE));
        start.p50_ns = start.mean_ns;
    }
}

fn holds(estimate: &Estimate, truth: f64) -> bool {
    estimate
        .interval
        .is_some_and(|Interval { low, high }| low <= truth && truth <= high)
}

fn ns(stage: &Stage) -> Estimate {
    *stage.estimate().expect("measured")
}

#[test]
fn intervals_of_stages_cover_the_truth_as_often_as_they_say() {
    // The mean of a log-normal factor lies above its median.
    let mean = ((SHARED * SHARED + OWN * OWN) / 2.0).exp();
    let unattributed = WHOLE - FRAMEWORK - CODEC - COMPUTE;
    let truths = [CARRIER, FRAMEWORK - CARRIER, CODEC, unattributed].map(|ns| ns * mean);
    for starts in [5, 10] {
        let (mut record, mut random) = (bare(starts), Random(u64::from(starts)));
        let mut held = [0; 5];
        for _ in 0..TRIALS {
            draw(&mut record, &mut random);
            let lanes: Vec<_> = record.lanes.iter().filter(|lane| lane.name == LANE).collect();
            let found = stages::of(&lanes, &record).pop().expect("a ladder");
            let parts =
                [&found.transport, &found.framework, &found.codec, &found.unattributed].map(ns);
            for (held, (part, truth)) in held.iter_mut().zip(parts.iter().zip(truths)) {
                *held += usize::from(holds(part, truth));
            }
            let share = found.unattributed_share.expect("all rungs are there");
            held[4] += usize::from(holds(&share, unattributed / WHOLE));
        }
        let percent = held.map(|held| 100.0 * held as f64 / TRIALS as f64);
        println!(
            "{starts} starts: transport, framework, codec, unattributed, its share: {percent:?}"
        );
        let what = format!("percent covered with {starts} starts");
        each(percent, &what, |percent| (93.0..=97.0).contains(percent));
    }
}

#[test]
fn intervals_of_a_checked_service_time_cover_the_true_error_as_often_as_they_say() {
    let (work_ns, error) = (200_000, 0.01);
    for starts in [5, 10] {
        let (mut record, mut random, mut held) = (record(), Random(u64::from(starts) + 20), 0u32);
        for _ in 0..TRIALS {
            let start = |start| {
                let mut call = || 1e5 * (0.02 * random.normal()).exp();
                let (first_p50_ns, other) = (call(), call());
                let second_p50_ns = (other + work_ns as f64) * (1.0 + error);
                ContrastStart { start, log_ratio: 0.0, first_p50_ns, second_p50_ns }
            };
            let starts = (0..starts).map(start).collect();
            let checked = pair(service_time::KIND, [LANE; 2], starts);
            record.contrasts = vec![Contrast { work_ns: Some(work_ns), ..checked }];
            let found = service_time::of(&record).pop().expect("checked");
            held += u32::from(holds(&found.error(), error));
        }
        let percent = 100.0 * f64::from(held) / TRIALS as f64;
        println!("{starts} starts: error of a service time, 99 %: {percent}");
        assert!((98.0..=99.8).contains(&percent), "{starts} starts: {percent} %");
    }
}

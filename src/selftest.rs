//! Whether this machine, with this program, can be believed: how often a lane set against itself is called different,
//! and how often a handicap that was put in is found. Everything is restarted in every comparison.

mod verdict;

use crate::{
    failure::{Code, Failure},
    fleet::Fleet,
    interrupt,
    lanes::Lanes,
    output::print,
    pair::{self, Handicap, Question, Side},
    placement::Placement,
    progress::Progress,
    roster::{Known, Roster},
    workload::{Files, Workload},
};
use api::EngineKind;
use fixtures::generate::SplitMix64;
use reports::compare::Comparison;
use std::{
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};
use verdict::{Trial, Verdict};

/// What is tried.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Lanes set against themselves; the first also carries the handicaps
    #[arg(long, value_name = "LANE,..", value_delimiter = ',', default_value = "grpc,uds")]
    lanes: Vec<String>,
    /// A few comparisons in a minute: no verdict
    #[arg(long)]
    quick: bool,
    /// Where the two sides of a comparison run: free, same, cross
    #[arg(long, default_value = "same", value_parser = Placement::from_name)]
    placement: Placement,
    /// Seed of order and padding
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, default_value = "human", value_parser = ["human", "json"])]
    format: String,
}

/// Bursts of one start are measured for this long. Starts differ from each other by more than what a start's own bursts
/// leave open after a third of a second, so that many short starts tell more than few long ones.
const START_TIME: Duration = Duration::from_millis(350);
/// How long one comparison takes: a lane against itself, 5 %, 2 %.
const SELF: Duration = Duration::from_secs(20);
const FIVE: Duration = Duration::from_secs(15);
const TWO: Duration = Duration::from_secs(29);
/// Bursts that settle how long a call takes, before a handicap is made of it.
const PILOT: Duration = Duration::from_millis(500);

/// One comparison to come.
#[derive(Clone, Copy)]
struct Contest<'a> {
    known: &'a Known,
    /// In percent; none for a lane against itself.
    handicap: Option<u32>,
    in_callee: bool,
    time: Duration,
}

/// Runs the self-test and says what came out.
pub(crate) fn selftest(lanes: &Lanes, arguments: &Arguments, program: PathBuf) -> Result<ExitCode, Failure> {
    let roster = Roster::new(lanes);
    let known: Result<Vec<&Known>, Failure> =
        arguments.lanes.iter().map(|name| roster.available(name)).collect();
    let mut random = SplitMix64(arguments.seed);
    let mut contests = contests(&known?, arguments.quick);
    random.shuffle(&mut contests);
    let workload = Workload::load(&Files::default())?;
    let fleet = Fleet::new(program, &workload)?;
    let golden =
        fleet.write_golden("golden.jsonl", &workload.golden(EngineKind::Stub, MAX_RESULTS as i32))?;
    let question =
        Question { engine: EngineKind::Stub, max_results: MAX_RESULTS, deadline: DEADLINE, golden: &golden };
    let mut test = Test { fleet, question, placement: arguments.placement, random, trials: Vec::new() };
    interrupt::watch()?;
    let mut progress = Progress::new(contests.iter().map(|contest| contest.time + PILOT).sum());
    for (at, contest) in contests.iter().enumerate() {
        if interrupt::requested() {
            break;
        }
        progress.step("comparison", at, contests.len());
        test.compare(contest)?;
        progress.advance(contest.time + PILOT, &contest.known.about.short);
    }
    progress.finish();
    let verdict = Verdict::of(&test.trials, arguments.quick || interrupt::requested());
    print(&if arguments.format == "json" { verdict.json() } else { verdict.human() })?;
    Ok(match (interrupt::requested(), verdict.is_bad()) {
        (true, _) => Code::Interrupted.into(),
        (_, true) => Code::Untrustworthy.into(),
        _ => ExitCode::SUCCESS,
    })
}

/// Ids asked for.
const MAX_RESULTS: u32 = 10;
const DEADLINE: Duration = Duration::from_secs(5);

/// 40 comparisons of lanes with themselves, 20 of each handicap: half in the caller, half in the callee.
fn contests<'a>(lanes: &[&'a Known], quick: bool) -> Vec<Contest<'a>> {
    let (selves, handicaps) = if quick { (2, 2) } else { (40, 20) };
    let scale = |time: Duration| if quick { time / 3 } else { time };
    let mut contests: Vec<Contest> = (0..selves)
        .map(|at| Contest {
            known: lanes[at % lanes.len()],
            handicap: None,
            in_callee: false,
            time: scale(SELF),
        })
        .collect();
    for (percent, time) in [(5, FIVE), (2, TWO)] {
        contests.extend((0..handicaps).map(|at| Contest {
            known: lanes[0],
            handicap: Some(percent),
            in_callee: at % 2 == 1,
            time: scale(time),
        }));
    }
    contests
}

struct Test<'a> {
    fleet: Fleet,
    question: Question<'a>,
    placement: Placement,
    random: SplitMix64,
    trials: Vec<Trial>,
}

impl Test<'_> {
    /// One start of a lane against itself, the second side with a handicap.
    fn start(
        &mut self,
        known: &Known,
        handicap: Option<Handicap>,
        time: Duration,
    ) -> Result<pair::Started, Failure> {
        let seats = self.placement.seats(&mut self.random)?;
        let sides = [None, handicap].map(|handicap| Side { fleet: &self.fleet, known, handicap });
        pair::start(sides, &self.question, seats, time, &mut self.random)
    }

    /// One comparison: fresh starts until its time is up.
    fn compare(&mut self, contest: &Contest<'_>) -> Result<(), Failure> {
        let began = Instant::now();
        let handicap = match contest.handicap {
            None => None,
            Some(percent) => {
                let [call_ns, _] = self.start(contest.known, None, PILOT)?.p50_ns;
                let extra_ns = (call_ns * f64::from(percent) / 100.0).round() as u64;
                Some(if contest.in_callee { Handicap::Callee(extra_ns) } else { Handicap::Caller(extra_ns) })
            }
        };
        let mut log_ratios = Vec::new();
        // A start takes its bursts' time and about half as much for its processes: the last one must fit in.
        while began.elapsed() + START_TIME * 3 / 2 <= contest.time && !interrupt::requested() {
            log_ratios.push(self.start(contest.known, handicap, START_TIME)?.log_ratio);
        }
        if let Some(comparison) = Comparison::of_logs(&log_ratios) {
            self.trials.push(Trial {
                lane: contest.known.about.short.clone(),
                handicap_percent: contest.handicap,
                in_callee: contest.in_callee,
                comparison,
                seconds: began.elapsed().as_secs_f64(),
            });
        }
        Ok(())
    }
}

//! Whether this machine, with this program, can be believed: how often a lane set against itself is
//! called different, and how often a handicap that was put in is found. Everything is restarted in
//! every comparison.

pub(crate) mod chosen;
pub(crate) mod recovery;
pub(crate) mod trial;
pub(crate) mod verdict;

use crate::{
    drive::workload::{Files, Workload},
    fleet::Fleet,
    lanes::{
        Lanes,
        roster::{Known, Roster},
    },
    machine::placement::{Placement, StartSeats},
    measure::{
        contrasts::pair::{self, Handicap, PairSide, Question},
        selftest::{chosen::chosen, trial::Trial, verdict::Verdict},
    },
    shell::{
        failure::{Code, Failure},
        interrupt,
        output::print,
        progress::Progress,
    },
};
use api::EngineKind;
use fixtures::{WorkloadKind, WorkloadSize, generate::SplitMix64};
use reports::stats::paired_ratio;
use std::{path::PathBuf, process::ExitCode, time::Duration};

/// What is tried.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Lanes that are compared with themselves. The first also gets handicaps: delays that must be
    /// found [default: one async lane and one blocking lane]
    #[arg(long, value_name = "LANE,..", value_delimiter = ',')]
    lanes: Vec<String>,
    /// How many comparisons of lanes with themselves, in all
    #[arg(long, value_name = "N", default_value_t = 40)]
    comparisons: usize,
    /// How many comparisons for each handicap: half delay the caller, half the callee
    #[arg(long, value_name = "N", default_value_t = 20)]
    tries: usize,
    /// Handicaps, in percent of a call
    #[arg(long, value_name = "PERCENT,..", value_delimiter = ',', default_value = "5,2")]
    handicaps: Vec<u32>,
    /// A few short comparisons in about a minute, without a verdict
    #[arg(long)]
    quick: bool,
    /// Cores for caller and callee: one, two, far, free [default: two, if there are two cores]
    #[arg(long, value_parser = Placement::from_name)]
    placement: Option<Placement>,
    /// What answers: stub, or catalog, which computes: within one process too it can be delayed
    #[arg(long, value_parser = engine, default_value = "stub")]
    engine: EngineKind,
    /// Seed of the random order, and of the random padding that shifts the memory of processes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, default_value = "human", value_parser = ["human", "json"])]
    format: String,
}

/// Bursts of one start are measured for this long. Starts differ from each other by more than what
/// a start's own bursts leave open after a third of a second, so that many short starts tell more
/// than few long ones.
const START_TIME: Duration = Duration::from_millis(350);
/// How long a comparison takes: of a lane with itself, with a handicap, with one below
/// [`SMALL_PERCENT`].
const SELF: Duration = Duration::from_secs(20);
const HANDICAP: Duration = Duration::from_secs(15);
const SMALL_HANDICAP: Duration = Duration::from_secs(29);
const SMALL_PERCENT: u32 = 5;
/// What `--quick` makes of a comparison, and how many of each kind it makes.
const QUICK: u32 = 3;
const QUICK_TRIES: usize = 2;
/// Starts that settle how long a call takes, before a handicap is made of it.
const PILOTS: usize = 3;
/// The handicap that they are asked about, as a share of the median call.
const PILOT_SHARE: f64 = 0.03;

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
pub(crate) fn selftest(
    lanes: &Lanes,
    arguments: &Arguments,
    program: PathBuf,
) -> Result<ExitCode, Failure> {
    let roster = Roster::new(lanes);
    let known = chosen(&roster, &arguments.lanes, arguments.engine)?;
    let mut random = SplitMix64(arguments.seed);
    let mut contests = contests(&known, arguments);
    random.shuffle(&mut contests);
    let workload = Workload::load(&Files::default())?;
    interrupt::watch()?;
    let fleet = Fleet::new(program, &workload)?.without_hung_lanes();
    let golden = fleet
        .write_golden("golden.jsonl", &workload.golden(arguments.engine, MAX_RESULTS as i32))?;
    let topology = fleet.around().topology();
    let placement = arguments.placement.unwrap_or_else(|| Placement::steadiest(topology));
    let question = Question {
        engine: arguments.engine,
        asked: WorkloadSize { workload: WorkloadKind::Recommendations, size: MAX_RESULTS },
        deadline: DEADLINE,
        golden: &golden,
        columns: &[placement],
    };
    let (trials, failures) = (Vec::new(), Vec::new());
    let mut test = Test { fleet, question, random, trials, failures };
    test.all(&contests)?;
    let verdict = Verdict {
        trials: &test.trials,
        failures: &test.failures,
        placement,
        partial: arguments.quick || interrupt::requested(),
    };
    let as_json = arguments.format == "json";
    print(&if as_json { verdict.json() } else { verdict.human() })?;
    Ok(exit_code(&verdict))
}

fn engine(name: &str) -> Result<EngineKind, String> {
    let known = EngineKind::from_name(name);
    known.ok_or_else(|| "the engines are stub and catalog".into())
}

fn exit_code(verdict: &Verdict<'_>) -> ExitCode {
    if interrupt::requested() {
        Code::Interrupted.into()
    } else if verdict.is_bad() {
        Code::Untrustworthy.into()
    } else {
        ExitCode::SUCCESS
    }
}

/// Ids asked for.
const MAX_RESULTS: u32 = 10;
const DEADLINE: Duration = Duration::from_secs(5);

/// Comparisons of lanes with themselves, and of each handicap: half in the caller, half in the
/// callee.
fn contests<'a>(lanes: &[&'a Known], arguments: &Arguments) -> Vec<Contest<'a>> {
    let (most, divisor) = if arguments.quick { (QUICK_TRIES, QUICK) } else { (usize::MAX, 1) };
    let mut contests = Vec::new();
    for at in 0..arguments.comparisons.min(most) {
        contests.push(Contest {
            known: lanes[at % lanes.len()],
            handicap: None,
            in_callee: false,
            time: SELF / divisor,
        });
    }
    for &percent in &arguments.handicaps {
        let time = if percent < SMALL_PERCENT { SMALL_HANDICAP } else { HANDICAP };
        for at in 0..arguments.tries.min(most) {
            contests.push(Contest {
                known: lanes[0],
                handicap: Some(percent),
                in_callee: at % 2 == 1 && !lanes[0].about.in_process,
                time: time / divisor,
            });
        }
    }
    contests
}

struct Test<'a> {
    fleet: Fleet,
    question: Question<'a>,
    random: SplitMix64,
    trials: Vec<Trial>,
    /// Starts that failed, and why.
    failures: Vec<String>,
}

impl Test<'_> {
    /// All comparisons, until Ctrl-C.
    fn all(&mut self, contests: &[Contest<'_>]) -> Result<(), Failure> {
        let mut progress = Progress::new(contests.iter().map(|contest| contest.time).sum());
        for (at, contest) in contests.iter().enumerate() {
            if interrupt::requested() {
                break;
            }
            progress.step("comparison", at, contests.len());
            self.compare(contest)?;
            progress.advance(contest.time, &contest.known.about.short);
        }
        progress.finish();
        Ok(())
    }

    /// One start of a lane against itself, the second side with a handicap. `None` for one that
    /// failed; a wrong answer ends the self-test.
    fn start(
        &mut self,
        known: &Known,
        handicap: Option<Handicap>,
    ) -> Result<Option<pair::Started>, Failure> {
        let topology = self.fleet.around().topology();
        let seats = StartSeats::draw(self.question.columns, topology, &mut self.random)?;
        let sides = [None, handicap].map(|handicap| PairSide {
            fleet: &self.fleet,
            known,
            seats,
            handicap,
        });
        match pair::start(sides, &self.question, START_TIME, &mut self.random) {
            Ok(started) => Ok(started.into_iter().next()),
            Err(failure) if failure.is_void() => {
                Err(Failure::new(Code::Untrustworthy, failure.reason))
            }
            Err(failure) => {
                self.failures.push(failure.reason);
                Ok(None)
            }
        }
    }

    /// What a handicap of one percent is, ns: the median of a few starts.
    fn percent_ns(&mut self, known: &Known) -> Result<Option<f64>, Failure> {
        let mut each_ns = Vec::new();
        for _ in 0..PILOTS {
            each_ns.extend(self.start(known, None)?.map(|started| {
                // Bursts differ: a ratio of each burst by itself has another mean than a ratio of
                // means.
                let more_ns = PILOT_SHARE * started.p50_ns[0];
                more_ns / (100.0 * started.share_of(more_ns))
            }));
        }
        Ok(paired_ratio::median(&mut each_ns))
    }

    /// One comparison: fresh starts until its time is up.
    fn compare(&mut self, contest: &Contest<'_>) -> Result<(), Failure> {
        let around = self.fleet.around().clone();
        let began = around.now();
        let mut handicap = None;
        if let Some(percent) = contest.handicap {
            let Some(one_ns) = self.percent_ns(contest.known)? else { return Ok(()) };
            let extra_ns = (one_ns * f64::from(percent)).round() as u64;
            handicap = Some(if contest.in_callee {
                Handicap::Callee(extra_ns)
            } else {
                Handicap::Caller(extra_ns)
            });
        }
        let mut starts = Vec::new();
        // A start takes its bursts' time and about half as much for its processes: the last one
        // must fit in.
        while around.since(began) + START_TIME * 3 / 2 <= contest.time && !around.stop_requested() {
            starts.extend(self.start(contest.known, handicap)?);
        }
        if let Some(comparison) = trial::compared(&starts) {
            self.trials.push(Trial {
                lane: contest.known.about.short.clone(),
                handicap_percent: contest.handicap,
                handicap_ns: handicap.map(Handicap::ns),
                injected: handicap.and_then(|put_in| trial::injected(&starts, put_in.ns())),
                in_callee: contest.in_callee,
                comparison,
                seconds: around.since(began).as_secs_f64(),
            });
        }
        Ok(())
    }
}

//! One call, its answer printed and its latency said: the debugging tool.

use crate::{
    commands::serve::engine,
    drive::{
        WRONG_ON_PURPOSE,
        workload::{Files, Workload},
    },
    fleet::{
        Fleet,
        callee::Behaviour,
        driver::{Driver, DriverError},
        side::{GivenCallee, Side, SideError, SideSpec},
    },
    lanes::{
        Lanes,
        roster::{Known, Roster},
    },
    machine::placement::Seats,
    measure::visit,
    protocol::{Ask, Asked, Endpoint, Order, Question, Stamps, Visited},
    shell::{
        failure::{Code, Failure},
        interrupt,
        output::print,
        stderr,
    },
};
use api::{EngineKind, ErrorKind, Mode};
use fixtures::{WorkloadKind, WorkloadSize};
use reports::stats::units::{count, time};
use std::{fmt, path::PathBuf, process::ExitCode, time::Duration};

/// What is asked.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The lane, as `tollgate list` names it
    lane: String,
    /// The user who asks
    #[arg(long, default_value = "user_0")]
    user: String,
    /// Ids wanted
    #[arg(long, default_value_t = 10, allow_hyphen_values = true)]
    max: i32,
    /// What answers: stub (does no work), catalog (searches product vectors)
    #[arg(long, default_value = "stub", value_parser = engine)]
    engine: EngineKind,
    /// A callee that runs already, for example http://127.0.0.1:50051 or unix:/path [default: a new
    /// one is started]
    #[arg(long)]
    endpoint: Option<String>,
    /// A call that takes longer than this has failed
    #[arg(long, default_value = "5s")]
    deadline: String,
    /// Show how long the callee took to decode, compute and encode
    #[arg(long)]
    stamped: bool,
    #[command(flatten)]
    files: Files,
}

/// Makes one call through a driver of its own: a library that crashes takes the driver along, not
/// this program.
pub(crate) fn call(
    lanes: &Lanes,
    arguments: &Arguments,
    program: PathBuf,
) -> Result<ExitCode, Failure> {
    let roster = Roster::new(lanes);
    let known = roster.available(&arguments.lane)?;
    known.check_endpoint(arguments.endpoint.as_deref())?;
    let deadline = crate::plan::duration("deadline", &arguments.deadline)?;
    if arguments.engine == EngineKind::Wrong {
        stderr::say(format_args!("tollgate: {WRONG_ON_PURPOSE}"));
    }
    let workload = Workload::load(&arguments.files)?;
    interrupt::watch()?;
    let fleet = Fleet::new(program, &workload)?;
    let golden = fleet.write_golden("golden.jsonl", &arguments.golden(&workload))?;
    let given = arguments.given();
    let spec = SideSpec {
        known,
        behaviour: Behaviour::plain(arguments.engine),
        seats: Seats::default(),
        given: given.as_ref().map(|endpoint| GivenCallee { endpoint, pid: None }),
        deadline,
        patience: deadline * 2 + PATIENCE,
        golden: &golden,
        first: None,
        callee_cpu: false,
    };
    // A callee that was started lives until the answer is here.
    let mut side =
        Side::bring_up(&fleet, &spec, CONNECTION, || 0).map_err(|error| match error {
            SideError::NotStarted(failure) => failure,
            SideError::NotOpened(error) => arguments.unreachable(failed(known, &error)),
        })?;
    let asked =
        ask(&mut side.driver, arguments, spec.patience).map_err(|error| failed(known, &error))?;
    say_answer(&asked)?;
    stderr::say(Latency::of(&mut side, arguments, spec.patience));
    Ok(ExitCode::SUCCESS)
}

impl Arguments {
    /// The callee that runs already.
    fn given(&self) -> Option<Endpoint> {
        self.endpoint.as_deref().map(Endpoint::parse)
    }

    /// Right answers.
    fn golden(&self, workload: &Workload) -> String {
        workload.golden(self.engine, self.ids() as i32)
    }

    /// A connection that failed, with the endpoint of the user's own.
    fn unreachable(&self, failure: Failure) -> Failure {
        match &self.endpoint {
            Some(endpoint) => {
                failure.found_at(&format!("--endpoint {endpoint} (does your service run there?):"))
            }
            None => failure,
        }
    }

    /// Ids of a call that is timed: as many as are wanted, where that makes sense.
    fn ids(&self) -> u32 {
        let most = fixtures::Limits::DEFAULT.max_results;
        u32::try_from(self.max).unwrap_or(1).clamp(1, most as u32)
    }
}

/// How long a call took.
struct Latency<'a> {
    /// The first call of the connection, ns.
    first_ns: u64,
    /// The median of further calls.
    median: Option<Median>,
    /// True for a callee of the user's, which is asked no more than it has to be.
    given: bool,
    lane: &'a str,
}

/// Of calls one after another.
struct Median {
    calls: u64,
    ns: f64,
}

impl<'a> Latency<'a> {
    fn of(side: &mut Side, arguments: &'a Arguments, patience: Duration) -> Self {
        let given = arguments.endpoint.is_some();
        let median = if given {
            None
        } else {
            Median::of(&mut side.driver, arguments.ids(), patience)
        };
        let first_ns = side.opened.first_call_ns;
        Self { first_ns, median, given, lane: &arguments.lane }
    }
}

impl Median {
    /// None where the driver cannot tell: then there is the first call.
    fn of(driver: &mut Driver, ids: u32, patience: Duration) -> Option<Self> {
        let asked = WorkloadSize { workload: WorkloadKind::Recommendations, size: ids };
        let order = Order::Visit(visit::order(CONNECTION, Mode::Chatty.name(), asked, TIMED));
        let visited: Visited = driver.tell(&order, patience).ok()?;
        let fits = visited.wrong == 0 && visited.errors == 0 && visited.samples > 0;
        let group = f64::from(visited.group.max(1));
        let ns = visited.p50_ns.filter(|_| fits)? as f64 / group;
        Some(Self { calls: visited.items, ns })
    }
}

impl fmt::Display for Latency<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = time(self.first_ns as f64);
        if let Some(Median { calls, ns }) = &self.median {
            let (median, calls) = (time(*ns), count(*calls));
            return write!(
                f,
                "latency: {median}, median of {calls} calls; the first call, cold, took {first}"
            );
        }
        write!(f, "latency: {first}, one cold call")?;
        if self.given {
            let lane = self.lane;
            write!(f, "; `tollgate load {lane} --rate max --endpoint ENDPOINT` times many")?;
        }
        Ok(())
    }
}

/// The ids, one a line, and what the callee told of itself.
fn say_answer(asked: &Asked) -> Result<(), Failure> {
    print(&asked.replies.iter().flatten().map(|id| format!("{id}\n")).collect::<String>())?;
    asked.stamps.iter().for_each(say_stamps);
    Ok(())
}

/// How long the callee took for its parts.
fn say_stamps(stamps: &Stamps) {
    let Stamps { decode_ns, compute_ns, encode_ns } = stamps;
    stderr::say(format_args!(
        "callee: decode {decode_ns} ns, compute {compute_ns} ns, encode {encode_ns} ns"
    ));
}

/// So long a call is repeated for its median.
const TIMED: Duration = Duration::from_millis(100);
/// For the processes around a call.
const PATIENCE: Duration = Duration::from_secs(10);
/// The number of the one connection.
const CONNECTION: u32 = 0;

fn ask(
    driver: &mut Driver,
    arguments: &Arguments,
    patience: Duration,
) -> Result<Asked, DriverError> {
    let question = Question { user_id: arguments.user.clone(), max_results: arguments.max };
    let mode = if arguments.stamped { "stamped" } else { "chatty" };
    let order = Ask { id: CONNECTION, mode: mode.into(), requests: vec![question] };
    driver.ask(order, patience)
}

/// A question that makes no sense is a slip of whoever typed it.
fn failed(known: &Known, error: &DriverError) -> Failure {
    let code = match error {
        DriverError::Refused(refused)
            if matches!(refused.kind(), ErrorKind::InvalidArgument | ErrorKind::TooLarge) =>
        {
            Code::Usage
        }
        _ => Code::Failed,
    };
    Failure::new(code, format!("{}: {error}", known.about.name))
}

//! The coordinator: starts drivers and callees, gives the visits in their order, keeps the record. It never calls an
//! engine itself.

mod dry;
mod lane;

use crate::{
    failure::{Code, Failure},
    fleet::{Behaviour, Callee, Fleet, OpenTo},
    grid::{self, Planned},
    lanes::Lanes,
    linux,
    output::Output,
    plan::Plan,
    progress::Progress,
    recorder::Recorder,
    roster::{Known, Roster},
    schedule::Schedule,
    workload::Workload,
};
use api::EngineKind;
use dry::print_plan;
use fixtures::generate::SplitMix64;
use lane::{Down, Running, SLACK, number, visit};
use reports::{Format, RenderOptions};
use signal_hook::consts::SIGINT;
use std::{
    collections::HashMap,
    io::IsTerminal,
    path::PathBuf,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// What starting and stopping one lane takes, for the prediction.
const START_COST: Duration = Duration::from_millis(350);
/// The environment variable that moves a driver's stack is up to this long: a page.
const PADDING_BYTES: usize = 4_096;

/// Measures the plan, writes record and report, prints the table.
pub(crate) fn run(lanes: &Lanes, plan: &Plan, program: PathBuf, dry: bool) -> Result<ExitCode, Failure> {
    let roster = Roster::new(lanes);
    let chosen = roster.select(&plan.lanes)?;
    for lane in plan.endpoints.keys() {
        roster.named(lane)?;
    }
    let cells = grid::cells(plan, &chosen);
    let schedule = Schedule::new(plan, &cells);
    let predicted = (schedule.start_time() + START_COST * chosen.len() as u32) * plan.starts;
    if dry {
        print_plan(plan, &chosen, &cells, &schedule, predicted);
        return Ok(ExitCode::SUCCESS);
    }
    let workload = Workload::load(&plan.files)?;
    let output = Output::new(&plan.out)?;
    let fleet = Fleet::new(program, &workload)?;
    let recorder = Recorder::new(plan, &roster, &chosen, &cells, &schedule);
    let golden = golden_files(plan, &workload, &fleet)?;
    let run = Run {
        plan,
        roster: &roster,
        chosen,
        cells,
        schedule,
        fleet,
        golden,
        lines: workload.requests.len(),
        random: SplitMix64(plan.seed),
        recorder,
        output,
        progress: Progress::new(predicted),
        interrupted: watch_for_ctrl_c()?,
        died: false,
    };
    run.all()
}

/// True after Ctrl-C. A second one ends the program at once; its children see their stdin end.
fn watch_for_ctrl_c() -> Result<Arc<AtomicBool>, Failure> {
    let flag = Arc::new(AtomicBool::new(false));
    let failed = |error| Failure::failed(format!("cannot watch for Ctrl-C: {error}"));
    let code = i32::from(Code::Interrupted as u8);
    signal_hook::flag::register_conditional_shutdown(SIGINT, code, flag.clone()).map_err(failed)?;
    signal_hook::flag::register(SIGINT, flag.clone()).map_err(failed)?;
    Ok(flag)
}

/// One file of right answers for each engine, long enough for every `max_results` of the plan.
fn golden_files(
    plan: &Plan,
    workload: &Workload,
    fleet: &Fleet,
) -> Result<HashMap<EngineKind, PathBuf>, Failure> {
    let most = plan.max_results.iter().copied().max().unwrap_or(1) as i32;
    let write = |&engine: &EngineKind| {
        // The wrong engine is held to the answers of the stub.
        let right = if engine == EngineKind::Wrong { EngineKind::Stub } else { engine };
        let lines = workload.golden(right, most);
        Ok((engine, fleet.write_golden(&format!("golden-{}.jsonl", engine.name()), &lines)?))
    };
    plan.engines.iter().map(write).collect()
}

struct Run<'a> {
    plan: &'a Plan,
    roster: &'a Roster,
    chosen: Vec<&'a Known>,
    cells: Vec<Planned>,
    schedule: Schedule,
    fleet: Fleet,
    golden: HashMap<EngineKind, PathBuf>,
    /// Requests in the trace.
    lines: usize,
    random: SplitMix64,
    recorder: Recorder,
    output: Output,
    progress: Progress,
    interrupted: Arc<AtomicBool>,
    /// True when a driver or callee failed.
    died: bool,
}

impl Run<'_> {
    fn all(mut self) -> Result<ExitCode, Failure> {
        let mut done = 0;
        while done < self.plan.starts && !self.stopping() {
            self.progress.start(done, self.plan.starts);
            self.recorder.start(done);
            self.one_start()?;
            done += u32::from(!self.stopping());
            let finished = done == self.plan.starts;
            self.write(done, finished)?;
        }
        self.conclude(done)
    }

    fn stopping(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    fn write(&mut self, done: u32, finished: bool) -> Result<(), Failure> {
        let interrupted = self.interrupted.load(Ordering::Relaxed);
        let record = self.recorder.snapshot(done, finished, interrupted)?;
        self.output.write(record)
    }

    /// One fresh start of every lane, and all of its visits.
    fn one_start(&mut self) -> Result<(), Failure> {
        let mut order: Vec<usize> = (0..self.chosen.len()).collect();
        self.random.shuffle(&mut order);
        let mut running: Vec<Option<Running>> = self.chosen.iter().map(|_| None).collect();
        for lane in order {
            if self.stopping() {
                return Ok(());
            }
            let began = Instant::now();
            let padding = self.random.below(PADDING_BYTES);
            match self.bring_up(lane, padding) {
                Ok(up) => running[lane] = Some(up),
                Err(down) => self.give_up(lane, &down),
            }
            self.progress.advance(began.elapsed().max(START_COST), "starting callers and callees");
        }
        let slots = self.schedule.slots(&mut self.random, self.lines);
        for slot in slots {
            if self.stopping() {
                break;
            }
            let lane = self.cells[slot.cell].lane;
            if let Some(up) = &mut running[lane] {
                let visited =
                    visit(up, &self.cells[slot.cell], &slot, &mut self.recorder, self.plan.deadline);
                if let Err(down) = visited {
                    running[lane] = None;
                    self.give_up(lane, &down);
                }
            }
            self.progress.advance(slot.limit, &self.chosen[lane].about.short);
        }
        Ok(())
    }

    /// Starts a lane: its callees, its driver, a connection for each engine.
    fn bring_up(&mut self, lane: usize, padding: usize) -> Result<Running, Down> {
        let known = self.chosen[lane];
        let mut driver = self.fleet.driver(self.roster, known, padding)?;
        let mut engines: Vec<EngineKind> =
            self.cells.iter().filter(|cell| cell.lane == lane).map(|cell| cell.engine).collect();
        engines.dedup();
        let (mut callees, mut orders) = (Vec::new(), HashMap::new());
        for engine in self.plan.engines.iter().copied().filter(|engine| engines.contains(engine)) {
            let (endpoint, callee) = self.endpoint(known, engine)?;
            let to = OpenTo {
                engine,
                deadline: self.plan.deadline,
                golden: &self.golden[&engine],
                callee_pid: callee.as_ref().map(|callee| callee.process.pid()),
            };
            let order = self.fleet.open_order(number(engine), known, &endpoint, &to);
            let opened = driver.open(&order, self.plan.deadline * 2 + SLACK)?;
            let name = &known.about.name;
            if engine == self.plan.engines[0] {
                self.recorder.cold(name, callee.as_ref().map(|callee| callee.ready), &opened);
                let callee_pid = callee.as_ref().map(|callee| callee.process.pid());
                let settings = linux::socket_settings(driver.process.pid(), callee_pid, &endpoint);
                self.recorder.settings(name, settings);
            }
            callees.extend(callee);
            orders.insert(engine, order);
        }
        Ok(Running { driver, _callees: callees, orders })
    }

    /// Where this lane's engine answers: named by the user, started now, or inside the driver.
    fn endpoint(&self, known: &Known, engine: EngineKind) -> Result<(String, Option<Callee>), Failure> {
        let about = &known.about;
        let named = self.plan.endpoints.get(&about.name).or_else(|| self.plan.endpoints.get(&about.short));
        if let Some(endpoint) = named {
            return Ok((endpoint.clone(), None));
        }
        if about.in_process {
            return Ok((self.fleet.library(known)?, None));
        }
        let behaviour = Behaviour { engine, service_time: None };
        let callee = self.fleet.callee(self.roster, known, behaviour)?;
        Ok((callee.endpoint.clone(), Some(callee)))
    }

    /// A lane is out for the rest of this start: said aloud, and in the record.
    fn give_up(&mut self, lane: usize, down: &Down) {
        let name = self.chosen[lane].about.name.clone();
        self.died |= !down.void;
        self.progress.say(&format!("tollgate: {name}: {}; the other lanes go on", down.reason));
        self.recorder.note(Some(&name), down.reason.clone());
        let cells = self.cells.iter().enumerate().filter(|(_, cell)| cell.lane == lane).map(|(at, _)| at);
        self.recorder.without(cells, down.void, &down.reason);
    }

    /// Prints the table and says how it went.
    fn conclude(mut self, done: u32) -> Result<ExitCode, Failure> {
        let interrupted = self.stopping();
        self.progress.finish();
        if interrupted {
            let kept = format!(
                "interrupted after {done} of {} restarts; what was measured is kept",
                self.plan.starts
            );
            self.recorder.note(None, kept.clone());
            self.write(done, false)?;
            eprintln!("tollgate: {kept}");
        }
        let record = self.recorder.snapshot(done, done == self.plan.starts, interrupted)?;
        let options = RenderOptions {
            colour: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
            report_path: Some(self.output.report().display().to_string()),
            record_path: Some(self.output.record().display().to_string()),
        };
        let table = reports::render(record, Format::Human, &options)
            .map_err(|error| Failure::failed(format!("cannot make the table: {error}")))?;
        print!("{table}");
        let void = record.cells.iter().any(|cell| cell.status == "void");
        Ok(match (interrupted, void, self.died) {
            (true, ..) => Code::Interrupted.into(),
            (_, true, _) => Code::Untrustworthy.into(),
            (_, _, true) => Code::Failed.into(),
            _ => ExitCode::SUCCESS,
        })
    }
}

//! The coordinator: starts drivers and callees, gives the visits in their order, keeps the record.
//! It never calls an engine itself.

pub(crate) mod allocations;
pub(crate) mod dry_run;
pub(crate) mod pilot;
pub(crate) mod prepare;
pub(crate) mod running_lane;
pub(crate) mod timetable;
pub(crate) mod uninterrupted;
pub(crate) mod visits;

use crate::{
    drive::workload::Workload,
    fleet::{Behaviour, Callee, Fleet, OpenTo, Seats, against::Other},
    lanes::{
        Lanes,
        roster::{Known, Roster},
    },
    machine::linux,
    measure::{
        contrasts::Contrasts,
        load::sweep::Loads,
        run::{
            dry_run::plan_text,
            pilot::Pilot,
            prepare::{check_endpoints, golden_files},
            running_lane::{Down, Running, SLACK, number},
            timetable::Timetable,
            uninterrupted::Uninterrupted,
        },
        stages::Stages,
    },
    plan::{
        Plan,
        grid::{self, Planned},
        schedule::Schedule,
    },
    protocol::Endpoint,
    recorder::Recorder,
    shell::{
        baselines,
        failure::{Code, Failure},
        interrupt,
        output::{Output, print},
        progress::Progress,
    },
};
use api::EngineKind;
use fixtures::generate::SplitMix64;
use reports::{Format, RenderOptions};
use std::{
    collections::HashMap,
    io::IsTerminal,
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

/// What starting and stopping one lane takes, for the prediction.
const START_COST: Duration = Duration::from_millis(350);
/// The environment variable that moves a driver's stack is up to this long: a page.
const PADDING_BYTES: usize = 4_096;

/// Measures the plan, writes record and report, prints the table.
pub(crate) fn run(
    lanes: &Lanes,
    plan: &Plan,
    program: PathBuf,
    dry: bool,
) -> Result<ExitCode, Failure> {
    let roster = Roster::new(lanes);
    let chosen = roster.select(&plan.lanes)?;
    check_endpoints(plan, &roster, &chosen)?;
    let workload = Workload::load(&plan.files)?;
    let cells = grid::cells(plan, &chosen);
    let times = Timetable::new(plan, &roster, &chosen, &cells);
    if dry {
        print(&plan_text(plan, &chosen, &cells, &times))?;
        return Ok(ExitCode::SUCCESS);
    }
    let Timetable {
        schedule,
        contrasts,
        uninterrupted,
        stages,
        loads,
        pilot,
        predicted,
    } = times;
    let output = Output::new(&plan.out)?;
    let (other, other_build) = plan.against.as_ref().map(Other::program).transpose()?.unzip();
    let other = other.map(|program| Fleet::new(program, &workload)).transpose()?;
    let fleet = Fleet::new(program, &workload)?;
    let mut recorder = Recorder::new(plan, &workload, &roster, &chosen, &cells, &schedule);
    recorder.plan_contrasts(contrasts.recorded(plan));
    recorder.plan_stages(stages.recorded());
    recorder.plan_loads(loads.recorded(plan, &chosen));
    recorder.other_build(other_build);
    if let Some(pilot) = &pilot {
        recorder.precision(pilot.recorded());
        recorder.reschedule(pilot.starts, &schedule);
    }
    contrasts.left_out().iter().for_each(|said| recorder.note(None, said));
    let golden = golden_files(plan, &workload, &fleet)?;
    let run = Run {
        plan,
        chosen,
        cells,
        schedule,
        contrasts,
        uninterrupted,
        stages,
        loads,
        fleet,
        other,
        golden,
        lines: workload.requests.len(),
        random: SplitMix64(plan.seed),
        recorder,
        output,
        progress: Progress::new(predicted),
        starts: pilot.as_ref().map_or(plan.starts, |pilot| pilot.starts),
        pilot,
        died: false,
        disturbed: 0,
        repeated: 0,
        wrong_apart: false,
    };
    interrupt::watch()?;
    run.all()
}

pub(crate) struct Run<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) chosen: Vec<&'a Known>,
    pub(crate) cells: Vec<Planned>,
    pub(crate) schedule: Schedule,
    pub(crate) contrasts: Contrasts<'a>,
    pub(crate) uninterrupted: Uninterrupted,
    pub(crate) stages: Stages<'a>,
    pub(crate) loads: Loads,
    pub(crate) fleet: Fleet,
    /// Where the processes of another build come from.
    pub(crate) other: Option<Fleet>,
    pub(crate) golden: HashMap<EngineKind, PathBuf>,
    /// Requests in the trace.
    pub(crate) lines: usize,
    pub(crate) random: SplitMix64,
    pub(crate) recorder: Recorder,
    pub(crate) output: Output,
    pub(crate) progress: Progress,
    /// Restarts in all; those of the pilot until it has decided.
    pub(crate) starts: u32,
    pub(crate) pilot: Option<Pilot>,
    /// True when a driver or callee failed.
    pub(crate) died: bool,
    /// Disturbed visits so far, and those that were made once more.
    pub(crate) disturbed: usize,
    pub(crate) repeated: usize,
    /// True when an answer was wrong in a pair that was asked in turns or under load, or the books
    /// of a load do not agree.
    pub(crate) wrong_apart: bool,
}

impl Run<'_> {
    fn all(mut self) -> Result<ExitCode, Failure> {
        let mut done = 0;
        while done < self.starts && !interrupt::requested() {
            self.announce(done);
            self.recorder.start(done);
            self.one_start()?;
            done += u32::from(!interrupt::requested());
            self.decide(done)?;
            let finished = done == self.starts;
            if finished {
                self.count_allocations();
                self.note_disturbed();
            }
            self.write(done, finished)?;
        }
        self.conclude(done)
    }

    fn write(&mut self, done: u32, finished: bool) -> Result<(), Failure> {
        let interrupted = interrupt::requested();
        let record = self.recorder.snapshot(done, finished, interrupted)?;
        self.output.write(record)
    }

    /// One fresh start of every lane, and all of its visits.
    fn one_start(&mut self) -> Result<(), Failure> {
        let mut order: Vec<usize> = (0..self.chosen.len()).collect();
        self.random.shuffle(&mut order);
        let seats = self.plan.placement.seats(&mut self.random)?;
        self.floors(seats);
        let mut running: Vec<Option<Running>> = self.chosen.iter().map(|_| None).collect();
        for lane in order {
            if interrupt::requested() {
                return Ok(());
            }
            let began = Instant::now();
            let padding = self.random.below(PADDING_BYTES);
            match self.bring_up(lane, padding, seats) {
                Ok(up) => running[lane] = Some(up),
                Err(down) => self.give_up(lane, None, &down),
            }
            self.progress
                .advance(began.elapsed().max(START_COST), "starting callers and callees");
        }
        let mut slots = self.schedule.slots(&mut self.random, self.lines);
        self.uninterrupted.mix_into(&mut slots, &mut self.random, self.lines);
        self.begin_stages(seats, &mut running, slots.len());
        self.visits(slots, &mut running);
        self.repeats(&mut running);
        self.stages
            .end(&self.chosen, &running, !interrupt::requested(), &mut self.recorder);
        self.under_load(&mut running);
        // The lanes of this start have gone: pairs have the machine to themselves.
        drop(running);
        self.in_turns()
    }

    /// Starts a lane: its driver, its callees, a connection for each engine. An engine that does
    /// not come up costs its own cells; a driver that fails costs all.
    fn bring_up(&mut self, lane: usize, padding: usize, seats: Seats) -> Result<Running, Down> {
        let known = self.chosen[lane];
        let driver = self.fleet.driver(known, padding, seats)?;
        let own_known = self.plan.endpoint_of(known).is_none();
        let mut up = Running {
            driver,
            callees: Vec::new(),
            own_known,
            orders: HashMap::new(),
            carrier: None,
        };
        for engine in self.plan.engines.clone() {
            if !self.cells.iter().any(|cell| cell.lane == lane && cell.engine == engine) {
                continue;
            }
            match self.open(&mut up, known, engine, seats) {
                Ok(()) => {}
                Err(down) if down.driver_failed => return Err(down),
                Err(down) => self.give_up(lane, Some(engine), &down),
            }
        }
        Ok(up)
    }

    /// Starts the callee of one engine, and opens the driver's connection to it.
    fn open(
        &mut self,
        up: &mut Running,
        known: &Known,
        engine: EngineKind,
        seats: Seats,
    ) -> Result<(), Down> {
        let (endpoint, callee) = self.endpoint(known, engine, seats)?;
        let callee_pid = callee.as_ref().map(|callee| callee.process.pid());
        let to = OpenTo {
            behaviour: Behaviour::plain(engine),
            deadline: self.plan.deadline,
            golden: &self.golden[&engine],
            first_max_results: Some(self.plan.max_results[0]),
            callee_pid,
        };
        let order = self.fleet.open_order(number(engine), known, &endpoint, &to);
        let opened = up.driver.open(&order, self.plan.deadline * 2 + SLACK)?;
        if engine == self.plan.engines[0] {
            let name = &known.about.name;
            self.recorder.cold(name, callee.as_ref().map(|callee| callee.ready), &opened);
            let driver_pid = up.driver.process.pid();
            let address = Endpoint::parse(&endpoint).socket_address();
            let settings = address.map_or_else(Vec::new, |address| {
                linux::socket_settings(driver_pid, callee_pid, &address)
            });
            self.recorder.settings(name, settings);
        }
        up.callees.extend(callee);
        up.orders.insert(engine, order);
        Ok(())
    }

    /// Where this lane's engine answers: named by the user, started now, or inside the driver.
    fn endpoint(
        &self,
        known: &Known,
        engine: EngineKind,
        seats: Seats,
    ) -> Result<(String, Option<Callee>), Failure> {
        match self.plan.endpoint_of(known) {
            Some(endpoint) => Ok((endpoint.clone(), None)),
            None => self.fleet.endpoint(known, Behaviour::plain(engine), seats),
        }
    }

    /// A lane, or one engine of it, is out for the rest of this start: said aloud, and in the
    /// record.
    pub(crate) fn give_up(&mut self, lane: usize, engine: Option<EngineKind>, down: &Down) {
        let name = self.chosen[lane].about.name.clone();
        self.died |= !down.void;
        let what = engine.map_or_else(String::new, |engine| format!(" (engine {})", engine.name()));
        self.progress
            .say(&format!("tollgate: {name}{what}: {}; the others go on", down.reason));
        self.recorder.note(Some(&name), &down.reason);
        let hit =
            |cell: &Planned| cell.lane == lane && engine.is_none_or(|engine| engine == cell.engine);
        let cells = self.cells.iter().enumerate().filter(|(_, cell)| hit(cell)).map(|(at, _)| at);
        self.recorder.without(cells, down.void, &down.reason);
    }

    /// Prints the table and says how it went.
    fn conclude(mut self, done: u32) -> Result<ExitCode, Failure> {
        let interrupted = interrupt::requested();
        self.progress.finish();
        if interrupted {
            let kept = format!(
                "interrupted after {done} of {} restarts; what was measured is kept",
                self.starts
            );
            self.recorder.note(None, &kept);
            self.note_disturbed();
            self.write(done, false)?;
            eprintln!("tollgate: {kept}");
        }
        let record = self.recorder.snapshot(done, done == self.starts, interrupted)?;
        let options = RenderOptions {
            colour: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
            report_path: Some(self.output.report().display().to_string()),
            record_path: Some(self.output.record().display().to_string()),
        };
        let table = reports::render(record, Format::Human, &options)
            .map_err(|error| Failure::failed(format!("cannot make the table: {error}")))?;
        let limit = self.plan.against.as_ref().and_then(|other| other.limit);
        let (verdict, gate) = limit.map(|limit| limit.applied(record)).unzip();
        print(&verdict.map_or_else(String::new, |line| line + "\n\n"))?;
        print(&table)?;
        let void = self.wrong_apart || record.cells.iter().any(|cell| cell.status == "void");
        if let Some(name) = &self.plan.save {
            self.keep(name, interrupted || void)?;
        }
        Ok(match (interrupted, void, self.died, gate.flatten()) {
            (true, ..) => Code::Interrupted.into(),
            (_, true, ..) => Code::Untrustworthy.into(),
            (_, _, true, _) => Code::Failed.into(),
            (.., Some(code)) => code.into(),
            _ => ExitCode::SUCCESS,
        })
    }

    /// Keeps the record as a baseline, unless nothing should be compared with it.
    fn keep(&self, name: &str, unfit: bool) -> Result<(), Failure> {
        if unfit {
            eprintln!(
                "tollgate: not kept as `{name}`: a run with wrong answers, or cut short, is no \
                baseline"
            );
            return Ok(());
        }
        let kept = baselines::save(&self.output.record(), name)?;
        eprintln!("kept as {}: `tollgate compare --baseline {name} RECORD`", kept.display());
        Ok(())
    }
}

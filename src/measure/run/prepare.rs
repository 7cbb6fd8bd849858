//! What a run needs before it starts anything: names that fit, right answers, a record to write to.

use crate::{
    drive::workload::Workload,
    fleet::{Fleet, against::Other, file_identity::FileIdentity, launch::World},
    lanes::roster::{Known, Roster},
    machine::{
        clock::Limits,
        placement::{Placement, Possible},
        surroundings::Surroundings,
        topology::Topology,
    },
    measure::{
        run::timetable::Timetable,
        session::{Outcome, Session},
    },
    plan::{Plan, grid::Planned, workload_fits::Fitting},
    recorder::{Beginning, Recorder},
    shell::{failure::Failure, program::this_program, progress::Progress, stderr},
};
use api::EngineKind;
use fixtures::generate::SplitMix64;
use reports::record::{Build, CriterionEstimate, Environment, read::criterion};
use std::{collections::HashMap, path::PathBuf, sync::Arc};

/// What is to be known of a lane whose callee the user started.
const NOT_MOVED: &str = "its callee was started by the user and stays on the cores that it has: \
only its caller is held to one, in the first placement alone";

/// What is to be known of a lane that goes through a server of the user's.
const SERVER_NOT_MOVED: &str = "the server between its two sides was started by the user: it stays \
on the cores that it has, its settings are not known here, and its CPU time and memory are not \
measured";

/// Each endpoint that the user named must be that of a lane to be measured.
pub(crate) fn check_endpoints(
    plan: &Plan,
    roster: &Roster,
    chosen: &[&Known],
) -> Result<(), Failure> {
    for name in plan.endpoints.keys() {
        let lane = roster.named(name)?;
        if !chosen.iter().any(|other| other.about.name == lane.about.name) {
            let line = format!("--endpoint {name}: that lane is not measured; add it with --lanes");
            return Err(Failure::usage(line));
        }
        lane.check_endpoint(plan.endpoint_of(lane).map(String::as_str))?;
    }
    Ok(())
}

/// The plan in the placements that this machine has, and what of them is left out.
pub(crate) fn placed(plan: &Plan, topology: &Topology) -> Result<(Plan, Option<String>), Failure> {
    let Possible { placements, left_out } = Placement::possible(&plan.placements, topology)?;
    Ok((Plan { placements, ..plan.clone() }, left_out))
}

/// What is measured, and over what.
pub(crate) struct Settled<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) roster: &'a Roster,
    pub(crate) chosen: Vec<&'a Known>,
    /// Lanes that cannot be asked this workload, by name, and why.
    pub(crate) left_out: Vec<(String, &'static str)>,
    /// Placements that this machine does not have, and why.
    pub(crate) unplaced: Option<String>,
    pub(crate) cells: Vec<Planned>,
    pub(crate) workload: &'a Workload,
}

/// What it is measured with.
pub(crate) struct Means {
    pub(crate) world: World,
    /// This program's file.
    pub(crate) program: PathBuf,
    pub(crate) progress: Progress,
}

impl<'a> Settled<'a> {
    /// Builds another build where one is compared, and writes the files that all processes share.
    pub(crate) fn session(
        self,
        means: Means,
        environment: Environment,
        parts: &Timetable<'_>,
    ) -> Result<Session<'a>, Failure> {
        let (plan, workload) = (self.plan, self.workload);
        let Means { world, program, progress } = means;
        let (other, other_build) = plan.against.as_ref().map(Other::program).transpose()?.unzip();
        let fleet_of = |program| {
            Fleet::in_world(world.clone(), program, workload).map(Fleet::without_hung_lanes)
        };
        let fleet = fleet_of(program)?;
        let other_build_fleet = other.map(fleet_of).transpose()?;
        let clock = Limits {
            read_ns: environment.clock_read_ns,
            step_ns: environment.clock_step_ns,
        };
        let recorder = self.recorder(parts, other_build, environment, world.around.clone());
        let golden = golden_files(plan, workload, &fleet)?;
        for said in Fitting::said(&self.left_out).iter().chain(&self.unplaced) {
            progress.say(&format!("tollgate: {said}"));
        }
        Ok(Session {
            plan,
            chosen: self.chosen,
            cells: self.cells,
            other_build: other_build_fleet.map(|other| other.with_servers_of(&fleet)),
            fleet,
            golden,
            requests: workload.requests.len(),
            least_sample_ns: clock.least_sample_ns(),
            random: SplitMix64(plan.seed),
            recorder,
            around: world.around,
            progress,
            start: 0,
            outcome: Outcome::default(),
        })
    }

    /// A record that says what is planned.
    fn recorder(
        &self,
        parts: &Timetable<'_>,
        other_build: Option<Build>,
        environment: Environment,
        around: Arc<dyn Surroundings>,
    ) -> Recorder {
        let (plan, chosen) = (self.plan, self.chosen.as_slice());
        let mut recorder = Recorder::new(Beginning {
            plan,
            workload: self.workload,
            roster: self.roster,
            lanes: chosen,
            cells: &self.cells,
            schedule: &parts.schedule,
            environment,
            around,
        });
        recorder.plan_contrasts(parts.contrasts.planned(plan), other_build);
        recorder.plan_stages(parts.stages.planned(), parts.stages.planned_floors());
        recorder.plan_loads(parts.loads.planned(plan, chosen));
        if let Some(pilot) = &parts.pilot {
            recorder.head.plan.precision = Some(pilot.recorded());
            recorder.reschedule(pilot.starts, &parts.schedule);
        }
        for (lane, reason) in &self.left_out {
            recorder.note(Some(lane), reason);
        }
        for (lane, said) in chosen.iter().flat_map(|lane| stays_in_place(plan, lane)) {
            recorder.note(Some(lane), said);
        }
        for said in parts.contrasts.left_out().iter().chain(&self.unplaced) {
            recorder.note(None, said);
        }
        if let Some(because) = parts.stages.without_stages() {
            recorder.note(None, &format!("stages: not measured, {because}"));
        }
        recorder
    }
}

/// Says which lanes cannot run here of those that the plan's words stand for, and what is missing.
pub(super) fn say_unavailable(roster: &Roster, plan: &Plan) {
    for unavailable in roster.cannot_run(&plan.lanes) {
        stderr::say(format_args!("tollgate: {}", unavailable.text()));
    }
}

/// What criterion measured of this build, where the plan says where it keeps that. What is of no
/// use is said.
pub(crate) fn criterion_estimates(
    plan: &Plan,
    mut say: impl FnMut(&str),
) -> Vec<CriterionEstimate> {
    let Some(folder) = &plan.criterion else { return Vec::new() };
    let program = this_program().ok().and_then(|program| FileIdentity::of(&program));
    let Some(build) = program.map(|file| file.stamp()) else { return Vec::new() };
    let found = criterion::of_build(folder, &build);
    for why in &found.left_out {
        say(&format!("tollgate: {why}"));
    }
    found.estimates
}

/// What of a lane nobody moves here, in words.
fn stays_in_place<'a>(plan: &Plan, lane: &'a Known) -> Vec<(&'a str, &'static str)> {
    let half_placed = is_half_placed(plan, lane).then_some(NOT_MOVED);
    let server = is_behind_given_server(plan, lane).then_some(SERVER_NOT_MOVED);
    half_placed
        .into_iter()
        .chain(server)
        .map(|said| (&*lane.about.name, said))
        .collect()
}

/// True for a lane behind a server of the user's.
fn is_behind_given_server(plan: &Plan, lane: &Known) -> bool {
    let given = lane.server.as_ref().is_some_and(|server| server.given.is_some());
    given && plan.main_placement() != Placement::Free && plan.endpoint_of(lane).is_none()
}

/// True for a lane of which this run places the caller alone.
fn is_half_placed(plan: &Plan, lane: &Known) -> bool {
    let placed = plan.main_placement() != Placement::Free;
    placed && !lane.about.in_process && plan.endpoint_of(lane).is_some()
}

/// One file of right answers for each engine, long enough for every size of the plan.
fn golden_files(
    plan: &Plan,
    workload: &Workload,
    fleet: &Fleet,
) -> Result<HashMap<EngineKind, PathBuf>, Failure> {
    let most = plan.most_ids() as i32;
    let mut files = HashMap::new();
    for &engine in &plan.engines {
        // The wrong engine is held to the answers of the stub.
        let right = if engine == EngineKind::Wrong { EngineKind::Stub } else { engine };
        let name = format!("golden-{}.jsonl", engine.name());
        files.insert(engine, fleet.write_golden(&name, &workload.golden(right, most))?);
    }
    Ok(files)
}

/// The lanes that the plan's words stand for; an error names the file that has the words.
pub(super) fn selected<'r>(roster: &'r Roster, plan: &Plan) -> Result<Vec<&'r Known>, Failure> {
    roster.select(&plan.lanes).map_err(|failure| match &plan.lanes_named_at {
        Some(place) => failure.found_at(place),
        None => failure,
    })
}

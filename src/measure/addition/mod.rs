//! `--batch +32`, `--lanes +NAME`: the latest record, changed. Only what it lacks is measured.
//!
//! 1. `base`: the record of the folder, and its plan, from its command. It is refused where it is
//!    of another machine, build or data, was cut short, or lacks lanes that are to be asked.
//! 2. `changed_plan`: that plan with the change. What leaves it is taken out of the record at once
//!    (`taken_out`), which needs no measurement.
//! 3. `missing`: the cells that the changed plan has and the record lacks, and anchors, which it
//!    has: of each lane that gets cells the single call and both neighbouring batches; for a new
//!    lane those of the two lanes that groups are compared by.
//! 4. An ordinary run of these alone: visits as long as those of the record, in few restarts; no
//!    pairs, stages or floors. Its time follows the number of lanes.
//! 5. The anchors, later by earlier, unpaired (`reports::judge::comparison::anchors`). If they
//!    agree, both are put together (`merge`): restarts get numbers that the record has not, so that
//!    nothing pairs them; visits of anchors stay out. If not, it is said, what the record has of
//!    these lanes is taken out, and all of their cells are measured, as if they were new.
//! 6. Record and report are written once, when all is there. Ctrl-C before that changes nothing.

pub(crate) mod base;
pub(crate) mod changed_plan;
pub(crate) mod merge;
pub(crate) mod missing;
pub(crate) mod said;
pub(crate) mod taken_out;
#[cfg(test)]
mod tests;

use crate::{
    drive::workload::Workload,
    fleet::launch::World,
    lanes::{
        Lanes,
        roster::{Known, Roster},
    },
    machine::{environment::environment, placement::Placement},
    measure::{
        addition::{base::Base, changed_plan::Changed, missing::Missing},
        run::{
            self,
            conclusion::{self, Ended},
            prepare::{Means, Settled, check_endpoints, placed},
            timetable::Timetable,
        },
    },
    plan::{
        Plan,
        change::{Change, Steps},
        schedule::USUAL_VISIT,
    },
    shell::{
        failure::{Code, Failure},
        interrupt,
        output::{Output, print},
        progress::Progress,
        stderr,
    },
};
use reports::{
    judge::comparison::anchors::{self, AnchorCheck},
    record::{Addition, Environment, Record},
};
use std::{path::PathBuf, process::ExitCode, time::Duration};

/// Changes the latest record in the folder of this plan. None where it was to be shown only what
/// would be measured.
pub(crate) fn run(
    lanes: &Lanes,
    asked: &Plan,
    program: PathBuf,
    dry: bool,
) -> Result<Option<Ended>, Failure> {
    let roster = Roster::new(lanes);
    let workload = Workload::load(&asked.files)?;
    let environment = environment();
    let base = Base::load(asked, &workload, &environment)?;
    let world = World::real();
    let changing = Changing::of(base, asked, &roster, &world)?;
    if dry {
        return print(&said::dry_run(&changing, &roster)).map(|()| None);
    }
    interrupt::watch()?;
    let output = Output::new(&asked.out)?.beside_criterion(asked.criterion.as_deref());
    for line in &changing.said {
        stderr::say(format_args!("tollgate: {line}"));
    }
    let measuring = Measuring {
        roster: &roster,
        workload: &workload,
        world,
        program,
        environment,
        progress: Progress::new,
    };
    let done = changing.measured(&measuring)?;
    conclude(done, &changing, output, asked.save.as_deref()).map(Some)
}

/// A record and what it is to become.
pub(crate) struct Changing<'a> {
    /// Without what leaves the plan.
    record: Record,
    /// The whole plan afterwards.
    plan: Plan,
    /// All lanes of that plan.
    lanes: Vec<&'a Known>,
    /// Of the whole record.
    missing: Missing<'a>,
    /// How long its visits last.
    visit: Duration,
    /// What was asked.
    text: String,
    /// What is to be known before anything is measured.
    said: Vec<String>,
}

impl<'a> Changing<'a> {
    fn of(base: Base, asked: &Plan, roster: &'a Roster, world: &World) -> Result<Self, Failure> {
        let Base { record, plan } = base;
        let change = &asked.change;
        let Changed { plan, added_batch, said } = changed_plan::changed(&plan, change, &record)?;
        let lanes = changed_plan::lanes(roster, &plan, &record, &change.lanes)?;
        let plan = changed_plan::with_words_for(plan, &lanes, &record, roster);
        check_endpoints(&plan, roster, &lanes)?;
        let (mut plan, _) = placed(&plan, world.around.topology())?;
        plan.also_measured = changed_plan::also_measured(&lanes, &record, change);
        let record = taken_out::without_what_left(record, &plan, &lanes);
        let missing = Missing::of(&record, &plan, &lanes, &added_batch);
        base::check_lanes(&record, &plan, &missing)?;
        let batch = Steps { added: added_batch, ..change.batch.clone() };
        Ok(Self {
            visit: visit_length(&record),
            text: Change { batch, ..change.clone() }.text(),
            said: said.into_iter().collect(),
            record,
            plan,
            lanes,
            missing,
        })
    }

    /// Measures what is missing; where the anchors differ, all of the lanes that change anew.
    fn measured(&self, with: &Measuring<'_>) -> Result<Done, Failure> {
        if self.missing.is_empty() {
            return Ok(Done::of(merge::planned(self.record.clone(), &self.plan, &self.lanes)));
        }
        let (added, code) = self.run(&self.missing, with)?;
        if added.progress.interrupted {
            return Ok(Done::interrupted());
        }
        let check = anchors::check(&self.record, &added);
        if check.anchors.is_empty() {
            return Err(Failure::failed(
                "no call of the record could be made again and compared, which takes two whole \
                restarts then and now: the record stays as it was; measure it anew, with a list \
                without + and -",
            ));
        }
        stderr::say(format_args!("tollgate: {}", said::anchors(&check, &self.record)));
        if check.agree() {
            let record = self.merged(&self.record, &added, check, false);
            return Ok(Done { record: Some(record), code });
        }
        let lanes: Vec<String> =
            self.missing.lanes.iter().map(|lane| lane.about.name.clone()).collect();
        let left = taken_out::without_figures_of(self.record.clone(), &lanes);
        let anew = Missing::anew(&self.record, &self.plan, &self.lanes, &lanes);
        let (added, code) = self.run(&anew, with)?;
        if added.progress.interrupted {
            return Ok(Done::interrupted());
        }
        let record = self.merged(&left, &added, check, true);
        Ok(Done { record: Some(record), code })
    }

    fn merged(&self, record: &Record, added: &Record, check: AnchorCheck, anew: bool) -> Record {
        let addition = Addition {
            started_at: added.started_at.clone(),
            elapsed_s: added.elapsed_s,
            asked: self.text.clone(),
            first_start: record.next_start().max(self.record.next_start()),
            starts: added.plan.starts,
            anew,
            anchors: check.anchors,
        };
        let merged = merge::merged(record.clone(), added, addition);
        merge::planned(merged, &self.plan, &self.lanes)
    }

    /// An ordinary run of these cells, of which nothing is written.
    fn run(
        &self,
        missing: &Missing<'_>,
        with: &Measuring<'_>,
    ) -> Result<(Record, Option<Code>), Failure> {
        let plan = self.plan_of(missing);
        // Another order than that of the restarts before.
        let more = u64::from(self.record.next_start()) + u64::from(missing.is_anew());
        let plan = Plan { seed: plan.seed.wrapping_add(more), ..plan };
        let parts = self.timetable(missing, &plan, with.roster);
        let settled = Settled {
            plan: &plan,
            roster: with.roster,
            chosen: missing.lanes.clone(),
            left_out: Vec::new(),
            unplaced: None,
            cells: missing.cells.clone(),
            workload: with.workload,
        };
        let means = Means {
            world: with.world.clone(),
            program: with.program.clone(),
            progress: (with.progress)(parts.predicted),
        };
        let session = settled.session(means, with.environment.clone(), &parts)?;
        run::unkept(session, parts)
    }

    /// What measuring would take.
    pub(crate) fn predicted(&self, roster: &Roster) -> Duration {
        let plan = self.plan_of(&self.missing);
        self.timetable(&self.missing, &plan, roster).predicted
    }

    /// The run that measures these cells.
    fn plan_of(&self, missing: &Missing<'_>) -> Plan {
        let plan = self.plan.of_addition(1, self.visit);
        Plan { starts: missing.restarts(&plan), ..plan }
    }

    fn timetable<'r>(
        &self,
        missing: &Missing<'r>,
        plan: &Plan,
        roster: &'r Roster,
    ) -> Timetable<'r> {
        let schedule = missing.schedule(plan);
        Timetable::of_visits(plan, roster, &missing.lanes, &missing.cells, schedule)
    }
}

/// How long the visits of a record last, without what calls take to settle.
fn visit_length(record: &Record) -> Duration {
    let last = record.visits.iter().rev().find_map(|visit| {
        let cell = record.cells.get(visit.cell as usize)?;
        let settling = Placement::from_name(&cell.placement).ok()?.settling();
        Some(Duration::from_millis(visit.limit_ms?).saturating_sub(settling))
    });
    last.filter(|length| !length.is_zero()).unwrap_or(USUAL_VISIT)
}

/// What an addition is measured with.
pub(crate) struct Measuring<'m> {
    roster: &'m Roster,
    workload: &'m Workload,
    world: World,
    program: PathBuf,
    environment: Environment,
    progress: fn(Duration) -> Progress,
}

/// What came of it.
struct Done {
    /// The changed record; none after Ctrl-C.
    record: Option<Record>,
    /// The exit code that it asks for.
    code: Option<Code>,
}

impl Done {
    fn of(record: Record) -> Self {
        Self { record: Some(record), code: None }
    }

    fn interrupted() -> Self {
        Self { record: None, code: Some(Code::Interrupted) }
    }
}

/// Writes record and report and prints the table, as a run does.
fn conclude(
    done: Done,
    changing: &Changing<'_>,
    mut output: Output,
    save: Option<&str>,
) -> Result<Ended, Failure> {
    let Done { record, code } = done;
    let code = code.map_or(ExitCode::SUCCESS, Into::into);
    let Some(record) = record else {
        stderr::say("tollgate: interrupted: the record stays as it was");
        return Ok(Ended { code, record: changing.record.clone(), report: None });
    };
    output.write(&record)?;
    print(&conclusion::table(&record, &output)?)?;
    conclusion::say_change(&record, &output);
    conclusion::link_from_criterion(&output);
    if let Some(name) = save {
        conclusion::keep(&record, name, code != ExitCode::SUCCESS)?;
    }
    Ok(Ended { code, record, report: output.report().map(Into::into) })
}

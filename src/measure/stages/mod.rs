//! The stages of all lanes: floors, and visits of stages among those of whole calls, of one start.

pub(crate) mod carrier;
pub(crate) mod due_visits;
pub(crate) mod lane_stages;
pub(crate) mod planned;
pub(crate) mod share;
pub(crate) mod stage;
pub(crate) mod stage_sum;
pub(crate) mod visit;

use crate::{
    fleet::lane_failure::{FailureKind, LaneFailure},
    lanes::roster::{Known, Roster},
    machine::placement::{Placement, StartSeats},
    measure::{
        running_lane::{RunningLane, RunningLanes, connected},
        session::Session,
        stages::{
            carrier::{Carriers, carrier_of},
            due_visits::{DueVisit, DueVisits},
            lane_stages::{LaneStages, StageVisit},
            planned::floor_of,
            share::{Scope, Share},
            stage::{MissingStage, Stage},
        },
    },
    plan::Plan,
};
use reports::record::{Floor, Ladder};
use std::time::Duration;

/// One visit in so many may be made once more, because it was disturbed.
const REPEATED_OF: usize = 10;

/// The stages of a run.
pub(crate) struct Stages<'a> {
    /// By lane; none for one that answers nothing, or where stages are not measured.
    lanes: Vec<Option<LaneStages<'a>>>,
    /// As a record holds them, without figures.
    planned: Vec<Ladder>,
    share: Share,
    /// Visits still to come in this start.
    turns: DueVisits,
    carriers: Carriers,
    /// Lanes of the group that is under way.
    alive: Vec<usize>,
    scope: Scope,
}

impl<'a> Stages<'a> {
    /// The stages of the chosen lanes. None where two builds are compared or a precision is wanted,
    /// which all time is for then, and in a fixed order, which leaves nothing to mix them into.
    pub(crate) fn new(plan: &Plan, roster: &'a Roster, chosen: &[&Known]) -> Self {
        let scope = Scope::of(plan);
        let (mut lanes, mut planned) = (Vec::new(), Vec::new());
        for known in chosen {
            let about = &known.about;
            if !about.answers || !matches!(scope, Scope::All) {
                lanes.push(None);
                continue;
            }
            let bare = carrier_of(about, roster);
            let (lane_stages, missing) = LaneStages::new(known, bare);
            planned.push(planned::lane(plan, about, bare, &missing));
            lanes.push(Some(lane_stages));
        }
        Self {
            share: Share::new(plan, count(lanes.iter().flatten()), scope),
            lanes,
            planned,
            turns: DueVisits::default(),
            carriers: Carriers::default(),
            alive: Vec::new(),
            scope,
        }
    }

    /// What they take in one restart.
    pub(crate) fn start_time(&self) -> Duration {
        self.share.floors_time() + self.share.stages_time(self.count())
    }

    /// Visits last as long as those of whole calls, and there are as many as their time holds.
    pub(crate) fn fit(&mut self, length: Duration) {
        self.share = self.share.with_visits_of(length);
    }

    /// As many visits as before, of this length.
    pub(crate) fn last(&mut self, length: Duration) {
        self.share.visit = length;
    }

    fn count(&self) -> usize {
        count(self.lanes.iter().flatten())
    }

    /// True where nothing of this is measured, and no allocation either.
    pub(crate) fn is_left_out(&self) -> bool {
        matches!(self.scope, Scope::Nothing(_))
    }

    /// Why there are no stages although there is the rest.
    pub(crate) fn without_stages(&self) -> Option<&'static str> {
        match self.scope {
            Scope::WithoutStages(because) => Some(because),
            Scope::All | Scope::Nothing(_) => None,
        }
    }

    fn has_floors(&self) -> bool {
        !self.planned.is_empty() || self.without_stages().is_some()
    }

    /// In words, for a dry run.
    pub(crate) fn text(&self) -> String {
        self.scope.text(self.count(), &self.share)
    }

    /// The stages of each lane as a record holds them, without figures.
    pub(crate) fn planned(&self) -> Vec<Ladder> {
        self.planned.clone()
    }

    /// The floors as a record holds them, without figures.
    pub(crate) fn planned_floors(&self) -> Vec<Floor> {
        if self.has_floors() { planned::floors() } else { Vec::new() }
    }

    /// Floors of one start, measured while no lane is up.
    pub(crate) fn floors(&self, session: &mut Session<'_>, seats: StartSeats) {
        if self.has_floors() {
            let first = seats.of(session.plan.main_placement());
            let line = seats.of(Placement::Two).callee;
            let measured = session.fleet.floors(self.share.floor, first, line);
            session.recorder.floors(measured.map_err(|failure| failure.to_string()));
        }
        session.progress.advance(self.share.floors_time(), "floors");
    }

    /// The lanes are up: brings up bare carriers, finds sizes where they are not known, and draws
    /// when each stage of these lanes is visited among `slots` visits.
    pub(crate) fn begin(
        &mut self,
        session: &mut Session<'_>,
        seats: StartSeats,
        lanes: &[usize],
        running: &mut RunningLanes,
        slots: usize,
    ) {
        let mut lost = Vec::new();
        let has_turn = |lane: &&usize| self.share.has_turn(**lane, session.start);
        self.alive = lanes.iter().filter(has_turn).copied().collect();
        for lane in self.alive.clone() {
            let engine = session.main_engine();
            let Some(up) = connected(running, lane, engine) else { continue };
            if let Err(failure) = self.prepare(session, lane, up, seats) {
                lost.push((lane, failure));
            }
        }
        let mut stages = Vec::new();
        for &lane in &self.alive {
            let of_lane = self.lanes[lane].iter().flat_map(|of_lane| &of_lane.stages);
            stages.extend(of_lane.map(|stage| (lane, *stage)));
        }
        self.turns = DueVisits::draw(&stages, self.share.visits, slots, &mut session.random);
        if session.stop_requested() {
            return;
        }
        for (lane, failure) in lost {
            running[lane] = None;
            session.lane_failed(lane, None, &failure);
        }
    }

    /// One lane before its stages are visited.
    fn prepare(
        &mut self,
        session: &mut Session<'_>,
        lane: usize,
        up: &mut RunningLane,
        seats: StartSeats,
    ) -> Result<(), LaneFailure> {
        let Some(of_lane) = &mut self.lanes[lane] else { return Ok(()) };
        let (known, first) = (session.chosen[lane], session.plan.main_placement());
        up.sit_in(first)?;
        let at = up.called(session.main_engine()).at;
        session.recorder.stages.bound_by(&known.about.name, floor_of(&known.about, &at));
        if let Some(bare) = of_lane.carrier.filter(|_| of_lane.stages.contains(&Stage::Carrier))
            && let Err(reason) = self.carriers.connect(session, bare, up, seats.of(first))
        {
            of_lane.without(Stage::Carrier);
            let failure = LaneFailure::new(FailureKind::Failed, reason);
            MissingStage { stage: Stage::Carrier, failure }.give_up(session, known);
        }
        for missing in of_lane.find_sizes(up, known, session.plan)? {
            missing.give_up(session, known);
        }
        Ok(())
    }

    /// The visits of stages whose turn is before this slot.
    pub(crate) fn before_slot(
        &mut self,
        session: &mut Session<'_>,
        slot: usize,
        running: &mut RunningLanes,
    ) {
        while !session.stop_requested()
            && let Some(turn) = self.turns.next_before(slot)
        {
            self.visit(session, turn, running, false);
        }
    }

    /// Disturbed visits once more, when no other is due: as many as take a tenth of the time of
    /// all, drawn by lot, or the first lanes would have them all.
    pub(crate) fn repeat(&mut self, session: &mut Session<'_>, running: &mut RunningLanes) {
        let mut disturbed = self.disturbed();
        session.outcome.disturbed += disturbed.len();
        let alive = self.alive.iter().flat_map(|lane| &self.lanes[*lane]);
        let most = (count(alive) * self.share.visits as usize).div_ceil(REPEATED_OF);
        session.random.shuffle(&mut disturbed);
        disturbed.truncate(most);
        for turn in disturbed {
            if session.stop_requested() {
                break;
            }
            session.outcome.repeated += 1;
            self.visit(session, turn, running, true);
        }
    }

    /// A turn for each disturbed visit of this start.
    fn disturbed(&self) -> Vec<DueVisit> {
        let mut turns = Vec::new();
        for (lane, of_lane) in self.lanes.iter().enumerate() {
            let stages = of_lane.iter().flat_map(LaneStages::to_repeat);
            turns.extend(stages.map(|stage| DueVisit { slot: 0, lane, stage }));
        }
        turns
    }

    /// One visit of one stage; `again` where it repeats a disturbed one.
    fn visit(
        &mut self,
        session: &mut Session<'_>,
        turn: DueVisit,
        running: &mut RunningLanes,
        again: bool,
    ) {
        let DueVisit { lane, stage, .. } = turn;
        let Some(up) = &mut running[lane] else { return };
        let known = session.chosen[lane];
        let visit = StageVisit {
            stage,
            again,
            first: session.draw_first(),
            limit: self.share.visit,
        };
        let visited = match &mut self.lanes[lane] {
            Some(of_lane) => of_lane.visit(visit, up, session.plan),
            None => Ok(None),
        };
        match visited {
            Ok(None) => {}
            Ok(Some(missing)) => missing.give_up(session, known),
            // A visit that Ctrl-C cut short is nobody's failure.
            Err(_) if session.stop_requested() => {}
            Err(failure) => {
                running[lane] = None;
                session.lane_failed(lane, None, &failure);
            }
        }
        let doing = format!("stages of {}", known.about.short);
        session.progress.advance(self.share.visit, &doing);
    }

    /// The group is over: what its lanes gave goes into the record where they were measured to the
    /// end, and the carriers go.
    pub(crate) fn end(&mut self, session: &mut Session<'_>, running: &RunningLanes) {
        self.carriers.stop();
        self.turns = DueVisits::default();
        let whole = !session.stop_requested();
        for lane in std::mem::take(&mut self.alive) {
            let Some(of_lane) = &mut self.lanes[lane] else { continue };
            let start = of_lane.take(session.start, self.share.visit);
            if whole && running[lane].is_some() {
                session.recorder.stages.measured(&session.chosen[lane].about.name, start);
            }
        }
    }
}

fn count<'s>(lanes: impl Iterator<Item = &'s LaneStages<'s>>) -> usize {
    lanes.map(|of_lane| of_lane.stages.len()).sum()
}

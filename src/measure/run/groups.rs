//! Which lanes are alive together. Processes that wait still take caches and wake now and then: of
//! many lanes, each restart draws groups of few, which are brought up, visited and stopped one
//! after another. The same two lanes, the anchors, are in every group, so that groups can be
//! compared.

use crate::{
    lanes::roster::Known,
    measure::{run::timetable::Timetable, running_lane::RunningLanes, session::Session},
    plan::{
        Plan,
        grid::Planned,
        schedule::{Schedule, Slot},
    },
};
use fixtures::generate::SplitMix64;
use reports::{
    record::{self, Anchor, IdleUse},
    stats::{paired_ratio::median, units::percent},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// A lane whose processes keep more of a core busy while nobody asks them is measured alone.
const MOST_IDLE_CORES: f64 = reports::figures::resources::idle::MOST_CORES;

/// What the groups of a restart are drawn from.
pub(crate) struct Groups {
    lanes: usize,
    /// Lanes alive at once, at most.
    most_alive: usize,
    /// Lanes that can be anchors, the best first: within a process, and between processes.
    candidates: [Vec<usize>; 2],
    /// Lanes that are measured alone.
    alone: BTreeSet<usize>,
    /// Lanes that are so from the next restart on.
    soon_alone: BTreeSet<usize>,
}

/// Lanes that are alive together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LaneGroup {
    /// Those whose cells are visited.
    pub(crate) lanes: Vec<usize>,
    /// Anchors whose cells are visited in another group of the restart: here only their single
    /// calls are, and enter none of their figures.
    pub(crate) guests: Vec<usize>,
}

impl LaneGroup {
    /// All of them, in this order.
    pub(crate) fn in_order(&self, order: &[usize]) -> Vec<usize> {
        let is_in = |lane: &&usize| self.lanes.contains(lane) || self.guests.contains(lane);
        order.iter().filter(is_in).copied().collect()
    }
}

impl Groups {
    pub(crate) fn new(plan: &Plan, chosen: &[&Known]) -> Self {
        Self {
            lanes: chosen.len(),
            most_alive: plan.alive as usize,
            candidates: [true, false].map(|in_process| candidates(chosen, in_process)),
            alone: BTreeSet::new(),
            soon_alone: BTreeSet::new(),
        }
    }

    /// The two lanes that are in every group, where there are several.
    pub(crate) fn anchors(&self) -> Vec<usize> {
        if self.lanes <= self.most_alive && self.alone.is_empty() {
            return Vec::new();
        }
        let of_kind =
            |kind: &Vec<usize>| kind.iter().find(|lane| !self.alone.contains(lane)).copied();
        self.candidates.iter().filter_map(of_kind).collect()
    }

    /// Groups that lanes share.
    fn shared(&self) -> usize {
        let anchors = self.anchors().len();
        let others = self.lanes - self.alone.len() - anchors;
        let many = others.div_ceil(self.most_alive - anchors);
        // Anchors have a group also where all others are alone.
        many.max(usize::from(others + anchors > 0))
    }

    /// Groups in a restart.
    pub(crate) fn count(&self) -> usize {
        self.shared() + self.alone.len()
    }

    /// Starts of anchors in groups that are not their own.
    fn guests(&self) -> usize {
        self.anchors().len() * (self.count() - 1)
    }

    /// Starts of lanes in a restart.
    pub(crate) fn bring_ups(&self) -> u32 {
        (self.lanes + self.guests()) as u32
    }

    /// The groups of one restart: every lane in one of them, groups as even as can be.
    pub(crate) fn draw(&self, random: &mut SplitMix64) -> Vec<LaneGroup> {
        if self.count() == 1 {
            return vec![LaneGroup { lanes: (0..self.lanes).collect(), guests: Vec::new() }];
        }
        let (anchors, many) = (self.anchors(), self.shared());
        let is_other = |lane: &usize| !anchors.contains(lane) && !self.alone.contains(lane);
        let mut others: Vec<usize> = (0..self.lanes).filter(is_other).collect();
        random.shuffle(&mut others);
        let mut groups = vec![Vec::new(); many];
        for (at, lane) in others.into_iter().enumerate() {
            groups[at % many].push(lane);
        }
        for anchor in &anchors {
            groups[random.below(many)].push(*anchor);
        }
        groups.extend(self.alone.iter().map(|lane| vec![*lane]));
        random.shuffle(&mut groups);
        let with_guests = |mut lanes: Vec<usize>| {
            lanes.sort_unstable();
            let guests = anchors.iter().filter(|anchor| !lanes.contains(anchor)).copied().collect();
            LaneGroup { lanes, guests }
        };
        groups.into_iter().map(with_guests).collect()
    }

    /// A time that lanes share equally, with that of guests: half of a lane's is its single calls',
    /// at most, which guests make in the first placement only.
    pub(crate) fn with_guests(&self, time: Duration) -> Duration {
        let more = 0.5 * self.guests() as f64 / self.lanes.max(1) as f64;
        time.mul_f64(1.0 + more)
    }

    /// The schedule of a restart whose visits have this time, those of guests included.
    pub(crate) fn schedule(&self, plan: &Plan, time: Duration, cells: &[Planned]) -> Schedule {
        let alone = Schedule::new(plan, time, cells);
        let own = alone.start_time().as_secs_f64();
        let all = own + self.guests_time(plan, &alone, cells).as_secs_f64();
        if all > own {
            Schedule::new(plan, time.mul_f64(own / all), cells)
        } else {
            alone
        }
    }

    /// What the visits of guests take in a restart of this schedule.
    pub(crate) fn guests_time(
        &self,
        plan: &Plan,
        schedule: &Schedule,
        cells: &[Planned],
    ) -> Duration {
        let anchors = self.anchors();
        let is_anchor = |cell: &Planned| cell.is_first(plan) && anchors.contains(&cell.lane);
        let main = (0..cells.len()).filter(|at| is_anchor(&cells[*at]));
        let once: Duration = main.map(|cell| schedule.time_of_cell(cell)).sum();
        once * (self.count() - 1) as u32
    }

    /// From the next restart on, this lane is measured alone; false where that was known.
    fn will_be_alone(&mut self, lane: usize) -> bool {
        !self.alone.contains(&lane) && self.soon_alone.insert(lane)
    }

    /// A restart is over; true where the groups of the next one are others.
    pub(crate) fn settle(&mut self) -> bool {
        let changed = !self.soon_alone.is_empty();
        self.alone.append(&mut self.soon_alone);
        changed
    }

    /// In words, for a dry run; none where all lanes are alive together.
    pub(crate) fn text(&self, chosen: &[&Known]) -> Option<String> {
        let names: Vec<&str> =
            self.anchors().iter().map(|lane| chosen[*lane].about.short.as_str()).collect();
        (self.count() > 1).then(|| {
            format!(
                "{} groups in a restart, drawn anew in each, at most {} lanes alive at once; in \
                every group: {}",
                self.count(),
                self.most_alive,
                names.join(", ")
            )
        })
    }
}

/// Lanes that can be the anchor of their kind, the best first: measured by default, of the usual
/// profile, no variant, tightest.
pub(crate) fn candidates(chosen: &[&Known], in_process: bool) -> Vec<usize> {
    let fits = |lane: &usize| {
        let about = &chosen[*lane].about;
        about.answers && about.in_process == in_process
    };
    let mut lanes: Vec<usize> = (0..chosen.len()).filter(fits).collect();
    lanes.sort_by_key(|lane| {
        let about = &chosen[*lane].about;
        let unequal = about.profile != record::equal();
        (!about.is_default(), unequal, about.variant_of.is_some(), about.looseness)
    });
    lanes
}

/// The medians of the single calls of anchors in the group that is under way, ns.
#[derive(Debug, Default)]
pub(crate) struct AnchorVisits(BTreeMap<usize, Vec<f64>>);

impl AnchorVisits {
    /// Anchors of a group that begins.
    pub(crate) fn of(anchors: &[usize]) -> Self {
        Self(anchors.iter().map(|lane| (*lane, Vec::new())).collect())
    }

    /// A visit of single calls of this lane, if it is an anchor.
    pub(crate) fn add(&mut self, lane: usize, p50_ns: Option<f64>) {
        if let Some(visits) = self.0.get_mut(&lane) {
            visits.extend(p50_ns);
        }
    }

    fn recorded(self, chosen: &[&Known]) -> Vec<Anchor> {
        let anchor = |(lane, mut p50_ns): (usize, Vec<f64>)| Anchor {
            lane: chosen[lane].about.name.clone(),
            visits: p50_ns.len() as u32,
            p50_ns: median(&mut p50_ns),
        };
        self.0.into_iter().map(anchor).collect()
    }
}

/// A group is over: it goes into the record, with what its lanes did while nobody asked them. Those
/// that did too much are alone from the next restart on.
pub(crate) fn end(
    session: &mut Session<'_>,
    parts: &mut Timetable<'_>,
    group: &LaneGroup,
    number: usize,
    running: &mut RunningLanes,
    anchors: AnchorVisits,
) {
    let mut idle = Vec::new();
    for (lane, up) in running.iter_mut().enumerate() {
        let Some(cores) = up.as_mut().and_then(|up| up.idle_cores()) else { continue };
        let name = &session.chosen[lane].about.name;
        idle.push(IdleUse { lane: name.clone(), start: session.start, cores });
        if cores > MOST_IDLE_CORES && parts.groups.will_be_alone(lane) {
            let text = format!(
                "its processes kept {} of a core busy while nobody called them: it is measured \
                alone from the next restart on",
                percent(cores)
            );
            session.recorder.note(Some(name), &text);
        }
    }
    let name = |lane: &usize| session.chosen[*lane].about.name.clone();
    session.recorder.groups.push(record::Group {
        start: session.start,
        group: number as u32,
        lanes: group.lanes.iter().map(name).collect(),
        anchors: anchors.recorded(&session.chosen),
        idle,
    });
}

/// The visits of one group, in their order, and the time of those that can be repeated.
pub(crate) fn slots(
    session: &mut Session<'_>,
    parts: &Timetable<'_>,
    group: &LaneGroup,
) -> (Vec<Slot>, Duration) {
    let (plan, cells) = (session.plan, &session.cells);
    let own = |cell: usize| group.lanes.contains(&cells[cell].lane);
    let guest =
        |cell: usize| group.guests.contains(&cells[cell].lane) && cells[cell].is_first(plan);
    let (random, lines) = (&mut session.random, session.requests);
    let mut slots = parts.schedule.slots_of(random, lines, own, guest);
    let time = slots.iter().filter(|slot| !slot.guest).map(|slot| slot.limit).sum();
    parts.uninterrupted.mix_into(&mut slots, random, lines, own);
    (slots, time)
}

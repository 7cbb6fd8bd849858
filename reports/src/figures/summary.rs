//! The figures that every rendering shows, computed once: scenes, and one row for each measured
//! lane. It judges nothing and writes no text for people.

use crate::{
    figures::{
        cells::CellFigures,
        contrasts::head_to_head::Chains,
        row::{Cpu, Row, difference},
        tail::{Tail, Unobservable},
    },
    record::{Asked, CALL, Cell, FUNCTION, Lane, Record, base_of_role},
    stats::{
        comparison::{Comparison, ranks},
        starts::Starts,
    },
};

/// Everything computed from a record.
#[derive(Clone, Debug)]
pub struct Summary<'a> {
    /// The record.
    pub record: &'a Record,
    /// All lanes, measured or not, loose to tight, then by name: the order of every table and
    /// chart.
    pub lanes: Vec<&'a Lane>,
    /// What was measured, by what was asked; the first one is the main one.
    pub scenes: Vec<Scene<'a>>,
}

/// Figures of one question: only these may be compared with each other.
#[derive(Clone, Debug)]
pub struct Scene<'a> {
    /// What was asked.
    pub asked: Asked<'a>,
    /// Where, as the end of a sentence has it: ` on two cores`; empty where the run has one
    /// placement.
    pub placed: String,
    /// One row for each lane with a figure.
    pub rows: Vec<Row<'a>>,
    /// The pairs that were asked this in turns: what the order of the rows and ratios of single
    /// calls rest on.
    pub chains: Chains<'a>,
}

impl<'a> Summary<'a> {
    /// Computes everything.
    pub fn of(record: &'a Record) -> Self {
        let mut lanes: Vec<&Lane> = record.lanes.iter().collect();
        lanes.sort_by(|a, b| b.looseness.cmp(&a.looseness).then_with(|| a.name.cmp(&b.name)));
        let mut summary = Self { record, lanes, scenes: Vec::new() };
        for asked in scenes_of(record) {
            let scene = summary.scene(asked);
            if !scene.rows.is_empty() {
                summary.scenes.push(scene);
            }
        }
        summary
    }

    /// The scene of the main table: engine `stub` where it was measured, and the plan's first
    /// size.
    pub fn main(&self) -> Option<&Scene<'a>> {
        self.scenes.first()
    }

    /// What the main scene asks in each placement, in the order of the plan; the first is the main
    /// scene.
    pub fn placed(&self) -> Vec<&Scene<'a>> {
        let Some(main) = self.main() else { return Vec::new() };
        self.scenes.iter().filter(|scene| scene.asked.asks_as(&main.asked)).collect()
    }

    /// True where the lanes that were measured are called from several languages.
    pub fn has_several_languages(&self) -> bool {
        let measured = self.lanes.iter().filter(|lane| lane.planned && lane.answers);
        let mut callers = measured.map(|lane| &lane.caller);
        let first = callers.next();
        callers.any(|caller| Some(caller) != first)
    }

    /// The base of a role, measured or not.
    pub fn base_of_role(&self, role: &str) -> Option<&'a Lane> {
        base_of_role(role, self.lanes.iter().copied())
    }

    /// True for a lane that is the base of its role.
    pub fn is_base(&self, lane: &Lane) -> bool {
        self.base_of_role(&lane.role).is_some_and(|base| base.name == lane.name)
    }

    /// The calls of a lane that ask this. A lane within one process that is measured in the first
    /// placement alone has no other core to cross to: its calls stand in every placement.
    fn cells_of(&self, lane: &Lane, asked: Asked<'a>) -> Vec<&'a Cell> {
        let calls = |asked: Asked<'a>| -> Vec<&'a Cell> {
            let calls = self.record.cells.iter().filter(|cell| cell.kind == CALL);
            calls.filter(|cell| cell.asked() == asked && cell.lane == lane.name).collect()
        };
        let own = calls(asked);
        match self.record.plan.placements.first() {
            Some(first) if own.is_empty() && lane.in_process => {
                calls(Asked { placement: first, ..asked })
            }
            _ => own,
        }
    }

    fn scene(&self, asked: Asked<'a>) -> Scene<'a> {
        let mut rows = Vec::new();
        let step = self.record.environment.clock_step();
        for lane in &self.lanes {
            let mut cells: Vec<CellFigures<'a>> = self
                .cells_of(lane, asked)
                .into_iter()
                .filter_map(|cell| CellFigures::of(cell, step))
                .collect();
            cells.sort_by(|a, b| (&a.cell.mode, a.cell.items).cmp(&(&b.cell.mode, b.cell.items)));
            let single = cells.iter().position(|c| c.cell.items == 1).map(|at| cells.remove(at));
            if single.is_some() || !cells.is_empty() {
                let tail = single
                    .as_ref()
                    .map_or(Err(Unobservable::NoSample), |one| Tail::of(one.cell, step));
                rows.push(Row {
                    lane,
                    single,
                    tail,
                    cells,
                    toll: None,
                    cpu: Cpu::default(),
                    rank: None,
                });
            }
        }
        let placed = self.record.plan.where_placed(asked.placement);
        let chains = Chains::of(self.record, asked);
        let mut scene = Scene { asked, placed, rows, chains };
        scene.compare_rows();
        scene
    }
}

impl<'a> Scene<'a> {
    /// The row tolls are counted from: the base of the role `function`, or the tightest lane of
    /// that role which answers, where the base was not measured.
    pub fn baseline(&self) -> Option<&Row<'a>> {
        let functions =
            self.rows.iter().filter(|row| row.lane.role == FUNCTION && row.lane.answers);
        functions.min_by_key(|row| {
            let lane = row.lane;
            (!lane.is_plain(), lane.has_full_name(), lane.looseness)
        })
    }

    /// The row that shows what the harness itself costs: its lane answers nothing.
    pub fn harness(&self) -> Option<&Row<'a>> {
        self.rows.iter().find(|row| !row.lane.answers)
    }

    /// Items of the largest batch over any lane.
    pub(crate) fn largest_batch(&self) -> Option<u32> {
        self.rows.iter().filter_map(|row| Some(row.largest_batch()?.cell.items)).max()
    }

    fn compare_rows(&mut self) {
        let baseline = self.baseline().map_or_else(Starts::none, Row::medians_told);
        let baseline_whole = self.baseline().is_none_or(Row::whole);
        let harness_whole = self.harness().is_none_or(Row::whole);
        let harness = self
            .harness()
            .map_or_else(Starts::none, |row| row.single_starts(|s| s.cpu_caller_ns));
        let language = self.harness().map(|row| row.lane.caller.as_str());
        self.rank();
        let baseline_name = self.baseline().map(|row| row.lane.name.as_str());
        for row in &mut self.rows {
            // The driver of another language has a loop of its own, which this run does not
            // measure.
            row.cpu = if language == Some(row.lane.caller.as_str()) {
                row.cpu_less(&harness, harness_whole && row.whole())
            } else {
                row.cpu_less(&[], row.whole())
            };
            if self.asked.engine != "catalog"
                && row.lane.answers
                && Some(row.lane.name.as_str()) != baseline_name
            {
                let toll = difference(&row.medians_told(), &baseline);
                row.toll = toll.map(|t| t.only_if(baseline_whole && row.whole()));
            }
        }
    }
}

impl Scene<'_> {
    /// A single call over one lane by one over another, by the medians of pairs that were asked in
    /// turns; `None` where no chain of such pairs leads from one to the other, and of a lane whose
    /// single calls were cut short.
    pub fn compared_in_turns(&self, first: &Row, second: &Row) -> Option<Comparison> {
        if !(first.whole() && second.whole()) {
            return None;
        }
        self.chains.compared(&first.lane.name, &second.lane.name)
    }

    /// Places the rows, those of each profile among themselves.
    fn rank(&mut self) {
        let mut profiles: Vec<&str> =
            self.rows.iter().map(|row| row.lane.profile.as_str()).collect();
        profiles.sort_unstable();
        profiles.dedup();
        for profile in profiles {
            let together = self.together(profile);
            let places = ranks::of(together.len(), |first, second| {
                self.compared_in_turns(&self.rows[together[first]], &self.rows[together[second]])
            });
            for (row, rank) in together.into_iter().zip(places) {
                self.rows[row].rank = Some(rank);
            }
        }
    }

    /// The rows of a profile, by their places, that chains of pairs bring together; of several such
    /// groups the largest. Where no pair brings any two together, none has a place among others.
    fn together(&self, profile: &str) -> Vec<usize> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for (at, row) in self.rows.iter().enumerate() {
            if row.lane.profile != profile || !row.ranked() {
                continue;
            }
            let joins = |group: &&mut Vec<usize>| {
                self.chains.connects(&self.rows[group[0]].lane.name, &row.lane.name)
            };
            match groups.iter_mut().find(joins) {
                Some(group) => group.push(at),
                None => groups.push(vec![at]),
            }
        }
        if groups.len() > 1 {
            groups.retain(|group| group.len() > 1);
        }
        // Of equals the loosest, which comes first.
        groups.into_iter().rev().max_by_key(Vec::len).unwrap_or_default()
    }
}

/// What the calls of all cells ask: `stub` first, then in the order of the plan.
fn scenes_of(record: &Record) -> Vec<Asked<'_>> {
    let mut scenes: Vec<Asked<'_>> = Vec::new();
    for cell in record.cells.iter().filter(|cell| cell.kind == CALL) {
        if !scenes.contains(&cell.asked()) {
            scenes.push(cell.asked());
        }
    }
    let placements = &record.plan.placements;
    scenes.sort_by_key(|asked| {
        let planned = record.plan.place_of(asked.workload, asked.size);
        let placed = placements.iter().position(|placement| placement == asked.placement);
        let unplanned = (usize::MAX, usize::MAX);
        (
            asked.engine != "stub",
            asked.engine,
            placed.unwrap_or(usize::MAX),
            planned.unwrap_or(unplanned),
            asked.size,
        )
    });
    scenes
}

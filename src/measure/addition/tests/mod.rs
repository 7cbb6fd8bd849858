//! Additions to a record that a script made, by a script that may be another, under a time that
//! nobody waits for.

mod refused;
mod shown;

use crate::{
    fleet::launch::scripted::{
        ScriptedWorld,
        script::{Phase, Script, What, When},
    },
    lanes::roster::{Known, Roster},
    measure::{
        addition::{Changing, Done, Measuring, base::Base},
        run::tests::{MACHINE, WORKLOAD, plan, readable, run, three},
    },
    plan::{
        Plan,
        change::{Change, Steps},
    },
    protocol::Order,
    shell::{
        failure::{Code, Failure},
        program::this_program,
        progress::Progress,
    },
};
use reports::record::{Cell, Record};
use std::{collections::BTreeSet, sync::Arc};

/// Restarts of the first addition: those behind the five of the record.
const LATER: [u32; 8] = [5, 6, 7, 8, 9, 10, 11, 12];

/// The plan of the record: three batch sizes in five restarts.
fn before() -> Plan {
    Plan { batch: vec![1, 8, 64], starts: 5, ..plan() }
}

fn base(lanes: Vec<Known>) -> Record {
    run(Script::default(), lanes, &before()).record
}

fn batch(added: &[u32], removed: &[u32]) -> Change {
    let batch = Steps { added: added.to_vec(), removed: removed.to_vec() };
    Change { batch, ..Change::default() }
}

fn lanes(added: &[&str], removed: &[&str]) -> Change {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let lanes = Steps { added: words(added), removed: words(removed) };
    Change { lanes, ..Change::default() }
}

/// What came of a change, and what was asked for it.
struct Changed {
    record: Option<Record>,
    code: Option<Code>,
    world: Arc<ScriptedWorld>,
}

impl Changed {
    fn record(&self) -> &Record {
        self.record.as_ref().expect("a changed record")
    }

    /// Items of the visits that were made.
    fn items(&self) -> BTreeSet<u32> {
        let visits = self.world.heard().into_iter().filter(|one| one.phase == Phase::Visit);
        let items = visits.filter_map(|heard| match heard.order {
            Some(Order::Visit(visit)) => Some(visit.items),
            _ => None,
        });
        items.collect()
    }
}

/// Another script than that of the record: other luck.
fn later() -> Script {
    Script::default().seeded(9)
}

fn change(record: &Record, change: Change, script: Script) -> Changed {
    try_change(record, change, script, three()).expect("it can be done")
}

fn try_change(
    record: &Record,
    change: Change,
    script: Script,
    known: Vec<Known>,
) -> Result<Changed, Failure> {
    let roster = Roster { known };
    let scripted = ScriptedWorld::new(script);
    let mut of_record = before();
    of_record.batch.clone_from(&record.plan.batch);
    let base = Base { record: record.clone(), plan: of_record };
    let asked = Plan { change, ..before() };
    let changing = Changing::of(base, &asked, &roster, &scripted.world())?;
    let measuring = Measuring {
        roster: &roster,
        workload: &WORKLOAD,
        world: scripted.world(),
        program: this_program().expect("it is there"),
        environment: MACHINE.clone(),
        progress: Progress::kept,
    };
    let Done { record, code } = changing.measured(&measuring)?;
    assert_eq!(scripted.alive(), 0, "nothing is left behind");
    let record = record.map(|record| readable(&record));
    Ok(Changed { record, code, world: scripted })
}

fn cells_of<'r>(record: &'r Record, lane: &str) -> Vec<&'r Cell> {
    record.cells.iter().filter(|cell| cell.lane == lane).collect()
}

fn starts_of(cell: &Cell) -> Vec<u32> {
    cell.starts.iter().map(|start| start.start).collect()
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("JSON")
}

#[test]
fn a_size_that_the_record_lacks_is_measured_beside_its_neighbours_and_goes_into_it() {
    let before = base(three());
    let after = change(&before, batch(&[32], &[]), later());
    let record = after.record();
    assert_eq!(after.items(), [1, 8, 32, 64].into(), "nothing else was asked");
    assert_eq!(json(&before.cells), json(&record.cells[..before.cells.len()].to_vec()));
    assert_eq!(json(&before.visits), json(&record.visits[..before.visits.len()].to_vec()));
    let added = &record.cells[before.cells.len()..];
    assert_eq!(added.len(), 3, "one for each lane");
    for cell in added {
        assert_eq!((cell.items, cell.status.as_str()), (32, "measured"));
        assert_eq!(starts_of(cell), LATER, "no restart of the record");
    }
    let [addition] = record.additions.as_slice() else {
        panic!("{:?}", record.additions)
    };
    assert_eq!((addition.asked.as_str(), addition.first_start), ("batch +32", 5));
    assert_eq!(addition.anchors.len(), 9, "n = 1, 8 and 64 of three lanes");
    assert!(!addition.anew && addition.anchors.iter().all(|anchor| !anchor.differs));
    assert_eq!(record.plan.batch, [1, 8, 32, 64]);
    assert!(record.command.contains("--batch 1,8,32,64"), "{}", record.command);
    assert_eq!(after.code, None);
}

#[test]
fn visits_of_an_addition_come_behind_all_others_and_those_of_anchors_stay_out() {
    let before = base(three());
    let after = change(&before, batch(&[32], &[]), later());
    let record = after.record();
    let orders: BTreeSet<u32> = record.visits.iter().map(|visit| visit.order).collect();
    assert_eq!(orders.len(), record.visits.len(), "each has a place of its own");
    let added = &record.visits[before.visits.len()..];
    assert!(!added.is_empty());
    for visit in added {
        assert!(visit.order as usize >= before.visits.len());
        assert_eq!(record.cells[visit.cell as usize].items, 32);
        assert!(visit.start >= 5);
    }
}

#[test]
fn additions_one_after_another_share_no_restart() {
    let first = change(&base(three()), batch(&[32], &[]), later());
    let second = change(first.record(), batch(&[16], &[]), later());
    let record = second.record();
    assert_eq!(second.items(), [1, 8, 16, 32].into());
    let firsts: Vec<u32> = record.additions.iter().map(|one| one.first_start).collect();
    assert_eq!(firsts, [5, 13]);
    let sixteen = record.cells.iter().find(|cell| cell.items == 16).expect("it was added");
    assert_eq!(starts_of(sixteen), (13..21).collect::<Vec<u32>>());
    assert_eq!(record.addition_of(sixteen).map(|(at, _)| at), Some(1));
}

#[test]
fn a_machine_that_became_slower_is_noticed_and_the_lanes_are_measured_anew() {
    let before = base(three());
    let slower = ["inside", "near", "far"]
        .into_iter()
        .fold(later(), |script, lane| script.call_ns(lane, 26_000.0));
    let after = change(&before, batch(&[32], &[]), slower);
    let record = after.record();
    let [addition] = record.additions.as_slice() else {
        panic!("{:?}", record.additions)
    };
    assert!(addition.anew, "{addition:?}");
    assert!(addition.anchors.iter().any(|anchor| anchor.differs && anchor.ratio > 1.2));
    for lane in ["inside", "near", "far"] {
        let cells = cells_of(record, lane);
        assert_eq!(cells.iter().map(|cell| cell.items).max(), Some(64));
        assert_eq!(cells.len(), 4, "1, 8, 32 and 64");
        let all_new = cells.iter().all(|cell| starts_of(cell) == LATER);
        assert!(all_new, "{:?}", cells.iter().map(|cell| starts_of(cell)).collect::<Vec<_>>());
    }
    assert!(record.ladders.is_empty(), "stages of other times would not add up");
    assert!(!record.contrasts.is_empty(), "pairs are ratios, and stay");
}

#[test]
fn ctrl_c_in_an_addition_gives_no_record() {
    let before = base(three());
    for nth in [1, 20] {
        let script = later().event("near", Phase::Visit, When::Nth(nth), What::StopRun);
        let after = change(&before, batch(&[32], &[]), script);
        assert!(after.record.is_none(), "the one that is there stays");
        assert_eq!(after.code, Some(Code::Interrupted));
    }
}

#[test]
fn a_size_that_goes_takes_its_cells_along_and_asks_nothing() {
    let before = change(&base(three()), batch(&[32], &[]), later());
    let after = change(before.record(), batch(&[], &[8]), later());
    let record = after.record();
    assert!(after.world.heard().is_empty(), "nothing was started");
    assert!(record.cells.iter().all(|cell| cell.items != 8));
    for visit in &record.visits {
        let cell = &record.cells[visit.cell as usize];
        assert!(starts_of(cell).contains(&visit.start), "each visit is of its own cell");
    }
    assert_eq!(record.plan.batch, [1, 32, 64]);
    let none = change(record, batch(&[], &[32]), later());
    let asked: Vec<&str> = none.record().additions.iter().map(|one| one.asked.as_str()).collect();
    assert_eq!(asked, ["batch +1024,-32"], "no cell of the first addition is left");
}

#[test]
fn where_the_cost_model_would_have_too_few_sizes_the_largest_usual_one_is_measured() {
    let before = base(three());
    let after = change(&before, batch(&[], &[8]), later());
    assert_eq!(after.record().plan.batch, [1, 64, 1_024]);
    assert_eq!(after.items(), [1, 64, 1_024].into());
}

#[test]
fn a_lane_that_is_new_gets_all_its_cells_and_two_lanes_tell_whether_the_machine_is_the_same() {
    let mut two = three();
    two.retain(|known| known.about.name != "far");
    let before = base(two);
    let after = change(&before, lanes(&["far"], &[]), later());
    let record = after.record();
    let cells = cells_of(record, "far");
    assert_eq!(cells.iter().map(|cell| cell.items).collect::<Vec<_>>(), [1, 8, 64]);
    assert!(cells.iter().all(|cell| starts_of(cell) == LATER));
    let anchors: BTreeSet<&str> =
        record.additions[0].anchors.iter().map(|anchor| anchor.lane.as_str()).collect();
    assert_eq!(anchors, ["inside", "near"].into());
    assert_eq!(record.plan.lanes, ["inside", "near", "far"]);
    assert!(record.resources.iter().any(|one| one.lane == "far"));
    assert!(record.cold.iter().any(|one| one.lane == "far" && one.start == 5));
    let pairs = record
        .contrasts
        .iter()
        .filter(|pair| pair.first == "far" || pair.second == "far");
    assert_eq!(pairs.count(), 0, "nothing of an addition is asked in turns");
}

#[test]
fn a_lane_that_goes_leaves_nothing_but_its_name() {
    let before = base(three());
    let after = change(&before, lanes(&[], &["far"]), later());
    let record = after.record();
    assert!(after.world.heard().is_empty());
    assert!(cells_of(record, "far").is_empty());
    assert_eq!(record.plan.lanes, ["inside", "near"]);
    let lane = record.lanes.iter().find(|lane| lane.name == "far").expect("it is known");
    assert!(!lane.planned && lane.reason.is_some());
    let text = json(record);
    assert_eq!(text.matches("\"far\"").count(), 4, "names, transport and carrier of the lane");
}

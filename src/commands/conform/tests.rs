//! What cases leave to each other, under scripts: which processes are started, and whose fault is
//! what.

use super::suite::Conform;
use crate::{
    drive::workload::{Files, Workload},
    fleet::{
        Fleet,
        launch::scripted::{
            ScriptedWorld,
            script::{Phase, Script, What, When},
        },
    },
    lanes::roster::{Known, Roster},
    shell::program::this_program,
};
use api::{
    EngineKind, ErrorKind,
    conformance::{Case, Checked, Failed, Rig, Setup, Sides},
};
use std::{sync::Arc, thread, time::Duration};

/// The suite under a script.
struct Scripted {
    conform: Conform,
    world: Arc<ScriptedWorld>,
}

/// A lane whose sides are another program, and one whose sides are this one.
struct Lanes {
    foreign: String,
    own: String,
}

impl Lanes {
    fn find() -> Self {
        let roster = Roster::new(&crate::lanes());
        let name_of = |wanted: fn(&Known) -> bool| {
            let lane = roster.known.iter().find(|lane| !lane.about.in_process && wanted(lane));
            lane.expect("there is such a lane").about.name.clone()
        };
        Self {
            foreign: name_of(|lane| !lane.is_own()),
            own: name_of(|lane| lane.is_own() && lane.about.server.is_none()),
        }
    }
}

impl Scripted {
    fn with(script: Script) -> Self {
        let world = ScriptedWorld::new(script);
        let workload = Workload::load(&Files::default()).expect("it is built in");
        let program = this_program().expect("this program has a file");
        let fleet = Fleet::in_world(world.world(), program, &workload).expect("a fleet");
        let conform = Conform::over(Roster::new(&crate::lanes()), fleet).expect("a suite");
        Self { conform, world }
    }

    /// How often a process of this lane was started.
    fn started(&self, lane: &str, phases: &[Phase]) -> usize {
        let heard = self.world.heard();
        heard
            .iter()
            .filter(|heard| heard.lane == lane && phases.contains(&heard.phase))
            .count()
    }

    fn drivers(&self, lane: &str) -> usize {
        self.started(lane, &[Phase::Driver])
    }

    fn callees(&self, lane: &str) -> usize {
        self.started(lane, &[Phase::Callee, Phase::CatalogCallee])
    }
}

const fn case(name: &'static str, run: fn(&mut Rig<'_>) -> Checked) -> Case {
    Case { name, sides: Sides::MayBeUsed, exempt: |_| None, run }
}

fn start_and_stop(rig: &mut Rig<'_>, setup: Setup) -> Checked {
    Ok((rig.start)(setup)?.stop()?)
}

fn opens_another(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Stub))?;
    subject.open(1)?;
    Ok(subject.stop()?)
}

const FIRST: Case = case("first", |rig| start_and_stop(rig, Setup::plain(EngineKind::Stub)));
const SECOND: Case = case("second", opens_another);
const CATALOG: Case = case("catalog", |rig| start_and_stop(rig, Setup::plain(EngineKind::Catalog)));
const SLOW: Setup = Setup {
    engine: EngineKind::Stub,
    service_time: Some(Duration::from_secs(1)),
    deadline: Duration::from_millis(200),
};
const GIVES_UP: Case = case("gives_up", |rig| {
    start_and_stop(rig, SLOW)?;
    start_and_stop(rig, SLOW)
});
const FAILS: Case = case("fails", |rig| {
    let _subject = (rig.start)(Setup::plain(EngineKind::Stub))?;
    Err(Failed("it is wrong".into()))
});

#[test]
fn cases_of_one_setup_share_both_sides_where_one_is_another_program() {
    let (suite, lane) = (Scripted::with(Script::default()), Lanes::find().foreign);
    for case in [FIRST, SECOND, GIVES_UP, CATALOG, FIRST, SECOND] {
        assert_eq!(suite.conform.run(&lane, &case), Ok(()), "{}", case.name);
    }
    // One for each of three setups: engine, service time, deadline.
    assert_eq!((suite.drivers(&lane), suite.callees(&lane)), (3, 3));
    assert_eq!(suite.conform.end_shared(&lane), Ok(()));
    assert_eq!(suite.world.alive(), 0);
}

#[test]
fn cases_of_lanes_of_this_program_have_sides_of_their_own() {
    let (suite, lane) = (Scripted::with(Script::default()), Lanes::find().own);
    for case in [FIRST, SECOND] {
        assert_eq!(suite.conform.run(&lane, &case), Ok(()));
        assert_eq!(suite.world.alive(), 0, "after {}", case.name);
    }
    assert_eq!((suite.drivers(&lane), suite.callees(&lane)), (2, 2));
    assert!(!suite.conform.shares(&lane));
}

#[cfg(feature = "queue-redis")]
#[test]
fn a_lane_through_a_server_shares_both_sides_and_the_server() {
    let roster = Roster::new(&crate::lanes());
    let through = |lane: &&Known| lane.is_own() && lane.about.server.is_some();
    let lane = roster.known.iter().find(through).expect("there is one").about.name.clone();
    let suite = Scripted::with(Script::default());
    for case in [FIRST, CATALOG, SECOND] {
        assert_eq!(suite.conform.run(&lane, &case), Ok(()), "{}", case.name);
    }
    assert_eq!((suite.drivers(&lane), suite.callees(&lane)), (2, 2));
    assert_eq!(suite.started("", &[Phase::Server]), 1, "servers are of no lane");
    assert_eq!(suite.conform.end_shared(&lane), Ok(()));
}

#[test]
fn a_case_that_kills_or_looks_at_an_end_has_fresh_sides_and_leaves_none() {
    let (suite, lane) = (Scripted::with(Script::default()), Lanes::find().foreign);
    let fresh = Case { sides: Sides::Fresh, ..FIRST };
    for case in [FIRST, fresh, FIRST, fresh] {
        assert_eq!(suite.conform.run(&lane, &case), Ok(()));
    }
    assert_eq!((suite.drivers(&lane), suite.callees(&lane)), (3, 3));
}

#[test]
fn a_case_that_fails_on_used_sides_is_held_to_fresh_ones_and_leaves_none_to_the_next() {
    let (suite, lane) = (Scripted::with(Script::default()), Lanes::find().foreign);
    for case in [FIRST, CATALOG] {
        assert_eq!(suite.conform.run(&lane, &case), Ok(()));
    }
    assert_eq!(suite.conform.run(&lane, &FAILS), Err("it is wrong".into()));
    assert_eq!(suite.world.alive(), 0, "not of another setup either");
    assert_eq!(suite.conform.run(&lane, &FIRST), Ok(()));
    // Of two setups, that on which the failure is its own, and that after it.
    assert_eq!((suite.drivers(&lane), suite.callees(&lane)), (4, 4));
    assert_eq!(suite.conform.end_shared(&lane), Ok(()), "the failure is told once");
}

#[test]
fn what_only_an_earlier_case_explains_fails_in_neither_but_in_the_end() {
    let lane = Lanes::find().foreign;
    // Connections of the first, and the second's own; the second's other one is refused.
    let refused = What::Refuse(ErrorKind::Gone);
    let script = Script::default().event(&lane, Phase::Open, When::Nth(3), refused);
    let suite = Scripted::with(script);
    for case in [FIRST, SECOND, FIRST] {
        assert_eq!(suite.conform.run(&lane, &case), Ok(()), "{}", case.name);
    }
    let said = suite.conform.end_shared(&lane).expect_err("something was wrong");
    assert!(said.contains("second passes alone, but not after first: "), "{said}");
}

#[test]
fn sides_that_take_no_new_connection_are_replaced_and_told_in_the_end() {
    let lane = Lanes::find().foreign;
    let refused = What::Refuse(ErrorKind::Gone);
    let script = Script::default().event(&lane, Phase::Open, When::Nth(2), refused);
    let suite = Scripted::with(script);
    for case in [FIRST, SECOND] {
        assert_eq!(suite.conform.run(&lane, &case), Ok(()), "{}", case.name);
    }
    assert_eq!((suite.drivers(&lane), suite.callees(&lane)), (2, 2));
    let said = suite.conform.end_shared(&lane).expect_err("something was wrong");
    assert!(said.contains("no new connection could be opened after first: "), "{said}");
}

#[test]
fn slow_callees_of_which_one_was_still_at_work_are_replaced_and_not_blamed() {
    let lane = Lanes::find().foreign;
    let refused = What::Refuse(ErrorKind::Deadline);
    let script = Script::default().event(&lane, Phase::Open, When::Nth(2), refused);
    let suite = Scripted::with(script);
    assert_eq!(suite.conform.run(&lane, &GIVES_UP), Ok(()));
    assert_eq!((suite.drivers(&lane), suite.callees(&lane)), (2, 2));
    assert_eq!(suite.world.alive(), 0, "the next one would find the same");
    assert_eq!(suite.conform.run(&lane, &GIVES_UP), Ok(()));
    assert_eq!((suite.drivers(&lane), suite.callees(&lane)), (4, 4));
    assert_eq!(suite.conform.end_shared(&lane), Ok(()));
}

#[test]
fn a_driver_that_does_not_close_its_connections_is_not_used_again() {
    let lane = Lanes::find().foreign;
    // The only other order of these cases is the one to close.
    let refused = What::Refuse(ErrorKind::Internal);
    let script = Script::default().event(&lane, Phase::Other, When::Nth(1), refused);
    let suite = Scripted::with(script);
    for case in [FIRST, FIRST, FIRST] {
        assert_eq!(suite.conform.run(&lane, &case), Ok(()));
    }
    assert_eq!(suite.drivers(&lane), 2);
}

#[test]
fn the_end_waits_for_cases_under_way_and_a_case_behind_it_leaves_nothing() {
    let (suite, lane) = (Scripted::with(Script::default()), Lanes::find().foreign);
    thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| assert_eq!(suite.conform.run(&lane, &GIVES_UP), Ok(())));
        }
        threads.spawn(|| assert_eq!(suite.conform.end_shared(&lane), Ok(())));
    });
    assert_eq!(suite.world.alive(), 0);
    assert_eq!(suite.conform.run(&lane, &FIRST), Ok(()));
    assert_eq!(suite.world.alive(), 0);
}

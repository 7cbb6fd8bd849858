//! Whether a plan fits its workload: which lanes can carry it, how many items of a size go into one
//! message, and what it cannot be asked with.

use crate::{
    drive::workload::Files,
    lanes::roster::{Known, Roster, in_order},
    plan::run_plan::Plan,
    shell::failure::{Code, Failure},
};
use api::{EngineKind, Mode};

/// Why a lane is not in a run of workload `bytes`.
const NO_BYTES: &str = "carries no bytes: its two sides pass values, and nothing stands between \
them that could carry a payload";

/// The lanes of a run that can be asked its workload, and those that were left out.
#[derive(Debug)]
pub(crate) struct Fitting<'a> {
    pub(crate) lanes: Vec<&'a Known>,
    /// Name and reason.
    pub(crate) left_out: Vec<(String, &'static str)>,
}

impl<'a> Fitting<'a> {
    /// With the lanes that every run measures, as far as they can be asked this workload, and the
    /// plan that says which of them nobody named. A run of two builds is for those, and has none.
    pub(crate) fn with_those_of_every_run(
        mut self,
        plan: &Plan,
        roster: &'a Roster,
    ) -> (Self, Plan) {
        let mut also_measured = Vec::new();
        for known in roster.of_every_run().filter(|known| why_not(plan, known).is_none()) {
            let chosen = self.lanes.iter().any(|lane| lane.about.name == known.about.name);
            if !chosen && plan.against.is_none() {
                also_measured.push(known.about.name.clone());
                self.lanes.push(known);
            }
        }
        in_order(&mut self.lanes);
        (self, Plan { also_measured, ..plan.clone() })
    }

    /// The lanes that were left out, in a line.
    pub(crate) fn said(left_out: &[(String, &'static str)]) -> Option<String> {
        let names: Vec<&str> = left_out.iter().map(|(name, _)| name.as_str()).collect();
        let (_, reason) = left_out.first()?;
        Some(format!("left out: {}; each {reason}", names.join(", ")))
    }
}

/// The chosen lanes that can be asked this workload.
///
/// # Errors
/// One that cannot was asked for by its name, or none is left.
pub(crate) fn lanes<'a>(plan: &Plan, chosen: Vec<&'a Known>) -> Result<Fitting<'a>, Failure> {
    let mut fitting = Fitting { lanes: Vec::new(), left_out: Vec::new() };
    for known in chosen {
        match why_not(plan, known) {
            None => fitting.lanes.push(known),
            Some(why) if is_named(plan, known) => {
                return Err(unavailable(&format!("{} {why}", known.about.name)));
            }
            Some(why) => fitting.left_out.push((known.about.name.clone(), why)),
        }
    }
    if fitting.lanes.is_empty() {
        return Err(unavailable(&format!("none of these lanes is left: each {NO_BYTES}")));
    }
    Ok(fitting)
}

/// Why a lane cannot be asked the plan's workload; none where it can.
pub(crate) fn why_not(plan: &Plan, known: &Known) -> Option<&'static str> {
    let fits = plan.workload.has_engine() || known.about.carrier.is_some();
    (!fits).then_some(NO_BYTES)
}

/// True where the user wrote the name of this lane, and not that of a group.
fn is_named(plan: &Plan, known: &Known) -> bool {
    let about = &known.about;
    plan.lanes.iter().any(|word| *word == about.name || *word == about.short)
}

fn unavailable(what: &str) -> Failure {
    let cure = "leave it out, or name lanes that do, such as uds or grpc";
    Failure::new(Code::Unavailable, format!("{what}; {cure}"))
}

/// Refuses what this workload cannot be asked with.
///
/// # Errors
/// A batch that no message holds in a size that the user named; an engine, a load, a mode or files
/// of questions for a workload that has none.
pub(crate) fn check(plan: &Plan) -> Result<(), Failure> {
    let workload = plan.workload;
    // Of the usual sizes those are measured that fit.
    if plan.sizes != workload.usual_sizes() {
        for asked in plan.questions() {
            let most = workload.most_items(asked.size);
            let items = plan.batch.iter().chain(&plan.spread).copied();
            if let Some(items) = items.filter(|items| *items > most).max() {
                return Err(Failure::usage(format!(
                    "--batch {items}: {items} items of {asked} are more than one message holds; \
                    the largest batch of this size is {most}"
                )));
            }
        }
    }
    if workload.has_engine() { Ok(()) } else { check_echo(plan) }
}

/// How an echo of items can travel: as one, or as single ones.
const ECHOED: [Mode; 2] = [Mode::Chatty, Mode::Batched];

/// What an echo has not.
fn check_echo(plan: &Plan) -> Result<(), Failure> {
    let name = plan.workload.name();
    let unknown = plan.modes.iter().find(|mode| !ECHOED.contains(mode));
    if let Some(mode) = unknown.filter(|_| plan.modes != Mode::ALL) {
        return Err(Failure::usage(format!(
            "--modes {}: items of workload {name} travel {} alone; leave out the others",
            mode.name(),
            ECHOED.map(Mode::name).join(" and ")
        )));
    }
    let Files { products, users, trace } = &plan.files;
    for (flag, file) in [("products", products), ("users", users), ("trace", trace)] {
        if file.is_some() {
            return Err(Failure::usage(format!(
                "--{flag}: workload {name} asks no engine and reads no such file; leave out \
                --{flag}"
            )));
        }
    }
    if plan.engines[0] != EngineKind::Stub {
        return Err(Failure::usage(format!(
            "--engine {}: workload {name} has no engine; leave out --engine",
            plan.engines[0].name()
        )));
    }
    if plan.load.is_some() {
        return Err(Failure::usage(format!(
            "--load: loads of workload {name} are not measured; leave out --load, or leave out \
            --workload"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lanes::roster::Roster, plan::grid};
    use api::Mode;
    use fixtures::WorkloadKind;
    use std::time::Duration;

    fn bytes() -> Plan {
        let workload = WorkloadKind::Bytes;
        Plan {
            workload,
            sizes: workload.usual_sizes().to_vec(),
            batch: workload.usual_batch().to_vec(),
            spread: Vec::new(),
            ..Plan::standard()
        }
    }

    fn named(words: &[&str]) -> Plan {
        Plan {
            lanes: words.iter().map(|word| (*word).into()).collect(),
            ..bytes()
        }
    }

    #[test]
    fn a_run_of_bytes_takes_the_default_lanes_that_carry_bytes() {
        let built_in = crate::lanes();
        let roster = Roster::new(&built_in);
        let chosen = roster.select(&[]).expect("the default lanes");
        let all = chosen.len();
        let fitting = lanes(&bytes(), chosen).expect("some carry bytes");
        let carries = |known: &&Known| known.about.carrier.is_some();
        assert!(!fitting.lanes.is_empty() && fitting.lanes.iter().all(carries));
        let said = Fitting::said(&fitting.left_out).expect("null and inproc are default lanes");
        for words in ["rust/null/rust, rust/inproc/rust", "carries no bytes"] {
            assert!(said.contains(words), "{said}");
        }
        assert_eq!(fitting.lanes.len() + fitting.left_out.len(), all);
        let everything = lanes(&Plan::standard(), roster.select(&[]).expect("the same"));
        assert_eq!(everything.expect("all answer").lanes.len(), all);
    }

    #[test]
    fn a_lane_without_a_carrier_is_unavailable_by_its_name() {
        let built_in = crate::lanes();
        let roster = Roster::new(&built_in);
        for words in [["inproc", "uds"], ["rust/null/rust", "uds"], ["null*", "inproc*"]] {
            let plan = named(&words);
            let chosen = roster.select(&plan.lanes).expect("they run here");
            let failure = lanes(&plan, chosen).expect_err("it carries no bytes");
            assert!(format!("{failure:?}").contains("Unavailable"), "{failure:?}");
            assert!(failure.to_string().contains("carries no bytes"), "{failure}");
        }
    }

    #[test]
    fn every_run_measures_what_tolls_and_cpu_time_are_counted_from_where_it_can_be_asked() {
        let built_in = crate::lanes();
        let roster = Roster::new(&built_in);
        let measured = |plan: &Plan| -> [Vec<String>; 2] {
            let chosen = roster.select(&plan.lanes).expect("they run here");
            let named = lanes(plan, chosen).expect("they can be asked");
            let (fitting, plan) = named.with_those_of_every_run(plan, &roster);
            let names = fitting.lanes.iter().map(|lane| lane.about.name.clone());
            [names.collect(), plan.also_measured]
        };
        let [null, inproc, uds] = ["rust/null/rust", "rust/inproc/rust", "rust/uds/rust"];
        let recommendations = |words: &[&str]| Plan {
            lanes: words.iter().map(|word| (*word).into()).collect(),
            ..Plan::standard()
        };
        for (words, also) in [
            (&["uds"][..], &[inproc, null][..]),
            (&["uds", "inproc"], &[null]),
            (&["inproc", null, "uds"], &[]),
        ] {
            let [all, added] = measured(&recommendations(words));
            assert_eq!(all, [null, inproc, uds]);
            assert_eq!(added, also);
        }
        assert_eq!(measured(&recommendations(&[]))[1], Vec::<String>::new(), "the default lanes");
        assert_eq!(measured(&named(&["uds"])), [vec![uds.to_owned()], Vec::new()], "of bytes");
    }

    #[test]
    fn a_batch_that_no_message_holds_is_refused_with_the_largest_one() {
        let plan = Plan { sizes: vec![64, 1 << 20], batch: vec![1, 64], ..bytes() };
        let said = check(&plan).expect_err("64 MiB").to_string();
        for words in ["64 items of 1048576 bytes", "the largest batch of this size is 31"] {
            assert!(said.contains(words), "{said}");
        }
        check(&Plan { batch: vec![31], ..plan }).expect("it fits");
        check(&Plan { sizes: vec![1_000], batch: vec![1_024], ..Plan::standard() })
            .expect("every batch of recommendations fits");
    }

    #[test]
    fn of_the_usual_sizes_those_are_measured_that_fit_a_batch() {
        let plan = Plan { batch: vec![1, 64], ..named(&["uds"]) };
        check(&plan).expect("sizes that nobody named are left out where they do not fit");
        let built_in = crate::lanes();
        let roster = Roster::new(&built_in);
        let chosen = roster.select(&plan.lanes).expect("it runs here");
        let cells = grid::cells(&plan, &chosen);
        let sizes = |mode, items| -> Vec<u32> {
            let of = cells.iter().filter(|cell| cell.mode == mode && cell.items == items);
            of.map(|cell| cell.asked.size).collect()
        };
        let columns = plan.placements.len();
        assert_eq!(sizes(Mode::Chatty, 1)[columns - 1..], plan.sizes);
        let fit = [1 << 10, 0, 64, 16 << 10, 64 << 10, 256 << 10];
        assert_eq!(sizes(Mode::Batched, 64), fit);
        assert_eq!(cells.iter().filter(|cell| cell.is_main(&plan)).count(), columns);
        assert!(cells.iter().all(|cell| cell.engine_name() == "none"));
    }

    #[test]
    fn what_an_echo_has_not_is_refused() {
        check(&bytes()).expect("the usual engines and modes are nobody's wish");
        let engine = Plan { engines: vec![EngineKind::Catalog], ..bytes() };
        let load = Plan { load: Some(Duration::from_secs(1)), ..bytes() };
        let modes = Plan { modes: vec![Mode::Chatty, Mode::Pipelined], ..bytes() };
        let files = Files { trace: Some("trace.jsonl".into()), ..Files::default() };
        let trace = Plan { files, ..bytes() };
        let refused = [
            (engine, "--engine catalog"),
            (load, "--load"),
            (modes, "--modes pipelined"),
            (trace, "--trace"),
        ];
        for (plan, flag) in refused {
            let said = check(&plan).expect_err("bytes have none").to_string();
            assert!(said.contains(flag) && said.contains("workload bytes"), "{said}");
        }
    }
}

//! The plan of an earlier run, from the command in its record. That is text from a file, which
//! anybody may have written: of it only what this program writes there itself is taken, and that
//! names no file.

use crate::{
    drive::workload::Files,
    machine::placement::Placement,
    plan::{
        keys::{
            file::PlanFile,
            flags::{Flags, KeyFlags},
        },
        run_plan::Plan,
    },
    shell::failure::Failure,
};
use reports::record::Record;
use std::path::PathBuf;

/// The command of a first look.
const FIRST_LOOK: &str = "tollgate";
/// What stands for another build, which a record does not name.
const OTHER_BUILD: &str = " --against OTHER";

/// What a repetition may have of its own.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct RerunFlags {
    /// Repeat these lanes of the record only
    #[arg(long, value_name = "LANE,..", value_delimiter = ',')]
    pub(crate) lanes: Vec<String>,
    /// Folder of the new record, its report, and both runs side by side [default: reports/rerun]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What the new record and its report call this machine
    #[arg(long, value_name = "NAME")]
    label: Option<String>,
    /// Endpoint of a service of your own; records do not keep it
    #[arg(long, value_name = "LANE=ENDPOINT")]
    endpoint: Vec<String>,
    #[command(flatten)]
    files: Files,
}

impl RerunFlags {
    /// What a plan gives to that of a record, which its command does not hold.
    pub(crate) fn of(plan: &Plan) -> Self {
        let endpoint = |(lane, endpoint): (&String, &String)| format!("{lane}={endpoint}");
        Self {
            lanes: Vec::new(),
            out: Some(plan.out.clone()),
            label: plan.label.clone(),
            endpoint: plan.endpoints.iter().map(endpoint).collect(),
            files: plan.files.clone(),
        }
    }

    /// The same over these lanes.
    pub(crate) fn over(&self, lanes: Vec<String>) -> Self {
        Self { lanes, ..self.clone() }
    }

    /// Puts them over the flags of a record.
    fn give(&self, flags: &mut KeyFlags) {
        let out = self.out.clone().unwrap_or_else(|| PathBuf::from("reports/rerun"));
        flags.set("out", [out]);
        flags.set("label", self.label.clone());
        flags.set("endpoint", self.endpoint.clone());
        flags.set("products", self.files.products.clone());
        flags.set("users", self.files.users.clone());
        flags.set("trace", self.files.trace.clone());
        if !self.lanes.is_empty() {
            flags.set("lanes", self.lanes.clone());
        }
    }
}

impl Plan {
    /// The plan of this record. A plan file that lies in this folder changes nothing; another build
    /// is left out.
    pub(crate) fn repeated(record: &Record, own: &RerunFlags) -> Result<Self, Failure> {
        let first_look = record.command == FIRST_LOOK;
        let command = if first_look {
            Self { seed: record.seed, ..Self::first_look() }.as_command()
        } else {
            // Twice through this program's own words: what they do not say is gone.
            Self::merged(&flags_of(&record.command)?, PlanFile::default())?.as_command()
        };
        let command = placed_as(&command, record);
        let mut flags = flags_of(&command.replace(OTHER_BUILD, ""))?;
        own.give(&mut flags.keys);
        let mut plan = Self::merged(&flags, PlanFile::default())?;
        if first_look {
            plan.name = Self::first_look().name;
        }
        Ok(plan)
    }
}

/// The command with the placements of the record: by default it had others before there were
/// several, and has fewer where a machine has one core.
fn placed_as(command: &str, record: &Record) -> String {
    let recorded = &record.plan.placements;
    let columns = recorded.iter().filter_map(|name| Placement::from_name(name).ok());
    let columns: Vec<Placement> = columns.collect();
    if columns.is_empty() || columns.len() < recorded.len() || command.contains(" --placement ") {
        return command.into();
    }
    format!("{command} --placement {}", Placement::name_of(&columns))
}

fn flags_of(command: &str) -> Result<Flags, Failure> {
    let Some(words) = command.strip_prefix("tollgate run") else {
        return Err(not_repeated("it is no `tollgate run`"));
    };
    Flags::from_words(words.split_whitespace())
        .map_err(|error| not_repeated(error.to_string().lines().next().unwrap_or_default()))
}

fn not_repeated(why: &str) -> Failure {
    Failure::usage(format!(
        "the command in the record cannot be repeated by this version: {why}; repeat it with the \
        version that wrote it, or with `tollgate run` and flags of your own"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(command: &str) -> Record {
        let sample = include_str!("../../reports/sample/record.json");
        let mut record =
            reports::record::read::from_bytes(sample.as_bytes()).expect("the sample is a record");
        record.command = command.into();
        record.plan.placements = vec!["one".into(), "two".into()];
        record
    }

    fn repeated(command: &str) -> Result<Plan, Failure> {
        Plan::repeated(&record(command), &RerunFlags::default())
    }

    #[test]
    fn repeats_what_the_command_says() {
        for command in [
            "tollgate run --seed 5",
            "tollgate run --lanes a,b* --batch 8,64 --size 7 --modes chatty --engine stub \
            --starts 3 --budget 90s --seed 5",
            "tollgate run --thorough --precision 1.5% --budget 600s --placement one --deadline \
            1s --service-time 250us --seed 9",
            "tollgate run --quick --order fixed --seed 1",
            "tollgate run --calls-per-s 2000 --load 2s --seed 1",
        ] {
            assert_eq!(repeated(command).expect(command).command, command);
        }
        assert_eq!(
            repeated("tollgate run --starts 3 --against OTHER --seed 5")
                .expect("fits")
                .command,
            "tollgate run --starts 3 --seed 5"
        );
        let older = repeated("tollgate run --max-results 7 --seed 5").expect("fits");
        assert_eq!(older.command, "tollgate run --size 7 --seed 5");
    }

    #[test]
    fn repeats_the_placements_of_a_record_whose_program_had_another_default() {
        let of = |placements: &[&str], command: &str| {
            let mut record = record(command);
            record.plan.placements = placements.iter().map(|one| (*one).into()).collect();
            let plan = Plan::repeated(&record, &RerunFlags::default()).expect("fits");
            (Placement::name_of(&plan.placements), plan.command)
        };
        let seeded = |flags: &str| format!("tollgate run{flags} --seed 5");
        assert_eq!(of(&["one", "two"], &seeded("")), ("both", seeded("")));
        assert_eq!(of(&["free"], &seeded("")), ("free", seeded(" --placement free")));
        assert_eq!(of(&["one"], &seeded("")), ("one", seeded(" --placement one")));
        for (name, before) in [("one", "same"), ("two", "cross")] {
            let command = seeded(&format!(" --placement {before}"));
            assert_eq!(of(&[name], &command), (name, seeded(&format!(" --placement {name}"))));
        }
    }

    #[test]
    fn repeats_a_first_look_with_the_seed_of_the_record() {
        let (record, look) = (record("tollgate"), Plan::first_look());
        let plan = Plan::repeated(&record, &RerunFlags::default()).expect("fits");
        assert_eq!((plan.seed, plan.name), (record.seed, "first look"));
        assert_eq!((plan.batch, plan.spread, plan.starts), (look.batch, look.spread, look.starts));
        assert_eq!(
            (plan.modes, plan.engines, plan.budget),
            (look.modes, look.engines, look.budget)
        );
    }

    #[test]
    fn takes_no_file_and_no_endpoint_from_a_record() {
        let plan = repeated(
            "tollgate run --out /etc --plan /etc/passwd --save x --catalog /etc/shadow --endpoint \
            a=b --label x --seed 5",
        );
        let plan = plan.expect("the rest is repeated");
        assert_eq!((plan.out, plan.save, plan.label), (PathBuf::from("reports/rerun"), None, None));
        assert!(plan.endpoints.is_empty() && plan.files.products.is_none());
    }

    #[test]
    fn refuses_a_command_that_it_does_not_understand() {
        for command in ["rm -rf /", "tollgate run --frobnicate 3", "tollgate run --starts many", ""]
        {
            let failure = repeated(command).expect_err(command).to_string();
            let cures = ["--", "whole number", "flags of your own"];
            assert!(cures.iter().any(|cure| failure.contains(cure)), "{failure}");
        }
    }
}

//! Keys: how often and how long is measured. Which of them leave which out is in
//! `plan/keys/effort.rs`.

use crate::{
    plan::{
        keys::{
            form::Form::{Number, Percent, Switch, Time},
            key::{
                Heading, InFile, Key,
                Repeat::Changed,
                Standard::{Is, Means},
            },
            parse,
            written::{put, seconds},
        },
        precision::{Preset, Wanted},
        run_plan::Plan,
    },
    shell::failure::Failure,
};
use std::{ops::RangeInclusive, time::Duration};

/// Time to measure where nothing is said.
const BUDGET: &str = "230s";

pub(super) static KEYS: &[Key] = &[
    Key {
        flag: "starts",
        form: Number,
        value: "N",
        help: "Restarts of every caller and callee. Intervals come from their differences: more \
            restarts, narrower intervals",
        standard: Is("11"),
        example: "9",
        take: |plan, written| put(&mut plan.starts, written.sizes(1..=1_000).map(|all| all[0])),
        repeat: Changed(|plan| Some(plan.starts.to_string())),
        record: Some(|plan, record| record.starts = plan.starts),
        ..Key::ROW
    },
    Key {
        flag: Preset::QUICK.name,
        form: Switch,
        conflicts: &[Preset::THOROUGH.name],
        help: "Rough figures in about a minute. Short for --precision 10% --budget 60s",
        file: InFile::No,
        take: |plan, _| {
            plan.take_preset(Preset::QUICK);
            Ok(())
        },
        repeat: Changed(|plan| has_preset(plan, Preset::QUICK)),
        ..Key::ROW
    },
    Key {
        flag: Preset::THOROUGH.name,
        form: Switch,
        help: "Precise figures in at most 20 minutes. Short for --precision 2% --budget 20m",
        file: InFile::No,
        take: |plan, _| {
            plan.take_preset(Preset::THOROUGH);
            Ok(())
        },
        repeat: Changed(|plan| has_preset(plan, Preset::THOROUGH)),
        ..Key::ROW
    },
    Key {
        flag: "precision",
        form: Percent,
        value: "PERCENT",
        help: "Restart as often as this precision needs, for example 3%: then the 95 % interval of \
            each lane's single call (p50, first engine, size and placement) is within ±3 %. \
            Replaces --starts",
        example: "3%",
        take: |plan, written| {
            let preset = plan.precision.and_then(|wanted| wanted.preset);
            let wanted = Wanted::new(parse::percent(&written.text())?, preset);
            plan.precision = Some(wanted);
            plan.budget = wanted.usual_budget();
            Ok(())
        },
        repeat: Changed(|plan| {
            plan.precision
                .filter(Wanted::is_own)
                .map(|wanted| format!("{}%", wanted.percent))
        }),
        ..Key::ROW
    },
    Key {
        flag: "budget",
        form: Time,
        value: "TIME",
        help: "Time for measuring, for example 90s or 5m; starting processes comes on top. With \
            --precision: time of the whole run (then the default is 5m)",
        standard: Is(BUDGET),
        example: "90s",
        take: |plan, written| put(&mut plan.budget, written.time()),
        repeat: Changed(|plan| {
            let (wanted, text) = (plan.precision, seconds(plan.budget));
            let usual = wanted.map_or(BUDGET.into(), |wanted| seconds(wanted.usual_budget()));
            (text != usual).then_some(text)
        }),
        record: Some(|plan, record| record.budget_s = plan.budget.as_secs_f64()),
        ..Key::ROW
    },
    Key {
        flag: "visit",
        heading: Some(Heading::Expert),
        form: Time,
        value: "TIME",
        help: "How long one lane is called before the next has its turn, 25ms to 1s; each such \
            turn is a visit",
        standard: Means("the budget decides, 250ms at most"),
        example: "150ms",
        take: |plan, written| put(&mut plan.visit, written.time().and_then(visit_length)),
        repeat: Changed(|plan| plan.visit.map(seconds)),
        record: Some(|plan, record| {
            record.visit_ms = plan.visit.map(|visit| visit.as_millis() as u64);
        }),
        ..Key::ROW
    },
];

/// The lengths of a visit that can be asked for.
const VISITS: RangeInclusive<Duration> = Duration::from_millis(25)..=Duration::from_secs(1);

fn visit_length(time: Duration) -> Result<Option<Duration>, Failure> {
    if VISITS.contains(&time) {
        Ok(Some(time))
    } else {
        Err(Failure::usage(format!(
            "visit: {time:?} is out of range; a visit lasts 25ms to 1s, as in 150ms"
        )))
    }
}

/// A switch has no text.
fn has_preset(plan: &Plan, preset: Preset) -> Option<String> {
    let of_plan = plan.precision.and_then(|wanted| wanted.preset);
    (of_plan == Some(preset)).then(String::new)
}

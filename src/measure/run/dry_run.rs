//! `--dry-run`: what a run would measure and how long it takes, in five lines or cell by cell.

use crate::{
    lanes::roster::Known,
    measure::run::{pilot::Pilot, prepare::Settled, timetable::Timetable},
    plan::{Plan, grid::Planned, order::Order, workload_fits::Fitting},
    shell::{failure::Failure, output::print, progress::spoken},
};
use api::Mode;
use reports::stats::units::count;
use std::fmt::Write;

/// How much of it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DryRun {
    /// Five lines.
    Summary,
    /// Every cell, and each part of the time.
    Full,
}

/// What a run would measure.
pub(crate) struct Planning<'a> {
    pub(crate) settled: &'a Settled<'a>,
    pub(crate) times: &'a Timetable<'a>,
}

impl Planning<'_> {
    /// Prints it. What the run would first build need not be built, but has to be there.
    pub(crate) fn print(&self, shown: DryRun) -> Result<(), Failure> {
        self.settled.plan.against.as_ref().map(|other| other.check()).transpose()?;
        print(&match shown {
            DryRun::Summary => self.summary(),
            DryRun::Full => self.full(),
        })
    }

    fn full(&self) -> String {
        let Self {
            settled: Settled { plan, chosen, left_out, cells, .. },
            times,
        } = self;
        let mut text = String::new();
        for cell in cells {
            text += &cell_line(cell, chosen);
        }
        let (lanes, schedule) = (chosen.len(), &times.schedule);
        let starts = match &times.pilot {
            Some(pilot) => format!("a pilot of {} restarts", pilot.starts),
            None => format!("{} restarts", plan.starts),
        };
        let _ = writeln!(
            text,
            "{} cells on {lanes} lanes, {starts} of {} visits in {} blocks: {}, seed {}",
            cells.len(),
            schedule.visits(),
            schedule.blocks,
            self.how_long(),
            plan.seed
        );
        let mut lines = Vec::new();
        lines.extend(Fitting::said(left_out));
        lines.extend(also_measured(plan));
        lines.extend(times.groups.text(chosen));
        lines.extend(times.pilot.as_ref().map(Pilot::text));
        if plan.order == Order::Fixed {
            lines.push(FIXED.into());
        }
        lines.extend([times.contrasts.text(), times.uninterrupted.text(), times.stages.text()]);
        lines.extend(times.loads.text());
        for line in lines {
            let _ = writeln!(text, "{line}");
        }
        text
    }

    /// What, how long, how many restarts and visits, what is left out.
    fn summary(&self) -> String {
        let Settled { plan, chosen, cells, .. } = self.settled;
        let names: Vec<&str> = chosen.iter().map(|lane| lane.about.short.as_str()).collect();
        let modes: Vec<&str> = plan.modes.iter().map(|mode| mode.name()).collect();
        let modes = if plan.modes == Mode::ALL {
            "all modes".into()
        } else {
            modes.join(", ")
        };
        let placements: Vec<&str> = plan.placements.iter().map(|one| one.name()).collect();
        let most = cells.iter().map(|cell| cell.items).max().unwrap_or(1);
        let lines = [
            ("lanes", fitted(&names)),
            (
                "cells",
                format!(
                    "{}: {modes}, up to {} items, placement {}",
                    cells.len(),
                    count(most.into()),
                    placements.join(" and ")
                ),
            ),
            ("how long", self.how_long()),
            ("restarts", self.restarts()),
            ("left out", self.not_measured()),
        ];
        let mut text = String::new();
        for (what, line) in lines {
            let _ = writeln!(text, "{what:WHAT$}{line}");
        }
        text
    }

    fn how_long(&self) -> String {
        let about = if self.times.pilot.is_some() { "at most" } else { "about" };
        format!("{about} {}", spoken(self.times.predicted))
    }

    fn restarts(&self) -> String {
        let schedule = &self.times.schedule;
        let visits = format!(
            "{} visits of {} ms in each",
            count(schedule.visits().into()),
            schedule.length.as_millis()
        );
        match &self.times.pilot {
            Some(pilot) => format!("{}, then as many as needed; {visits}", pilot.starts),
            None => format!("{}; {visits} (a visit: calls of one lane)", self.settled.plan.starts),
        }
    }

    fn not_measured(&self) -> String {
        let Settled { plan, roster, chosen, .. } = self.settled;
        let mut left = Vec::new();
        match roster.known.len().saturating_sub(chosen.len()) {
            0 => {}
            others => left.push(format!("{others} lanes (tollgate list)")),
        }
        if plan.load.is_none() {
            left.push("load (--load)".into());
        }
        if left.is_empty() {
            left.push("nothing".into());
        }
        format!("{}; all cells: --dry-run --full", left.join(", "))
    }
}

/// Columns of a terminal, and those of what a line of the summary is about.
const COLUMNS: usize = 80;
const WHAT: usize = 10;

/// How many names there are, and as many of them as a line holds.
fn fitted(names: &[&str]) -> String {
    let many = names.len();
    let with = |shown: usize| {
        let more = match many - shown {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{many}: {}{more}", names[..shown].join(", "))
    };
    let fits = |shown: &usize| WHAT + with(*shown).chars().count() <= COLUMNS;
    with((1..=many).rev().find(fits).unwrap_or(many.min(1)))
}

/// The lanes that nobody named.
fn also_measured(plan: &Plan) -> Option<String> {
    let names = plan.also_measured.join(", ");
    (!names.is_empty())
        .then(|| format!("measured in every run, since tolls and CPU times refer to them: {names}"))
}

const FIXED: &str = "visits in fixed order, lane by lane: a control, not a way to compare lanes";

fn cell_line(cell: &Planned, chosen: &[&Known]) -> String {
    format!(
        "{:26} {:8} {:10} {:>5} {:>12}  {}\n",
        chosen[cell.lane].about.name,
        cell.engine_name(),
        cell.mode_name(),
        format!("{} x", cell.items),
        cell.asked.to_string(),
        cell.placement.name()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_names_ends_where_the_terminal_does() {
        assert_eq!(fitted(&["a", "b"]), "2: a, b");
        let many = ["a-long-name"; 30];
        let said = fitted(&many);
        assert!(said.ends_with("a-long-name and 26 more"), "{said}");
        assert!(WHAT + said.len() <= COLUMNS, "{said}");
    }
}

//! Visits: what enters a cell's sums and histogram, and when. A disturbed visit waits for its
//! repeat: if that one is clean it takes the other's place in every sum, else the disturbed visit
//! stays in. Either way one of the two counts, and both are recorded.

use crate::{
    machine::noise::Disturbance,
    plan::schedule::Slot,
    protocol::Visited,
    recorder::{Bytes, Recorder},
    shell::failure::Failure,
};
use hdrhistogram::Histogram;
use reports::{
    record::{CellStart, Visit},
    stats::estimates,
};

/// A disturbed visit that is in no sum yet.
pub(crate) struct Held {
    visit: Made,
    /// Its place in the run.
    order: u32,
}

/// A visit that was made.
struct Made {
    slot: Slot,
    items: u32,
    visited: Visited,
    samples: Histogram<u64>,
    bytes: Bytes,
}

impl Recorder {
    /// One visit, as the driver answered it.
    pub(crate) fn visit(
        &mut self,
        slot: &Slot,
        items: u32,
        visited: &Visited,
        bytes: Bytes,
        disturbance: &Disturbance,
    ) -> Result<(), Failure> {
        let samples = samples_of(visited)?;
        let group = visited.group.max(1);
        if self.group(slot.cell).is_some_and(|chosen| chosen != group)
            || samples.len() != visited.samples
        {
            return Err(Failure::failed(
                "the driver contradicts itself: another group, or another number of samples",
            ));
        }
        let order = self.record.visits.len() as u32;
        let recorded = self.recorded(slot, visited, disturbance, order);
        self.record.visits.push(recorded);
        self.machine.add(&disturbance.machine);
        let void = visited.wrong + visited.errors > 0;
        if void {
            self.failed_visit(slot.cell, visited);
        }
        // What the driver chose in the first visit holds for the whole start, whichever visits
        // count.
        let (start, planned) = (self.start, self.planned_visits[slot.cell]);
        let starts = &mut self.record.cells[slot.cell].starts;
        if starts.last().is_none_or(|last| last.start != start) {
            starts.push(empty_start(start, planned, group));
        }
        let made = Made { slot: *slot, items, visited: visited.clone(), samples, bytes };
        let disturbed = !disturbance.flags.is_empty();
        match slot.repeats {
            None if disturbed && !void => {
                self.held.push(Held { visit: made, order });
                Ok(())
            }
            // What is wrong is counted, whatever disturbed it.
            Some(_) if disturbed && !void => Ok(()),
            repeated => {
                self.held.retain(|held| Some(held.order) != repeated);
                self.count(&made)
            }
        }
    }

    /// An answer was wrong, or a call failed: it voids the cell.
    pub(crate) fn failed_visit(&mut self, cell: usize, visited: &Visited) {
        let cause = match &visited.detail {
            Some(detail) => format!("{}: {detail}", visited.kind.as_deref().unwrap_or("error")),
            None => format!("{} wrong answers in one visit", visited.wrong),
        };
        self.without(std::iter::once(cell), true, &cause);
    }

    fn recorded(
        &self,
        slot: &Slot,
        visited: &Visited,
        disturbance: &Disturbance,
        order: u32,
    ) -> Visit {
        let per_action =
            |ns: f64| (visited.samples > 0).then(|| ns / f64::from(visited.group.max(1)));
        let raised = [("error", visited.errors > 0), ("wrong", visited.wrong > 0)];
        let raised = raised.iter().filter(|(_, raised)| *raised).map(|(flag, _)| *flag);
        Visit {
            cell: slot.cell as u32,
            start: self.start,
            block: slot.block,
            order,
            samples: visited.samples,
            mean_ns: per_action(visited.elapsed_ns as f64 / visited.samples.max(1) as f64),
            p50_ns: visited.p50_ns.and_then(|p50| per_action(p50 as f64)),
            flags: raised.chain(disturbance.flags.iter().copied()).map(Into::into).collect(),
            noise: Some(disturbance.noise),
            repeats: slot.repeats,
        }
    }

    /// Disturbed visits of this start, in their order, as visits that repeat them.
    pub(crate) fn to_repeat(&self) -> Vec<Slot> {
        self.held
            .iter()
            .map(|held| Slot { repeats: Some(held.order), ..held.visit.slot })
            .collect()
    }

    /// Disturbed visits without a clean repeat count after all.
    pub(crate) fn release(&mut self) -> Result<(), Failure> {
        for held in std::mem::take(&mut self.held) {
            self.count(&held.visit)?;
        }
        Ok(())
    }

    /// Adds a visit to the sums and the histogram of its cell.
    fn count(&mut self, made: &Made) -> Result<(), Failure> {
        let histogram = self.histograms.entry(made.slot.cell).or_insert_with(estimates::histogram);
        histogram
            .add(&made.samples)
            .map_err(|error| Failure::failed(format!("cannot merge histograms: {error}")))?;
        self.first_samples(made.slot.cell, &made.visited);
        let starts = &mut self.record.cells[made.slot.cell].starts;
        add(
            starts.last_mut().expect("there since its first visit"),
            made.items,
            &made.visited,
            made.bytes,
        );
        Ok(())
    }

    /// The group that a cell's driver chose in this start.
    pub(crate) fn group(&self, cell: usize) -> Option<u32> {
        self.record.cells[cell]
            .starts
            .last()
            .filter(|last| last.start == self.start)
            .map(|last| last.group)
    }
}

/// The samples as a histogram, from a histogram or a list.
fn samples_of(visited: &Visited) -> Result<Histogram<u64>, Failure> {
    if let Some(text) = &visited.histogram {
        return estimates::histogram_from_base64(text).map_err(|error| {
            Failure::failed(format!("a driver's histogram cannot be read: {error}"))
        });
    }
    let mut histogram = estimates::histogram();
    for &sample in visited.samples_ns.iter().flatten() {
        histogram.saturating_record(sample.max(1));
    }
    Ok(histogram)
}

fn add(start: &mut CellStart, items: u32, visited: &Visited, bytes: Bytes) {
    let crossed = visited.items + visited.lead_in_items;
    let first = start.visits_done == 0;
    start.visits_done += 1;
    start.samples += visited.samples;
    start.items += visited.items;
    start.elapsed_ns += visited.elapsed_ns;
    let actions = start.items / u64::from(items);
    start.mean_ns = (actions > 0).then(|| start.elapsed_ns as f64 / actions as f64);
    start.wrong += visited.wrong;
    start.errors += visited.errors;
    // One visit that could not be read leaves the whole start not measured: a sum over fewer visits
    // would be too low.
    let sum = |sum: &mut Option<u64>, value: Option<u64>| {
        *sum = if first {
            value
        } else {
            sum.zip(value).map(|(sum, value)| sum + value)
        };
    };
    sum(&mut start.cpu_caller_ns, visited.cpu_caller_ns);
    sum(&mut start.cpu_callee_ns, visited.cpu_callee_ns);
    start.cpu_items += crossed;
    sum(&mut start.bytes_out, bytes.map(|bytes| bytes.0));
    sum(&mut start.bytes_back, bytes.map(|bytes| bytes.1));
    start.bytes_items += crossed;
}

fn empty_start(start: u32, visits_planned: u32, group: u32) -> CellStart {
    CellStart {
        start,
        visits_done: 0,
        visits_planned,
        group,
        samples: 0,
        items: 0,
        elapsed_ns: 0,
        mean_ns: None,
        p50_ns: None,
        histogram: String::new(),
        wrong: 0,
        errors: 0,
        cpu_caller_ns: None,
        cpu_callee_ns: None,
        cpu_items: 0,
        bytes_out: None,
        bytes_back: None,
        bytes_items: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        drive::workload::Workload,
        lanes::roster::Roster,
        plan::{Flags, Plan, grid},
    };
    use reports::record::{Noise, Record};
    use std::time::Duration;

    const GROUP: u32 = 2;

    /// One visit of ten samples of this length, on the first cell.
    fn visit(
        recorder: &mut Recorder,
        ns: u64,
        flags: &[&'static str],
        repeats: Option<u32>,
        wrong: u64,
    ) {
        let slot = Slot {
            cell: 0,
            block: 0,
            first: 0,
            limit: Duration::from_millis(5),
            repeats,
            uninterrupted: false,
        };
        let visited = Visited {
            ok: true,
            group: GROUP,
            samples: 10,
            items: 10 * u64::from(GROUP),
            elapsed_ns: 10 * ns,
            p50_ns: Some(ns),
            cpu_caller_ns: Some(7 * ns),
            samples_ns: Some(vec![ns; 10]),
            wrong,
            ..Visited::default()
        };
        let disturbance = Disturbance {
            noise: Noise::default(),
            flags: flags.to_vec(),
            ..Disturbance::default()
        };
        recorder
            .visit(&slot, 1, &visited, Some((100, 200)), &disturbance)
            .expect("recorded");
    }

    /// The record after these visits of one start.
    fn after(visits: impl FnOnce(&mut Recorder)) -> Record {
        let plan = Plan::from_flags(&Flags::default()).expect("defaults");
        let workload = Workload::load(&plan.files).expect("built in");
        let roster = Roster::new(&crate::lanes::lanes());
        let chosen: Vec<_> = roster.known.iter().take(1).collect();
        let cells = grid::cells(&plan, &chosen);
        let schedule = crate::plan::schedule::Schedule::new(&plan, plan.budget, &cells);
        let mut recorder = Recorder::new(&plan, &workload, &roster, &chosen, &cells, &schedule);
        recorder.start(0);
        visits(&mut recorder);
        recorder.snapshot(1, true, false).expect("a record").clone()
    }

    /// Visits, samples, mean of an action, CPU of the caller and bytes out that entered the first
    /// cell.
    fn sums(record: &Record) -> (u32, u64, Option<f64>, Option<u64>, Option<u64>) {
        let start = &record.cells[0].starts[0];
        let histogram = estimates::histogram_from_base64(&start.histogram).expect("a histogram");
        assert_eq!(histogram.len(), start.samples, "histogram and sums say the same");
        (
            start.visits_done,
            start.samples,
            start.mean_ns,
            start.cpu_caller_ns,
            start.bytes_out,
        )
    }

    #[test]
    fn a_clean_repeat_takes_the_place_of_a_disturbed_visit_in_every_sum() {
        let record = after(|recorder| {
            visit(recorder, 1_000, &[], None, 0);
            visit(recorder, 9_000, &["others"], None, 0);
            let again = recorder.to_repeat();
            assert_eq!(again.iter().map(|slot| slot.repeats).collect::<Vec<_>>(), [Some(1)]);
            visit(recorder, 1_000, &[], Some(1), 0);
            assert!(recorder.to_repeat().is_empty());
        });
        assert_eq!(sums(&record), (2, 20, Some(500.0), Some(14_000), Some(200)));
        assert_eq!(record.visits.len(), 3, "all stay in the record");
        assert_eq!(
            (record.visits[1].flags.as_slice(), record.visits[2].repeats),
            (&["others".to_string()][..], Some(1))
        );
    }

    #[test]
    fn a_disturbed_visit_counts_where_its_repeat_was_disturbed_too_or_was_never_made() {
        let disturbed_again = after(|recorder| {
            visit(recorder, 9_000, &["stolen"], None, 0);
            visit(recorder, 1_000, &["others"], Some(0), 0);
        });
        let never_made = after(|recorder| visit(recorder, 9_000, &["stolen"], None, 0));
        for record in [&disturbed_again, &never_made] {
            assert_eq!(sums(record), (1, 10, Some(4_500.0), Some(63_000), Some(100)));
        }
    }

    #[test]
    fn a_wrong_answer_counts_whatever_disturbed_its_visit() {
        let first = after(|recorder| {
            visit(recorder, 1_000, &["others"], None, 1);
            assert!(recorder.to_repeat().is_empty(), "it is not measured away");
        });
        let second = after(|recorder| {
            visit(recorder, 1_000, &["others"], None, 0);
            visit(recorder, 1_000, &[], Some(0), 1);
        });
        for record in [first, second] {
            assert_eq!(record.cells[0].status, "void");
            assert_eq!(record.cells[0].starts[0].wrong, 1);
        }
    }
}

//! What callers take without any boundary: the clock, an empty call, the garbage collector.

use crate::{
    figures::{row::Row, summary::Summary},
    record::{Cold, Part, of_part},
    say::{capital, findings::languages},
    stats::{
        paired_ratio::median,
        units::{ABSENT, number, short},
    },
    view::{
        lanes::languages::medians::{ID, languages_of},
        table::{Table, TableSection},
    },
};

/// Single calls whose garbage collections are told together.
const CALLS: f64 = 1_000.0;

/// A row for each language that calls; none where no caller but Rust tells.
pub(super) fn section(summary: &Summary) -> Option<TableSection> {
    let scene = summary.main()?;
    let callers = languages_of(scene.rows.iter().map(|row| row.lane.caller.as_str()));
    let floors: Vec<(&str, f64, f64)> = callers
        .iter()
        .filter_map(|caller| {
            let [empty_call, clock_read] = floor_of(summary, caller)?;
            Some((*caller, empty_call, clock_read))
        })
        .collect();
    if floors.len() < 2 {
        return None;
    }
    let row = |(caller, empty_call, clock_read): &(&str, f64, f64)| {
        let rows = scene.rows.iter().filter(|row| row.lane.caller == *caller);
        vec![
            capital(caller),
            short::time(*empty_call),
            short::time(*clock_read),
            collections(rows).map_or_else(|| ABSENT.to_owned(), number),
        ]
    };
    Some(TableSection {
        id: format!("{ID}-callers"),
        title: "What a caller takes alone: empty call, clock, garbage collector".to_owned(),
        finding: Some(languages::floors(&floors)),
        reading: "Each driver finds both out once, as the least mean of some bursts; here the \
        median over lanes and restarts. Garbage collections are those in the caller during the \
        visits of single calls, lead-in and checks included: 0 also where a driver switches its \
        collector off for a visit; – where nothing collects."
            .to_owned(),
        table: Table::new(
            &["caller", "empty call", "clock read", "collections per 1,000 calls"],
            floors.iter().map(row).collect(),
        ),
    })
}

/// An empty call and a clock read of the lanes with this caller, ns.
fn floor_of(summary: &Summary, caller: &str) -> Option<[f64; 2]> {
    let is_from = |cold: &&Cold| {
        let lane = summary.lanes.iter().find(|lane| lane.name == cold.lane);
        lane.is_some_and(|lane| lane.caller == caller)
    };
    let cold = summary.record.cold.iter().filter(is_from);
    let floors: Vec<_> = cold.filter_map(|cold| cold.floor).collect();
    let mut empty_calls: Vec<f64> = floors.iter().map(|floor| floor.empty_call_ns).collect();
    let mut clock_reads: Vec<f64> = floors.iter().map(|floor| floor.clock_read_ns).collect();
    Some([median(&mut empty_calls)?, median(&mut clock_reads)?])
}

/// In the caller of these rows, for so many single calls; none where no driver tells.
fn collections<'r>(rows: impl Iterator<Item = &'r Row<'r>>) -> Option<f64> {
    let starts = rows.filter_map(|row| row.single.as_ref()).flat_map(|one| &one.cell.starts);
    let told = starts.filter_map(|start| {
        Some((of_part(&start.parts, Part::Caller)?.gc_cycles?, start.cpu_items))
    });
    let (cycles, calls) =
        told.fold((0, 0), |(cycles, calls), (more, of)| (cycles + more, calls + of));
    (calls > 0).then(|| CALLS * cycles as f64 / calls as f64)
}

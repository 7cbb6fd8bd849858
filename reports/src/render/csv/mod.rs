//! What was measured as CSV, for a spreadsheet or a data frame: one table for each format, one line
//! for each cell, pair or lane and start. Histograms stay in the record.

pub(crate) mod cost_model;
pub(crate) mod figures;
pub(crate) mod lines;
pub(crate) mod load;
pub(crate) mod stages;

pub(crate) use crate::render::csv::{
    load::loads,
    stages::{contrasts, resources, stages},
};
use crate::{
    figures::cells,
    record::{Cell, CellStart, Part, Record, of_part},
    render::csv::lines::{asked, line, number},
};

const HEAD: &str = "\
    lane,engine,workload,size,placement,mode,items,kind,status,start,visits_done,visits_planned,\
    group,samples,items_timed,mean_ns,p50_ns,wrong,errors,cpu_caller_ns,cpu_callee_ns,\
    cpu_server_ns,cpu_items,bytes_out,bytes_back,callee_bytes_out,callee_bytes_back,bytes_items,\
    clipped,added";
/// Fields of a line that a cell without a start leaves empty.
const OF_START: usize = 21;

/// Writes the lines. A cell without a start gets one line with its status, so that no planned cell
/// is lost.
pub(crate) fn render(record: &Record) -> String {
    let mut out = String::from(HEAD);
    out.push('\n');
    for cell in &record.cells {
        if cell.starts.is_empty() {
            out.push_str(&line(&[&of_cell(cell)[..], &vec![String::new(); OF_START]].concat()));
        }
        // When it was measured after the run.
        let added = record.addition_of(cell).map(|(_, addition)| addition.started_at.clone());
        let added = vec![added.unwrap_or_default()];
        for start in &cell.starts {
            out.push_str(&line(&[of_cell(cell), of_start(start), added.clone()].concat()));
        }
    }
    out
}

fn of_cell(cell: &Cell) -> Vec<String> {
    let shape = [&cell.mode, &cell.items.to_string(), &cell.kind, &cell.status].map(Clone::clone);
    [vec![cell.lane.clone()], asked(&cell.asked()), shape.to_vec()].concat()
}

fn of_start(s: &CellStart) -> Vec<String> {
    let at_callee = of_part(&s.parts, Part::Callee);
    vec![
        s.start.to_string(),
        s.visits_done.to_string(),
        s.visits_planned.to_string(),
        s.group.to_string(),
        s.samples.to_string(),
        s.items.to_string(),
        number(s.mean_ns),
        number(s.p50_ns),
        s.wrong.to_string(),
        s.errors.to_string(),
        whole_number(s.cpu_ns(Part::Caller)),
        whole_number(s.cpu_ns(Part::Callee)),
        whole_number(s.cpu_ns(Part::Server)),
        s.cpu_items.to_string(),
        whole_number(s.bytes_out()),
        whole_number(s.bytes_back()),
        whole_number(at_callee.and_then(|callee| callee.bytes_out)),
        whole_number(at_callee.and_then(|callee| callee.bytes_back)),
        s.bytes_items.to_string(),
        cells::clipped(s).to_string(),
    ]
}

fn whole_number(value: Option<u64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

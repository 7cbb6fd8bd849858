//! What was measured as CSV, for a spreadsheet or a data frame: one table for each format, one line
//! for each cell, pair or lane and start. Histograms stay in the record.

pub(crate) mod cost_model;
pub(crate) mod lines;
pub(crate) mod load;
pub(crate) mod stages;

pub(crate) use crate::render::csv::{
    load::loads,
    stages::{contrasts, resources, stages},
};
use crate::{
    record::{Cell, CellStart, Record},
    render::csv::lines::line,
};

const HEAD: &str = "\
    lane,engine,mode,items,max_results,status,start,visits_done,visits_planned,group,samples,\
    items_timed,mean_ns,p50_ns,wrong,errors,cpu_caller_ns,cpu_callee_ns,cpu_items,bytes_out,\
    bytes_back,bytes_items";

/// Writes the lines. A cell without a start gets one line with its status, so that no planned cell
/// is lost.
pub(crate) fn render(record: &Record) -> String {
    let mut out = String::from(HEAD);
    out.push('\n');
    for cell in &record.cells {
        if cell.starts.is_empty() {
            out.push_str(&line(&[&of_cell(cell)[..], &vec![String::new(); 16]].concat()));
        }
        for start in &cell.starts {
            out.push_str(&line(&[of_cell(cell), of_start(start)].concat()));
        }
    }
    out
}

fn of_cell(cell: &Cell) -> Vec<String> {
    let numbers = [cell.items, cell.max_results].map(|n| n.to_string());
    let [items, max_results] = numbers;
    vec![
        cell.lane.clone(),
        cell.engine.clone(),
        cell.mode.clone(),
        items,
        max_results,
        cell.status.clone(),
    ]
}

fn of_start(s: &CellStart) -> Vec<String> {
    let optional = |value: Option<u64>| value.map_or_else(String::new, |v| v.to_string());
    let finite = |value: Option<f64>| {
        value.filter(|v| v.is_finite()).map_or_else(String::new, |v| v.to_string())
    };
    vec![
        s.start.to_string(),
        s.visits_done.to_string(),
        s.visits_planned.to_string(),
        s.group.to_string(),
        s.samples.to_string(),
        s.items.to_string(),
        finite(s.mean_ns),
        finite(s.p50_ns),
        s.wrong.to_string(),
        s.errors.to_string(),
        optional(s.cpu_caller_ns),
        optional(s.cpu_callee_ns),
        s.cpu_items.to_string(),
        optional(s.bytes_out),
        optional(s.bytes_back),
        s.bytes_items.to_string(),
    ]
}

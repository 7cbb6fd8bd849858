//! The table of a bench: a line for each function, means by criterion. It is small; criterion's own
//! report has the rest.

use reports::{
    record::read::criterion::{Benchmark, mean_ns},
    stats::units::{ABSENT, short},
};
use std::path::Path;

/// Benchmarks of one group with one value.
pub(crate) struct Column {
    pub(crate) head: String,
    pub(crate) group: &'static str,
    pub(crate) value: u32,
}

/// Prints it, with those columns that these benchmarks have figures for.
pub(crate) fn print(folder: &Path, made: &[Benchmark], columns: &[Column]) {
    let mut functions: Vec<&str> = Vec::new();
    for benchmark in made {
        if !functions.contains(&benchmark.function.as_str()) {
            functions.push(&benchmark.function);
        }
    }
    let is_there = |column: &&Column| made.iter().any(|one| is_in(column, one));
    let columns: Vec<&Column> = columns.iter().filter(is_there).collect();
    let mut rows = vec![heads(&columns)];
    for function in functions {
        let cells = columns.iter().map(|column| cell(folder, made, column, function));
        let row: Vec<String> = std::iter::once(function.to_owned()).chain(cells).collect();
        if row[1..].iter().any(|cell| cell != ABSENT) {
            rows.push(row);
        }
    }
    rows.iter().for_each(|row| println!("{}", line(row, &rows)));
}

fn heads(columns: &[&Column]) -> Vec<String> {
    let heads = columns.iter().map(|column| column.head.clone());
    std::iter::once("mean of a call".to_owned()).chain(heads).collect()
}

fn is_in(column: &Column, benchmark: &Benchmark) -> bool {
    column.group == benchmark.group && column.value == benchmark.value
}

/// The mean with its unit.
fn cell(folder: &Path, made: &[Benchmark], column: &Column, function: &str) -> String {
    let benchmark = made.iter().find(|one| is_in(column, one) && one.function == function);
    let mean = benchmark.and_then(|benchmark| mean_ns(folder, benchmark).ok());
    mean.map_or_else(|| ABSENT.to_owned(), short::time)
}

fn line(row: &[String], rows: &[Vec<String>]) -> String {
    let mut line = String::new();
    for (at, cell) in row.iter().enumerate() {
        let width = rows.iter().map(|row| row[at].chars().count()).max().unwrap_or_default();
        line += &if at == 0 {
            format!("{cell:width$}")
        } else {
            format!("  {cell:>width$}")
        };
    }
    line
}

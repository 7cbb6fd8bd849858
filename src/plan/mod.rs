//! What is to be measured: flags over the plan file over the defaults, the grid of cells that
//! follows, and when each cell is visited. It measures nothing.

pub(crate) mod change;
pub(crate) mod command_line;
pub(crate) mod grid;
pub(crate) mod keys;
pub(crate) mod order;
pub(crate) mod precision;
pub(crate) mod rerun;
pub(crate) mod run_plan;
pub(crate) mod schedule;
pub(crate) mod standard;
pub(crate) mod workload_fits;

pub(crate) use crate::plan::{
    keys::{
        flags::Flags,
        parse::{calls_per_s, duration, service_time},
    },
    precision::Wanted,
    rerun::RerunFlags,
    run_plan::Plan,
};

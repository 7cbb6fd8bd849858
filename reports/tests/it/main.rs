//! Tests of the crate from outside, by theme, each of which says itself what it is about. Records
//! are invented, but for those of `older`; no test measures anything or starts a browser. What
//! they share: `assertions`, `changes` to a record, `rendered` records.

mod additions;
mod between;
mod between_placements;
mod beyond;
mod builds;
mod canaries;
mod carried;
mod charts;
mod choices;
mod contrasts;
mod controls;
mod coverage;
mod criterion;
mod crossing;
mod crowded;
mod curves;
mod drift;
mod earlier_runs;
mod exported;
mod figures;
mod first_screen;
mod first_table;
mod folklore;
mod fuzzed;
mod gates;
mod head_to_head;
mod hostile;
mod idle_lanes;
mod intervals;
mod lane_groups;
mod languages;
mod load;
mod load_tails;
mod loads;
mod longer_than_told;
mod luck_of_runs;
mod mixtures;
mod model;
mod older;
mod parts;
mod payload_sizes;
mod percentiles;
mod placed_charts;
mod placements;
mod precision;
mod predicted;
mod rate;
mod reading;
mod renderings;
mod roles;
mod same_value;
mod schema;
mod servers;
mod sides;
mod since_last_run;
mod situations;
mod stages;
mod statistics;
mod steady;
mod trust;
mod trust_section;
mod two_levels;
mod under_way;
mod vendor;
mod visit_length;

#[path = "../support/assertions.rs"]
mod assertions;
#[path = "../support/changes.rs"]
mod changes;
#[path = "../support/predictions.rs"]
mod predictions;
#[path = "../support/rendered.rs"]
mod rendered;
#[path = "../support/synthetic.rs"]
mod synthetic;

use reports::record::Record;
use std::sync::OnceLock;

/// A whole, undisturbed record.
fn record() -> Record {
    static RECORD: OnceLock<Record> = OnceLock::new();
    RECORD
        .get_or_init(|| synthetic::Synthetic { samples: 300, ..Default::default() }.record())
        .clone()
}

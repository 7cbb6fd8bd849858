//! Numbers alone: estimates with their intervals, order statistics, paired ratios, units. It knows
//! no record and no lane.

pub mod compact_histogram;
pub mod comparison;
pub mod estimates;
pub mod histograms;
pub mod order_statistics;
pub mod paired_ratio;
pub mod resolution;
pub mod sample_times;
pub mod starts;
pub mod units;
pub mod welch;

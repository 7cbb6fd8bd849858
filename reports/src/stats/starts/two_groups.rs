//! Starts that fall into two groups: a mean of them is neither, and an interval around it says how
//! well nobody's time is known.

use crate::stats::paired_ratio;

/// Starts in two groups: the smaller values' number and middle, and the larger ones', ns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoGroups {
    /// Starts and median of the faster group.
    pub fast: (usize, f64),
    /// Starts and median of the slower group.
    pub slow: (usize, f64),
}

/// The gap between two groups is at least so many times the width of either.
const GAP: f64 = 3.0;
/// And at least this, as a share: twice the margin of what matters.
const LEAST_GAP: f64 = 0.10;

/// Starts whose medians fall into two groups: at least two in each, the gap beyond twice the margin
/// and three times as wide as either group. Of five starts that scatter normally by 2 % fewer than
/// 1 % do (`reports/tests/it/drift.rs`).
pub fn two_groups(p50_ns: &[f64]) -> Option<TwoGroups> {
    let mut logs: Vec<f64> = p50_ns.iter().filter(|ns| **ns > 0.0).map(|ns| ns.ln()).collect();
    logs.sort_by(f64::total_cmp);
    let splits = 2..logs.len().saturating_sub(1);
    let gap_before = |at: usize| logs[at] - logs[at - 1];
    let cut = splits.max_by(|a, b| gap_before(*a).total_cmp(&gap_before(*b)))?;
    let gap = gap_before(cut);
    let (fast, slow) = logs.split_at(cut);
    if gap > GAP * width(fast).max(width(slow)) && gap > LEAST_GAP.ln_1p() {
        Some(TwoGroups { fast: size_and_middle(fast)?, slow: size_and_middle(slow)? })
    } else {
        None
    }
}

/// From the first to the last of sorted values.
fn width(sorted: &[f64]) -> f64 {
    sorted[sorted.len() - 1] - sorted[0]
}

fn size_and_middle(logs: &[f64]) -> Option<(usize, f64)> {
    Some((logs.len(), paired_ratio::median(&mut logs.to_vec())?.exp()))
}

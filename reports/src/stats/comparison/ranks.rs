//! Places of lanes, from how two of them compare at a time.

use crate::stats::comparison::{Comparison, detected_in_family};

/// A rank, 1 for the fastest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    /// One more than the number of those that are detectably faster.
    pub place: usize,
    /// True when another one has the same place.
    pub shared: bool,
}

/// Ranks of so many lanes, by how two of them compare, the first by the second. A lane is placed
/// behind another only where the difference is detected in the whole family of pairs (Holm), so
/// that noise gives shared ranks and not an order; and behind whatever that one is placed behind.
pub fn of(lanes: usize, compared: impl Fn(usize, usize) -> Option<Comparison>) -> Vec<Rank> {
    let mut pairs = Vec::new();
    for first in 0..lanes {
        for second in first + 1..lanes {
            pairs.extend(compared(first, second).map(|found| Pair { first, second, found }));
        }
    }
    let detected = detected_in_family(pairs.iter().map(|pair| &pair.found));
    let mut behind = vec![vec![false; lanes]; lanes];
    for (pair, _) in pairs.iter().zip(detected).filter(|(_, detected)| *detected) {
        let [slower, quicker] = pair.slower_first();
        behind[slower][quicker] = true;
    }
    follow(&mut behind);
    let places: Vec<usize> = (0..lanes)
        .map(|lane| {
            // Behind each other is what pairs contradict each other about.
            1 + (0..lanes).filter(|other| behind[lane][*other] && !behind[*other][lane]).count()
        })
        .collect();
    places
        .iter()
        .map(|&place| Rank { place, shared: is_shared(&places, place) })
        .collect()
}

/// Who is behind a lane is behind all that this lane is behind (Warshall, "A theorem on Boolean
/// matrices", 1962).
fn follow(behind: &mut [Vec<bool>]) {
    let lanes = behind.len();
    for through in 0..lanes {
        for lane in 0..lanes {
            for other in 0..lanes {
                let followed = behind[lane][through] && behind[through][other];
                behind[lane][other] = behind[lane][other] || followed;
            }
        }
    }
}

fn is_shared(places: &[usize], place: usize) -> bool {
    places.iter().filter(|other| **other == place).count() > 1
}

/// Two lanes by their places in the list, and how they differ.
struct Pair {
    first: usize,
    second: usize,
    found: Comparison,
}

impl Pair {
    fn slower_first(&self) -> [usize; 2] {
        if self.found.ratio.value > 1.0 {
            [self.first, self.second]
        } else {
            [self.second, self.first]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{resolution::Resolution, starts::Starts};

    fn starts(values: &[f64]) -> Starts {
        Starts::new((0u32..).zip(values.iter().copied()).collect(), Resolution::EXACT)
    }

    #[test]
    fn shares_a_rank_where_no_difference_is_detected() {
        let a = starts(&[100.0, 101.0, 99.0, 100.5, 99.5]);
        let b = starts(&[100.4, 100.2, 99.7, 100.1, 99.9]);
        let c = starts(&[200.0, 201.0, 198.0, 202.0, 199.0]);
        let lanes = [c, a, b];
        let ranks = of(3, |first, second| Comparison::of(&lanes[first], &lanes[second]));
        assert_eq!(ranks.iter().map(|r| r.place).collect::<Vec<_>>(), [3, 1, 1]);
        assert_eq!(ranks.iter().map(|r| r.shared).collect::<Vec<_>>(), [false, true, true]);
    }

    /// The places of three lanes by the logarithms of 0 : 1, 1 : 2 and 0 : 2.
    fn places(logs: [f64; 3]) -> Vec<usize> {
        let compared = |first: usize, second: usize| {
            let log = logs[if second == 1 { 0 } else { 2 - first }];
            let noise = if log == 0.0 { 0.5 } else { 0.01 };
            let starts = [-1.0, -0.5, 0.0, 0.5, 1.0].map(|start| log + noise * start);
            Comparison::of_logs(&starts, Resolution::EXACT)
        };
        of(3, compared).iter().map(|rank| rank.place).collect()
    }

    #[test]
    fn who_is_behind_a_lane_is_behind_what_that_one_is_behind() {
        assert_eq!(places([0.5, 0.5, 1.0]), [3, 2, 1]);
        assert_eq!(places([0.5, 0.5, 0.0]), [3, 2, 1], "0 : 2 is open by itself");
        assert_eq!(places([0.5, 0.0, 0.0]), [2, 1, 1]);
        assert_eq!(places([0.5, 0.5, -0.5]), [1, 1, 1], "a contradiction is no order");
    }
}

//! Lanes whose order is another one in another placement: quicker on one core, slower on two.

use crate::{
    figures::{row::Row, summary::Scene},
    record::Lane,
    stats::comparison::{self, Comparison, Verdict},
};

/// Two lanes of which each is the slower one once, both times beyond the margin, and detected in
/// the family of all pairs (Holm, with the larger p-value of both placements).
#[derive(Clone, Debug)]
pub struct OrderTurn<'a> {
    /// Slower in the first placement.
    pub slower_first: &'a Lane,
    /// Slower in the other.
    pub slower_then: &'a Lane,
    /// How much longer a single call over the one takes in the first placement.
    pub first: Comparison,
    /// How much longer a single call over the other takes in the other placement.
    pub then: Comparison,
}

/// Among lanes that leave the process and were called alternately, or are joined by a chain of such
/// pairs, in both placements; those that differ most first.
pub fn of<'a>(first: &Scene<'a>, other: &Scene<'a>) -> Vec<OrderTurn<'a>> {
    let moved: Vec<[&Row<'a>; 2]> =
        first.rows.iter().filter_map(|row| in_both(row, other)).collect();
    let mut pairs = Vec::new();
    for (at, one) in moved.iter().enumerate() {
        let others = &moved[at + 1..];
        pairs.extend(others.iter().filter_map(|two| Pair::of([first, other], one, two)));
    }
    let p_values: Vec<f64> = pairs.iter().map(Pair::p_value).collect();
    let detected = comparison::holm(&p_values, 1.0 - comparison::DETECTION);
    let told = pairs.iter().zip(detected).filter(|(_, detected)| *detected);
    let mut turns: Vec<OrderTurn> = told.filter_map(|(pair, _)| pair.turn()).collect();
    turns.sort_by(|a, b| smaller(b).total_cmp(&smaller(a)));
    turns
}

/// A lane that leaves the process, in both placements.
fn in_both<'s, 'a>(row: &'s Row<'a>, other: &'s Scene<'a>) -> Option<[&'s Row<'a>; 2]> {
    if row.lane.in_process || !row.lane.answers {
        return None;
    }
    let mut moved = other.rows.iter().filter(|moved| moved.is_of(other.asked));
    Some([row, moved.find(|moved| moved.lane.name == row.lane.name)?])
}

fn smaller(turn: &OrderTurn) -> f64 {
    turn.first.ratio.value.min(turn.then.ratio.value)
}

/// Two lanes in both placements, the first by the second.
struct Pair<'a> {
    lanes: [&'a Lane; 2],
    compared: [Comparison; 2],
}

impl<'a> Pair<'a> {
    fn of(scenes: [&Scene<'a>; 2], one: &[&Row<'a>; 2], two: &[&Row<'a>; 2]) -> Option<Self> {
        let first = scenes[0].compared_in_turns(one[0], two[0])?;
        let then = scenes[1].compared_in_turns(one[1], two[1])?;
        Some(Self { lanes: [one[0].lane, two[0].lane], compared: [first, then] })
    }

    /// Of "they do not differ in both placements".
    fn p_value(&self) -> f64 {
        self.compared[0].p_value.max(self.compared[1].p_value)
    }

    fn turn(&self) -> Option<OrderTurn<'a>> {
        let ([one, two], [first, then]) = (self.lanes, self.compared);
        match (first.verdict(), then.verdict()) {
            (Verdict::Slower, Verdict::Faster) => Some(OrderTurn {
                slower_first: one,
                slower_then: two,
                first,
                then: then.inverted(),
            }),
            (Verdict::Faster, Verdict::Slower) => Some(OrderTurn {
                slower_first: two,
                slower_then: one,
                first: first.inverted(),
                then,
            }),
            _ => None,
        }
    }
}

//! Which lanes are paired: those that differ in one thing, those that another build has too, and
//! lanes with themselves.

use crate::{lanes::roster::Known, plan::Plan};
use reports::figures::contrasts::variants;

/// The kind of a contrast between two builds; the other build's side is the first.
pub(crate) const AGAINST: &str = "against";
/// The kind of a contrast of a lane with itself.
pub(crate) const SELF: &str = "self";
/// Lanes against themselves.
const SELVES: usize = 8;

/// Two sides that are asked in turns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair<'a> {
    /// As the record names it.
    pub(crate) kind: &'static str,
    pub(crate) lanes: [&'a Known; 2],
}

impl<'a> Pair<'a> {
    /// A lane with itself, under other conditions.
    pub(crate) fn of_one(kind: &'static str, lane: &'a Known) -> Self {
        Self { kind, lanes: [lane; 2] }
    }
}

/// The pairs that a run is for, and lanes against themselves.
pub(crate) fn of<'a>(plan: &Plan, lanes: &[&'a Known]) -> Vec<Pair<'a>> {
    let mut pairs = if plan.against.is_some() {
        both_built(lanes)
    } else {
        differing(lanes)
    };
    pairs.extend(selves(lanes).map(|lane| Pair::of_one(SELF, lane)));
    pairs
}

/// Lanes both of whose sides are of this program: another build has them too.
fn both_built<'a>(lanes: &[&'a Known]) -> Vec<Pair<'a>> {
    let own = lanes.iter().filter(|lane| lane.is_own());
    own.map(|lane| Pair::of_one(AGAINST, lane)).collect()
}

/// Lanes whose base is among the chosen.
fn differing<'a>(lanes: &[&'a Known]) -> Vec<Pair<'a>> {
    let mut pairs = Vec::new();
    for &lane in lanes {
        let base = variants::base(&lane.about, lanes.iter().map(|other| &other.about));
        if let Some(base) = base {
            pairs.push(Pair { kind: "variant", lanes: [lanes[base], lane] });
        }
    }
    pairs
}

/// As many as [`SELVES`], spread over the classes of lanes.
fn selves<'a>(lanes: &[&'a Known]) -> impl Iterator<Item = &'a Known> + use<'a> {
    let mut by_class: Vec<&Known> = lanes.to_vec();
    // The first lane of each class, then the second of each, and so on.
    by_class.sort_by_key(|lane| (place_in_class(lane, lanes), lane.about.looseness));
    let most = if by_class.is_empty() { 0 } else { SELVES };
    by_class.into_iter().cycle().take(most)
}

fn place_in_class(lane: &Known, lanes: &[&Known]) -> Option<usize> {
    let mut same_class = lanes.iter().filter(|other| other.about.class == lane.about.class);
    same_class.position(|other| other.about.name == lane.about.name)
}

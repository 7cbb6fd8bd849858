//! Which lanes are paired: those that differ in one thing, those that people choose between, those
//! that another build has too, and lanes with themselves.

use crate::{lanes::roster::Known, plan::Plan};
use api::Role;
pub(crate) use reports::figures::contrasts::head_to_head::KIND as HEAD_TO_HEAD;
use reports::{
    model::changes::variants,
    record::{base_of_role, equal},
};

/// The kind of a contrast between two builds; the other build's side is the first.
pub(crate) const AGAINST: &str = "against";
/// The kind of a contrast of a lane with itself.
pub(crate) const SELF: &str = "self";
/// The kind of a contrast of two lanes that differ in one thing; the base is the first.
const VARIANT: &str = "variant";
/// Lanes against themselves.
const SELVES: usize = 8;
/// Between the bases of which roles people choose; the second is said in times of the first. A lane
/// over TCP against one over a Unix socket differs in one thing and is a variant.
const CHOICES: [[Role; 2]; 3] =
    [[Role::Rpc, Role::Http], [Role::Rpc, Role::Socket], [Role::Socket, Role::Ffi]];

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
    let mut pairs = Vec::new();
    if plan.against.is_some() {
        pairs = both_built(lanes);
    } else if plan.is_first_look() {
        add_choices(&mut pairs, lanes);
        return pairs;
    } else {
        pairs = differing(lanes);
        add_head_to_head(&mut pairs, lanes);
    }
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
            pairs.push(Pair { kind: VARIANT, lanes: [lanes[base], lane] });
        }
    }
    pairs
}

/// The bases that people choose between, neighbours from tight to loose of the usual profile, and
/// neighbours of any profile that nothing else brings together: a chain of pairs leads from every
/// lane to every other. No pair is asked twice.
fn add_head_to_head<'a>(pairs: &mut Vec<Pair<'a>>, lanes: &[&'a Known]) {
    add_choices(pairs, lanes);
    let mut all = lanes.to_vec();
    all.sort_by_key(|lane| (lane.about.looseness, &lane.about.name));
    let mut usual = all.clone();
    usual.retain(|lane| lane.about.profile == equal());
    for neighbours in usual.windows(2) {
        add(pairs, [neighbours[0], neighbours[1]]);
    }
    for neighbours in all.windows(2) {
        if !together_with(pairs, neighbours[0]).contains(&neighbours[1].about.name.as_str()) {
            add(pairs, [neighbours[0], neighbours[1]]);
        }
    }
}

/// The bases that people choose between.
fn add_choices<'a>(pairs: &mut Vec<Pair<'a>>, lanes: &[&'a Known]) {
    let base = |role: Role| {
        let base = base_of_role(role.name(), lanes.iter().map(|lane| &lane.about))?;
        lanes.iter().find(|lane| lane.about.name == base.name).copied()
    };
    for [first, second] in CHOICES {
        if let (Some(first), Some(second)) = (base(first), base(second)) {
            add(pairs, [first, second]);
        }
    }
}

/// The names of all lanes that a chain of pairs leads to from this one, itself among them.
fn together_with<'a>(pairs: &[Pair<'a>], lane: &'a Known) -> Vec<&'a str> {
    let mut together = vec![lane.about.name.as_str()];
    let mut at = 0;
    while at < together.len() {
        for pair in pairs {
            let ends = pair.lanes.map(|lane| lane.about.name.as_str());
            if ends.contains(&together[at]) {
                let new = ends.into_iter().find(|end| !together.contains(end));
                together.extend(new);
            }
        }
        at += 1;
    }
    together
}

/// Unless these two are a pair already, whichever comes first in it.
fn add<'a>(pairs: &mut Vec<Pair<'a>>, lanes: [&'a Known; 2]) {
    let names = lanes.map(|lane| &lane.about.name);
    let is_same = |pair: &Pair<'_>| {
        let other = pair.lanes.map(|lane| &lane.about.name);
        other == names || [other[1], other[0]] == names
    };
    if !pairs.iter().any(is_same) {
        pairs.push(Pair { kind: HEAD_TO_HEAD, lanes });
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::roster::Roster;

    /// The pairs of two lanes among these, and the lanes that they are made of.
    fn asked<'r>(roster: &'r Roster, words: &[&str]) -> (Vec<Pair<'r>>, Vec<&'r Known>) {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let mut lanes = roster.select(&words).expect("they run here");
        lanes.retain(|lane| lane.about.answers);
        let mut pairs = of(&Plan::standard(), &lanes);
        pairs.retain(|pair| pair.kind != SELF);
        (pairs, lanes)
    }

    #[test]
    fn a_default_run_asks_what_people_choose_between_and_each_variant_against_its_base() {
        let roster = Roster::new(&crate::lanes());
        let (pairs, _) = asked(&roster, &[]);
        let of_pair = |pair: &Pair<'_>| {
            let [first, second] = pair.lanes.map(|lane| lane.about.short.clone());
            (pair.kind, format!("{second} : {first}"))
        };
        let pairs: Vec<_> = pairs.iter().map(of_pair).collect();
        for (kind, names) in [
            (HEAD_TO_HEAD, "rest : grpc"),
            (HEAD_TO_HEAD, "uds : grpc"),
            (HEAD_TO_HEAD, "ffi-c : uds"),
            (VARIANT, "tcp : uds"),
        ] {
            assert!(pairs.contains(&(kind, names.to_owned())), "{names}: {pairs:?}");
        }
    }

    #[test]
    fn no_two_lanes_are_paired_twice_and_a_chain_leads_from_each_to_every_other() {
        let roster = Roster::new(&crate::lanes());
        for words in [&[][..], &["all"], &["grpc-lean", "rest-lean"], &["uds-json", "grpc-mt"]] {
            let (pairs, lanes) = asked(&roster, words);
            for lane in &lanes {
                assert_eq!(together_with(&pairs, lane).len(), lanes.len(), "{words:?}");
            }
            let ends = pairs.iter().map(|pair| {
                let mut ends = pair.lanes.map(|lane| &lane.about.name);
                ends.sort_unstable();
                ends
            });
            let ends: std::collections::BTreeSet<_> = ends.collect();
            assert_eq!(ends.len(), pairs.len(), "{pairs:?}");
        }
    }
}

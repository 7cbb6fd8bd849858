//! The situations of a claim: a single call, a small batch and a large one, in process apart from
//! between processes, in each placement of the record. Each has its own figures and its own
//! verdict; placements that agree are said as one.

use crate::{
    record::Plan,
    say::{
        folklore::{
            evidence::{Carried, Evidence, IN_PROCESS, ids},
            verdict::{Part, Verdict},
        },
        listed,
    },
    stats::units::count,
};

/// Figures of one placement that are written out; of more, the smallest and the largest are.
const MOST_WRITTEN: usize = 4;

/// What was found of a claim in one situation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// What was called, as `single calls` or `batches of 16 between processes`; empty where a claim
    /// has no more than one.
    pub of: String,
    /// Titles of the placements that it stands for; empty where the record has one, or where
    /// placement plays no part.
    pub placements: Vec<String>,
    /// True where another placement gives another verdict: only then a name says where.
    pub split: bool,
    /// What holds of the claim there.
    pub verdict: Verdict,
    /// What was measured, with intervals.
    pub here: String,
}

impl Situation {
    /// As `single calls`, or `single calls on two cores` where that makes a difference.
    pub fn name(&self) -> String {
        if self.split {
            format!("{} {}", self.of, self.placed())
        } else {
            self.of.clone()
        }
    }

    /// As `on one core and on two cores`.
    pub(crate) fn placed(&self) -> String {
        let placed: Vec<String> = self.placements.iter().map(|title| placed(title)).collect();
        listed(&placed)
    }
}

/// `on one core`, `with free placement`.
pub(crate) fn placed(title: &str) -> String {
    let word = if title.ends_with("placement") { "with" } else { "on" };
    format!("{word} {title}")
}

/// Figures of one claim that differ in the lane and the size of replies alone.
struct Group {
    placement: Option<String>,
    verdict: Verdict,
    figures: Vec<Evidence>,
}

/// Every situation of a claim with its verdict, single calls first.
pub(crate) fn of(evidence: &[Evidence], plan: &Plan) -> Vec<Situation> {
    let mut keys: Vec<(&str, Carried)> = evidence.iter().map(key).collect();
    keys.sort_by_key(|(boundary, carried)| (*carried, *boundary == IN_PROCESS));
    keys.dedup();
    let several = keys.len() > 1;
    let mut situations = Vec::new();
    for wanted in keys {
        let mut agreeing: Vec<Vec<Group>> = Vec::new();
        for group in groups(evidence, wanted) {
            match agreeing.iter_mut().find(|of| of[0].verdict == group.verdict) {
                Some(same) => same.push(group),
                None => agreeing.push(vec![group]),
            }
        }
        let split = agreeing.len() > 1;
        // What has one situation alone, and no batch in it, needs no name for it.
        let named = several || split || wanted.1 != Carried::One;
        let of = if named { name(evidence, wanted) } else { String::new() };
        for groups in agreeing {
            situations.push(said(&of, &groups, plan, split));
        }
    }
    situations
}

fn key(one: &Evidence) -> (&'static str, Carried) {
    (one.place.boundary, Carried::by(one.place.items))
}

/// The figures of a situation by placement, in the order in which they came.
fn groups(evidence: &[Evidence], wanted: (&str, Carried)) -> Vec<Group> {
    let mut groups: Vec<(Option<String>, Vec<Evidence>)> = Vec::new();
    for one in evidence.iter().filter(|one| key(one) == wanted) {
        let placement = &one.place.placement;
        match groups.iter_mut().find(|(of, _)| of == placement) {
            Some((_, figures)) => figures.push(one.clone()),
            None => groups.push((placement.clone(), vec![one.clone()])),
        }
    }
    groups
        .into_iter()
        .map(|(placement, figures)| Group { placement, verdict: verdict(&figures), figures })
        .collect()
}

/// Lanes are the parts of a situation; where a claim is about the same lanes throughout, sizes of
/// replies are.
fn verdict(figures: &[Evidence]) -> Verdict {
    let of_lanes = figures.iter().any(|one| !one.lane.is_empty());
    let parts: Vec<Part> = figures
        .iter()
        .map(|one| Part {
            name: if of_lanes { one.lane.clone() } else { ids(one.place.ids) },
            verdict: Verdict::of_figure(one.side),
        })
        .collect();
    Verdict::of_parts(&parts, if of_lanes { "lanes" } else { "sizes of replies" })
}

/// `single calls`, `batches of 16`, `batches of 16 and 64 in process`.
fn name(evidence: &[Evidence], wanted: (&str, Carried)) -> String {
    let (boundary, carried) = wanted;
    let of_it = evidence.iter().filter(|one| key(one) == wanted);
    let mut items: Vec<u32> = of_it.map(|one| one.place.items).collect();
    items.sort_unstable();
    items.dedup();
    let items: Vec<String> = items.into_iter().map(|n| count(n.into())).collect();
    let calls = match carried {
        Carried::One => "single calls".to_owned(),
        Carried::Few | Carried::Many => format!("batches of {}", listed(&items)),
    };
    format!("{calls} {boundary}").trim_end().to_owned()
}

fn said(of: &str, groups: &[Group], plan: &Plan, split: bool) -> Situation {
    let several = plan.placements.len() > 1;
    let titles: Vec<String> = groups
        .iter()
        .filter_map(|group| group.placement.as_ref().filter(|_| several))
        .map(|placement| plan.placement_title(placement))
        .collect();
    let mut figures = Vec::new();
    let mut last_about = "";
    for group in groups {
        let about = group.figures[0].about.as_str();
        let mut text = written(&group.figures);
        if let (Some(placement), 2..) = (&group.placement, groups.len()) {
            text = format!("{} {text}", plan.placement_phrase(placement));
        }
        // What holds for all of them is said once.
        if about != last_about {
            text = format!("{about}: {text}");
            last_about = about;
        }
        figures.push(text);
    }
    let (verdict, here) = (groups[0].verdict.clone(), figures.join("; "));
    Situation { of: of.to_owned(), placements: titles, split, verdict, here }
}

/// Figures of one placement: all of them, or the smallest and the largest of many.
fn written(figures: &[Evidence]) -> String {
    if figures.len() <= MOST_WRITTEN {
        let texts: Vec<String> = figures.iter().map(|one| one.text.clone()).collect();
        return texts.join("; ");
    }
    let by_value = |a: &&Evidence, b: &&Evidence| a.value.total_cmp(&b.value);
    let ends = [figures.iter().min_by(by_value), figures.iter().max_by(by_value)];
    let [least, most] = ends.map(|one| one.map_or("", |one| one.text.as_str()));
    format!("from {least} to {most}")
}

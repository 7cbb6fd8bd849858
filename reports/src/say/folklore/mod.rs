//! What people say of boundaries, held to what this run measured: each claim with its evidence and
//! a verdict, and no verdict without the data. Lanes are chosen by role, base and codec, never by
//! name; which ones a claim is about stands in `questions`. No verdict says more than its
//! intervals.

pub(crate) mod bytes;
pub(crate) mod evidence;
pub(crate) mod lanes;
pub(crate) mod questions;
pub(crate) mod times;

use crate::{
    figures::summary::Scene,
    judge::Judged,
    record::RECOMMENDATIONS,
    say::folklore::{
        evidence::{Evidence, Side},
        questions::{Asks, QUESTIONS},
    },
};

/// A claim with what was measured here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Its name for programs.
    pub id: &'static str,
    /// What people say.
    pub says: &'static str,
    /// What holds of it here.
    pub verdict: Verdict,
    /// What was measured, with intervals.
    pub here: String,
}

/// What holds of a claim on this machine, for these implementations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All evidence is for it.
    Holds,
    /// All evidence is against it.
    DoesNotHold,
    /// Some is for and some against it; on what that depends, as `batch` or `batch and payload`.
    DependsOn(String),
    /// Some evidence is neither, and nothing else decides.
    CannotTell,
}

impl Verdict {
    /// In words.
    pub fn words(&self) -> String {
        match self {
            Self::Holds => "holds here".to_owned(),
            Self::DoesNotHold => "does not hold here".to_owned(),
            Self::DependsOn(what) => format!("depends on {what}"),
            Self::CannotTell => "this run cannot tell".to_owned(),
        }
    }
}

/// All claims: those that this run can judge, and the others with what is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folklore {
    /// Judged.
    pub claims: Vec<Claim>,
    /// Claim, and why it is not judged.
    pub absent: Vec<(&'static str, &'static str)>,
}

/// Judges every claim; none where figures must not be used.
pub fn of(judged: &Judged) -> Folklore {
    let mut folklore = Folklore::default();
    let Some(scene) = judged.summary.main().filter(|_| judged.usable()) else {
        return folklore;
    };
    // People speak of codecs and of work: neither is in calls that carry bytes alone.
    if scene.asked.workload != RECOMMENDATIONS {
        return folklore;
    }
    for question in &QUESTIONS {
        let evidence = measured(&question.asks, judged, scene);
        match evidence.filter(|evidence| !evidence.is_empty()) {
            Some(evidence) => folklore.claims.push(Claim {
                id: question.id,
                says: question.says,
                verdict: verdict(&evidence),
                here: here(evidence),
            }),
            None => folklore.absent.push((question.says, question.needs)),
        }
    }
    folklore
}

/// What the record holds of a claim; none, or an empty list, where it lacks something.
fn measured(asks: &Asks, judged: &Judged, scene: &Scene) -> Option<Vec<Evidence>> {
    match asks {
        Asks::Times { first, second, more_than } => {
            times::against(judged, scene, &[*first, *second], *more_than)
        }
        Asks::Bytes { first, second, within } => {
            bytes::smaller(judged, scene, &[*first, *second], *within)
        }
        Asks::Codecs { first, second, more_than } => {
            times::codecs(judged, scene, &[*first, *second], *more_than)
        }
        Asks::Codec { codec, within_ns } => times::codec(judged, scene, codec, *within_ns),
        Asks::Calls { within_ns } => Some(times::round_trips(scene, *within_ns)),
        Asks::Toll { of, within_ns } => times::toll(judged, scene, of, *within_ns),
        Asks::Batching { more_than } => Some(times::batching(scene, *more_than)),
    }
}

/// Figures that are written out; of more, the smallest and the largest are.
const MOST_WRITTEN: usize = 4;

fn here(mut evidence: Vec<Evidence>) -> String {
    let all = evidence.len();
    let told = on_side(&evidence, Side::For).count();
    let against = on_side(&evidence, Side::Against).count();
    let what = if evidence.iter().all(|one| one.lane.is_empty()) {
        "figures"
    } else {
        "lanes"
    };
    let about = evidence.first().map_or_else(String::new, |one| one.about.clone());
    if all > MOST_WRITTEN {
        evidence.sort_by(|a, b| a.value.total_cmp(&b.value));
        evidence.drain(1..all - 1);
    }
    let text = evidence.into_iter().map(|one| one.text).collect::<Vec<_>>();
    if all > MOST_WRITTEN {
        return format!(
            "{about}{} at one end, {} at the other; of {all} {what} {told} for it, {against} \
            against it",
            text[0], text[1]
        );
    }
    format!("{about}{}", text.join("; "))
}

fn verdict(evidence: &[Evidence]) -> Verdict {
    let told = on_side(evidence, Side::For).count() > 0;
    let against = on_side(evidence, Side::Against).count() > 0;
    let unclear = on_side(evidence, Side::Unclear).count() > 0;
    if told && against {
        Verdict::DependsOn(differs(evidence))
    } else if unclear || !(told || against) {
        Verdict::CannotTell
    } else if told {
        Verdict::Holds
    } else {
        Verdict::DoesNotHold
    }
}

fn on_side(evidence: &[Evidence], side: Side) -> impl Iterator<Item = &Evidence> {
    evidence.iter().filter(move |one| one.side == side)
}

/// In what figures for and against a claim differ: whatever by itself turns one into the other, or
/// all that differs.
fn differs(evidence: &[Evidence]) -> String {
    // What differs in some pair, and what is all that differs in some pair.
    let (mut together, mut alone) = ([false; 3], [false; 3]);
    for told in on_side(evidence, Side::For) {
        for against in on_side(evidence, Side::Against) {
            let changes =
                [told.lane != against.lane, told.items != against.items, told.ids != against.ids];
            let single = changes.iter().filter(|changed| **changed).count() == 1;
            for (at, changed) in changes.into_iter().enumerate() {
                together[at] |= changed;
                alone[at] |= changed && single;
            }
        }
    }
    let kept = if alone.contains(&true) { alone } else { together };
    let named = ["lane", "batch", "payload"].into_iter().zip(kept);
    let names: Vec<&str> = named.filter(|(_, kept)| *kept).map(|(name, _)| name).collect();
    names.join(" and ")
}

//! What people say of boundaries, held to what this run measured: each claim with its situations,
//! of which each has its evidence and its verdict, and no verdict without the data. Lanes are
//! chosen by role, base, codec and language, never by name; which ones a claim is about stands in
//! `questions` and `mechanisms`. No verdict says more than its intervals.

pub(crate) mod bytes;
pub(crate) mod evidence;
pub(crate) mod lanes;
pub(crate) mod mechanisms;
pub(crate) mod questions;
pub(crate) mod ratios;
pub(crate) mod situations;
pub(crate) mod times;
pub(crate) mod verdict;

pub use crate::say::folklore::{
    situations::Situation,
    verdict::{Divided, Verdict},
};
use crate::{
    figures::summary::Scene,
    judge::Judged,
    record::RECOMMENDATIONS,
    say::folklore::{
        evidence::Evidence,
        mechanisms::{MECHANISMS, Mechanism},
        questions::{Asks, QUESTIONS, Question},
        verdict::{Part, SITUATIONS},
    },
};

/// A claim with what was measured here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Its name for programs.
    pub id: &'static str,
    /// What people say.
    pub says: &'static str,
    /// Each with its verdict and what was measured; at least one.
    pub situations: Vec<Situation>,
}

impl Claim {
    /// What holds of it here, over all situations.
    pub fn verdict(&self) -> Verdict {
        let mut parts = Vec::new();
        for one in &self.situations {
            parts.push(Part { name: one.name(), verdict: one.verdict.clone() });
        }
        Verdict::of_parts(&parts, SITUATIONS)
    }

    /// The verdict in words, with the placements where all of them agree.
    pub fn words(&self) -> String {
        let (verdict, placed) = (self.verdict(), self.alike());
        match (placed, &verdict) {
            (None, _) => verdict.words(),
            (Some(placed), _) => format!("{} (the same verdict {placed})", verdict.words()),
        }
    }

    /// The placements, where there are several and no situation depends on them.
    fn alike(&self) -> Option<String> {
        if self.situations.iter().any(|one| one.split) {
            return None;
        }
        let most = self.situations.iter().max_by_key(|one| one.placements.len())?;
        (most.placements.len() > 1).then(|| most.placed())
    }

    /// What was measured, a line for each situation; of several each begins with its name and what
    /// holds there.
    pub fn here(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for one in &self.situations {
            let (name, verdict) = (one.name(), one.verdict.short());
            lines.push(match (self.situations.len(), name.is_empty()) {
                (1, true) => one.here.clone(),
                (1, false) => format!("{name}: {}", one.here),
                _ => format!("{name}: {verdict}. Measured: {}", one.here),
            });
        }
        lines
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
    let plan = &judged.summary.record.plan;
    for Question { id, says, asks, needs } in &QUESTIONS {
        let evidence = measured(asks, judged, scene).unwrap_or_default();
        folklore.add(id, says, needs, situations::of(&evidence, plan));
    }
    let mechanisms = MECHANISMS.iter().filter(|_| mechanisms::are_asked(scene));
    for mechanism @ Mechanism { id, says, needs, .. } in mechanisms {
        let evidence = mechanisms::measured(scene, mechanism);
        folklore.add(id, says, needs, situations::of(&evidence, plan));
    }
    folklore
}

impl Folklore {
    /// A claim with what was found of it in each situation; not judged where there is none.
    fn add(
        &mut self,
        id: &'static str,
        says: &'static str,
        needs: &'static str,
        situations: Vec<Situation>,
    ) {
        if situations.is_empty() {
            self.absent.push((says, needs));
        } else {
            self.claims.push(Claim { id, says, situations });
        }
    }
}

/// What the record holds of a claim; none, or an empty list, where it lacks something.
fn measured(asks: &Asks, judged: &Judged, scene: &Scene) -> Option<Vec<Evidence>> {
    match asks {
        Asks::Times { first, second, more_than } => {
            ratios::against(judged, scene, &[*first, *second], *more_than)
        }
        Asks::Bytes { first, second, within } => {
            bytes::smaller(judged, scene, &[*first, *second], *within)
        }
        Asks::Codecs { first, second, more_than } => {
            ratios::codecs(judged, scene, &[*first, *second], *more_than)
        }
        Asks::Codec { codec, within_ns } => times::codec(judged, scene, codec, *within_ns),
        Asks::Calls { within_ns } => Some(times::round_trips(judged, scene, *within_ns)),
        Asks::Toll { of, within_ns } => times::toll(judged, scene, of, *within_ns),
        Asks::Batching { more_than } => Some(ratios::batching(judged, scene, *more_than)),
    }
}

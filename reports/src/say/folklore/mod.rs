//! What people say of boundaries, held to what this run measured: each claim with its evidence and
//! a verdict, and no verdict without the data. Lanes are chosen by what the record says of them
//! (process, languages, codec, place on the spectrum), never by name. No verdict says more than its
//! intervals.

pub(crate) mod bytes;
pub(crate) mod evidence;
pub(crate) mod lanes;
pub(crate) mod times;

use crate::{
    figures::summary::Scene,
    judge::Judged,
    say::folklore::evidence::{Evidence, Side},
};

/// A claim with what was measured here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
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

/// Claims, and how each is judged: `Err` says what the record lacks.
type Judge = fn(&Judged, &Scene) -> Result<Vec<Evidence>, &'static str>;
const CLAIMS: [(&str, Judge); 7] = [
    ("gRPC is faster than REST with JSON", times::rpc_against_http),
    ("protobuf is 3 to 10 times smaller than JSON", bytes::smaller),
    (
        "JSON costs several times protobuf (more than twice, to encode and decode)",
        times::json_against_protobuf,
    ),
    (
        "encoding and decoding a small protobuf message takes microseconds",
        times::codec_in_microseconds,
    ),
    ("a localhost round trip takes tens of microseconds", times::round_trip),
    ("an FFI call takes nanoseconds", times::foreign_call),
    ("batch instead of chatting", times::batching),
];

/// Judges every claim; none where figures must not be used.
pub fn of(judged: &Judged) -> Folklore {
    let mut folklore = Folklore::default();
    let Some(scene) = judged.summary.main().filter(|_| judged.usable()) else {
        return folklore;
    };
    for (says, judge) in CLAIMS {
        match judge(judged, scene) {
            Ok(evidence) => {
                folklore.claims.push(Claim {
                    says,
                    verdict: verdict(&evidence),
                    here: here(evidence),
                });
            }
            Err(missing) => folklore.absent.push((says, missing)),
        }
    }
    folklore
}

/// Figures that are written out; of more, the smallest and the largest are.
const MOST_WRITTEN: usize = 4;

fn here(mut evidence: Vec<Evidence>) -> String {
    let all = evidence.len();
    let of = |side| evidence.iter().filter(|one| one.side == side).count();
    let (told, against) = (of(Side::For), of(Side::Against));
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
    let any = |side| evidence.iter().any(|one| one.side == side);
    match (any(Side::For), any(Side::Against), any(Side::Unclear)) {
        (true, true, _) => Verdict::DependsOn(differs(evidence)),
        (true, false, false) => Verdict::Holds,
        (false, true, false) => Verdict::DoesNotHold,
        _ => Verdict::CannotTell,
    }
}

/// In what figures for and against a claim differ: whatever by itself turns one into the other, or
/// all that differs.
fn differs(evidence: &[Evidence]) -> String {
    let of = |side| evidence.iter().filter(move |one: &&Evidence| one.side == side);
    let pairs = of(Side::For).flat_map(|one| of(Side::Against).map(move |other| (one, other)));
    let changes: Vec<[bool; 3]> = pairs
        .map(|(a, b)| [a.lane != b.lane, a.items != b.items, a.ids != b.ids])
        .collect();
    let alone = |at: usize| {
        changes
            .iter()
            .any(|change| change[at] && change.iter().filter(|c| **c).count() == 1)
    };
    let together = |at: usize| changes.iter().any(|change| change[at]);
    let single = (0..3).any(alone);
    let names = ["lane", "batch", "payload"].iter().enumerate();
    let kept = names.filter(|(at, _)| if single { alone(*at) } else { together(*at) });
    kept.map(|(_, name)| *name).collect::<Vec<_>>().join(" and ")
}

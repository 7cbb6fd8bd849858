//! What holds of a claim, put together from what holds of its parts: lanes, sizes of replies,
//! situations. "Cannot tell" is said of the parts that cannot be told and of no other.

use crate::say::{folklore::evidence::Side, listed};

/// Parts that are named; of more it is said how many they are.
const MOST_NAMED: usize = 3;

/// What holds of a claim on this machine, for these implementations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds for every part.
    Holds,
    /// It holds for no part, and none is open.
    DoesNotHold,
    /// Of no part it can be told.
    CannotTell,
    /// Not the same for all parts.
    Divided(Divided),
}

/// The parts of a claim by what holds of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divided {
    /// What the parts are, as `lanes`.
    pub(crate) noun: &'static str,
    /// For which it holds, by name.
    pub holds: Vec<String>,
    /// Parts that are divided themselves: for some of each it holds, for some it does not.
    pub partly: Vec<String>,
    /// For which it does not hold.
    pub not: Vec<String>,
    /// Of which this run cannot tell.
    pub open: Vec<String>,
}

/// A part of a claim, and what holds of it.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) verdict: Verdict,
}

impl Verdict {
    /// Of one figure.
    pub(crate) fn of_figure(side: Side) -> Self {
        match side {
            Side::For => Self::Holds,
            Side::Against => Self::DoesNotHold,
            Side::Unclear => Self::CannotTell,
        }
    }

    /// Of all parts together; they are called by this noun where they are counted.
    pub(crate) fn of_parts(parts: &[Part], noun: &'static str) -> Self {
        if let Some(same) = common(parts) {
            return same.clone();
        }
        let mut divided = Divided {
            noun,
            holds: Vec::new(),
            partly: Vec::new(),
            not: Vec::new(),
            open: Vec::new(),
        };
        parts.iter().for_each(|part| divided.add(part));
        Self::Divided(divided)
    }

    /// In words, of one situation among others.
    pub(crate) fn short(&self) -> String {
        match self {
            Self::Holds => "holds".to_owned(),
            Self::DoesNotHold => "does not hold".to_owned(),
            Self::CannotTell | Self::Divided(_) => self.words(),
        }
    }

    /// In words, without a full stop.
    pub fn words(&self) -> String {
        match self {
            Self::Holds => "holds here".to_owned(),
            Self::DoesNotHold => "does not hold here".to_owned(),
            Self::CannotTell => "cannot tell".to_owned(),
            Self::Divided(divided) => divided.words(),
        }
    }
}

/// The verdict of all parts, where it is the same; nothing is told of no part.
fn common(parts: &[Part]) -> Option<&Verdict> {
    let Some((first, others)) = parts.split_first() else {
        return Some(&Verdict::CannotTell);
    };
    others
        .iter()
        .all(|part| part.verdict == first.verdict)
        .then_some(&first.verdict)
}

impl Divided {
    fn add(&mut self, part: &Part) {
        let name = part.name.clone();
        match &part.verdict {
            Verdict::Holds => self.holds.push(name),
            Verdict::DoesNotHold => self.not.push(name),
            Verdict::CannotTell => self.open.push(name),
            Verdict::Divided(inner) => {
                let [holds, not] = [&inner.holds, &inner.not].map(|names| !names.is_empty());
                let partly = !inner.partly.is_empty();
                // Where nothing speaks on the other side, what is told is said with its share.
                match (holds || partly, not || partly) {
                    (true, false) => self.holds.push(inner.with_share(&name, inner.holds.len())),
                    (false, true) => self.not.push(inner.with_share(&name, inner.not.len())),
                    _ => self.partly.push(name),
                }
            }
        }
    }

    fn with_share(&self, name: &str, told: usize) -> String {
        format!("{name} ({told} of {} {})", self.all(), self.noun)
    }

    fn all(&self) -> usize {
        self.holds.len() + self.partly.len() + self.not.len() + self.open.len()
    }

    /// The parts by name, or how many they are.
    fn named(&self, names: &[String]) -> String {
        if names.len() > MOST_NAMED && self.noun != SITUATIONS {
            return format!("{} of {} {}", names.len(), self.all(), self.noun);
        }
        listed(names)
    }

    fn words(&self) -> String {
        let mut told = Vec::new();
        for (what, names) in [("partly for", &self.partly), ("not for", &self.not)] {
            if !names.is_empty() {
                told.push(format!("{what} {}", self.named(names)));
            }
        }
        let told = told.join(", ");
        let holds = self.named(&self.holds);
        let told = match (self.holds.is_empty(), told.is_empty()) {
            (false, false) => format!("it depends: holds for {holds}, {told}"),
            (false, true) => format!("holds for {holds}"),
            (true, _) if self.partly.is_empty() => {
                format!("does not hold for {}", self.named(&self.not))
            }
            (true, _) => format!("it depends: holds {told}"),
        };
        if self.open.is_empty() {
            return told;
        }
        format!("{told}; cannot tell for {}", self.named(&self.open))
    }
}

/// What the parts of a whole claim are; they differ in kind, so that each is named.
pub(crate) const SITUATIONS: &str = "situations";

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str, verdict: Verdict) -> Part {
        Part { name: name.to_owned(), verdict }
    }

    /// Lanes by name, each with `+`, `-` or `?` before it.
    fn lanes(of: &str) -> Verdict {
        let parts: Vec<Part> = of
            .split_whitespace()
            .map(|lane| {
                let (side, name) = lane.split_at(1);
                let verdict = match side {
                    "+" => Verdict::Holds,
                    "-" => Verdict::DoesNotHold,
                    _ => Verdict::CannotTell,
                };
                part(name, verdict)
            })
            .collect();
        Verdict::of_parts(&parts, "lanes")
    }

    #[test]
    fn a_table_of_lanes_and_the_verdict_they_give() {
        for (of, words) in [
            ("+uds +grpc", "holds here"),
            ("-uds -grpc", "does not hold here"),
            ("?uds ?grpc", "cannot tell"),
            ("", "cannot tell"),
            ("+a +b +c +d +e +f +g ?tcp", "holds for 7 of 8 lanes; cannot tell for tcp"),
            ("+uds ?tcp", "holds for uds; cannot tell for tcp"),
            ("-uds ?tcp", "does not hold for uds; cannot tell for tcp"),
            ("+uds +tcp -grpc", "it depends: holds for uds and tcp, not for grpc"),
            (
                "+a +b +c +d -inproc ?x ?y",
                "it depends: holds for 4 of 7 lanes, not for inproc; cannot tell for x and y",
            ),
        ] {
            assert_eq!(lanes(of).words(), words, "{of}");
        }
    }

    #[test]
    fn a_claim_is_put_together_from_its_situations() {
        let parts = [
            part("single calls", Verdict::DoesNotHold),
            part("batches of 16", lanes("+a +b ?c")),
            part("batches of 1,024", lanes("+a -b")),
            part("batches of 4", Verdict::CannotTell),
        ];
        assert_eq!(
            Verdict::of_parts(&parts, SITUATIONS).words(),
            "it depends: holds for batches of 16 (2 of 3 lanes), partly for batches of 1,024, not \
            for single calls; cannot tell for batches of 4"
        );
        assert_eq!(
            Verdict::of_parts(&parts[..2], SITUATIONS).words(),
            "it depends: holds for batches of 16 (2 of 3 lanes), not for single calls"
        );
        assert_eq!(Verdict::of_parts(&parts[1..2], SITUATIONS), parts[1].verdict);
        let split = Verdict::of_parts(&parts[2..], SITUATIONS).words();
        assert_eq!(
            split,
            "it depends: holds partly for batches of 1,024; cannot tell for batches of 4"
        );
        let against = Verdict::of_parts(&[parts[0].clone(), part("b", lanes("+a -b"))], SITUATIONS);
        assert_eq!(against.words(), "it depends: holds partly for b, not for single calls");
    }
}

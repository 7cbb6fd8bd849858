//! The fewest lanes between languages that have each language on each side of each transport.

use std::collections::{BTreeMap, BTreeSet};

/// A lane that can run here, as far as the choice depends on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) name: &'a str,
    pub(crate) caller: &'a str,
    pub(crate) transport: &'a str,
    pub(crate) callee: &'a str,
    /// Both sides are this program.
    pub(crate) is_own: bool,
}

/// The fewest lanes between languages that have, for each transport, each language on each side
/// where it stands in some lane. What a lane of this program alone has needs no other.
pub(crate) fn cover<'a>(candidates: &[Candidate<'a>]) -> BTreeSet<&'a str> {
    let mut transports: BTreeMap<&str, Vec<Candidate<'a>>> = BTreeMap::new();
    for lane in candidates {
        transports.entry(lane.transport).or_default().push(*lane);
    }
    transports.values().flat_map(|lanes| Sides::of(lanes).cover()).collect()
}

/// The lanes of one transport, and the sides that some of them must have.
struct Sides<'a> {
    lanes: Vec<Candidate<'a>>,
    callers: BTreeSet<&'a str>,
    callees: BTreeSet<&'a str>,
    /// For each callee that has one, the only lane of the cover that has its caller too.
    paired: BTreeMap<&'a str, Candidate<'a>>,
}

impl<'a> Sides<'a> {
    fn of(lanes: &[Candidate<'a>]) -> Self {
        let (own, mut between): (Vec<Candidate<'a>>, Vec<Candidate<'a>>) =
            lanes.iter().partition(|lane| lane.is_own);
        // A language that misreads the contract may understand itself: two are better than one.
        between.sort_by_key(|lane| (lane.caller == lane.callee, lane.name));
        let mut callers: BTreeSet<&str> = between.iter().map(|lane| lane.caller).collect();
        let mut callees: BTreeSet<&str> = between.iter().map(|lane| lane.callee).collect();
        for lane in own {
            callers.remove(lane.caller);
            callees.remove(lane.callee);
        }
        Self { lanes: between, callers, callees, paired: BTreeMap::new() }
    }

    /// As many lanes as can be that have a caller and a callee which no other of them has; and for
    /// each side that is still without, any lane. No smaller number has all.
    fn cover(mut self) -> BTreeSet<&'a str> {
        for caller in self.callers.clone() {
            self.pair(caller, &mut BTreeSet::new());
        }
        let mut cover: Vec<Candidate<'a>> = self.paired.values().copied().collect();
        for lane in &self.lanes {
            let lacks_caller = self.callers.contains(lane.caller)
                && cover.iter().all(|other| other.caller != lane.caller);
            let lacks_callee = self.callees.contains(lane.callee)
                && cover.iter().all(|other| other.callee != lane.callee);
            if lacks_caller || lacks_callee {
                cover.push(*lane);
            }
        }
        cover.iter().map(|lane| lane.name).collect()
    }

    /// Finds a callee for this caller; one whose own caller finds another may be given up.
    fn pair(&mut self, caller: &str, tried: &mut BTreeSet<&'a str>) -> bool {
        let needed =
            |lane: &&Candidate<'a>| lane.caller == caller && self.callees.contains(lane.callee);
        let lanes: Vec<Candidate<'a>> = self.lanes.iter().filter(needed).copied().collect();
        for lane in lanes {
            if !tried.insert(lane.callee) {
                continue;
            }
            let taken = self.paired.get(lane.callee).map(|other| other.caller);
            if taken.is_none_or(|other| self.pair(other, tried)) {
                self.paired.insert(lane.callee, lane);
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Names of lanes, `own` in front of those of this program alone.
    pub(crate) fn candidates<'a>(lanes: &[&'a str]) -> Vec<Candidate<'a>> {
        let mut all = Vec::new();
        for lane in lanes {
            let name = lane.trim_start_matches("own ");
            let [caller, transport, callee] =
                name.split('/').collect::<Vec<_>>().try_into().expect("three parts");
            all.push(Candidate { name, caller, transport, callee, is_own: *lane != name });
        }
        all
    }

    fn cover_of<'a>(lanes: &[&'a str]) -> Vec<&'a str> {
        cover(&candidates(lanes)).into_iter().collect()
    }

    #[test]
    fn one_language_needs_one_lane_of_each_transport_beside_those_of_this_program() {
        let lanes = [
            "own rust/uds/rust",
            "python/uds/python",
            "python/uds/rust",
            "rust/uds/python",
            "python/ctypes/c",
        ];
        assert_eq!(cover_of(&lanes), ["python/ctypes/c", "python/uds/python"]);
    }

    #[test]
    fn lanes_between_two_languages_stand_for_those_within_one() {
        let lanes = ["go/uds/go", "go/uds/python", "python/uds/go", "python/uds/python"];
        assert_eq!(cover_of(&lanes), ["go/uds/python", "python/uds/go"]);
    }

    #[test]
    fn a_square_of_languages_needs_as_many_lanes_as_languages_for_each_transport() {
        let languages = ["go", "java", "node", "python", "rust"];
        let mut names = Vec::new();
        for transport in ["grpc", "rest", "uds"] {
            for caller in languages {
                for callee in languages {
                    let own = if [caller, callee] == ["rust"; 2] { "own " } else { "" };
                    names.push(format!("{own}{caller}/{transport}/{callee}"));
                }
            }
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let cover = cover_of(&names);
        assert_eq!(cover.len(), 3 * 4, "{cover:?}");
        for transport in ["grpc", "rest", "uds"] {
            for language in ["go", "java", "node", "python"] {
                let calls = format!("{language}/{transport}/");
                let answers = format!("/{transport}/{language}");
                assert!(cover.iter().any(|lane| lane.starts_with(&calls)), "{calls} {cover:?}");
                assert!(cover.iter().any(|lane| lane.ends_with(&answers)), "{answers} {cover:?}");
            }
        }
    }

    #[test]
    fn a_caller_gives_up_its_callee_where_another_caller_has_no_choice() {
        // Whoever is asked first, `b` has no other callee than `y`.
        let lanes = ["a/uds/y", "a/uds/z", "b/uds/y"];
        assert_eq!(cover_of(&lanes), ["a/uds/z", "b/uds/y"]);
        // One callee for three callers: each needs a lane of its own.
        let lanes = ["a/uds/z", "b/uds/z", "c/uds/z"];
        assert_eq!(cover_of(&lanes), lanes);
    }
}

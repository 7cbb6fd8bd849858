//! Which cases of which lanes one run of the suite holds. Lanes of this program alone are held to
//! every case each time. Lanes between languages are as many as the square of the languages: the
//! fewest that have each language on each side of each transport are held to every case, and the
//! others to a third of them, which a seed chooses. Three seeds in a row choose all.

use fixtures::fnv1a_64;
use std::collections::{BTreeMap, BTreeSet};

/// So many seeds in a row choose each case once.
const SEEDS: u64 = 3;
/// What [`Extent::from_words`] reads, as environment variables.
const ALL: &str = "TOLLGATE_CONFORMANCE";
const SEED: &str = "TOLLGATE_CONFORMANCE_SEED";

/// How much of the suite is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Every case of every lane.
    All,
    /// What this seed chooses.
    Seeded(u64),
}

impl Extent {
    /// As two environment variables say it: `TOLLGATE_CONFORMANCE=all`, and
    /// `TOLLGATE_CONFORMANCE_SEED`, which is this day where it is not given.
    ///
    /// # Errors
    /// A sentence that says which of them cannot be understood, and what can.
    pub fn from_words(all: Option<&str>, seed: Option<&str>, day: u64) -> Result<Self, String> {
        match (all, seed) {
            (Some("all"), _) => Ok(Self::All),
            (Some(word), _) => {
                Err(format!("Invalid {ALL} {word:?}: it can be `all`, or be left out"))
            }
            (None, None) => Ok(Self::Seeded(day)),
            (None, Some(seed)) => seed.parse().map(Self::Seeded).map_err(|_| {
                format!("Invalid {SEED} {seed:?}: use a whole number of 0 or more, such as 7")
            }),
        }
    }
}

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

/// What is run.
#[derive(Clone, Debug)]
pub struct Selection {
    extent: Extent,
    /// Lanes that are held to every case, by name.
    whole: BTreeSet<String>,
}

impl Selection {
    pub(crate) fn of(candidates: &[Candidate<'_>], extent: Extent) -> Self {
        let own = candidates.iter().filter(|lane| lane.is_own).map(|lane| lane.name);
        let whole = own.chain(cover(candidates)).map(str::to_owned).collect();
        Self { extent, whole }
    }

    /// Whether a lane is held to a case.
    pub fn holds(&self, lane: &str, case: &str) -> bool {
        let Extent::Seeded(seed) = self.extent else { return true };
        self.whole.contains(lane) || chosen(seed, lane, case)
    }

    /// How much was to be run.
    pub fn extent(&self) -> Extent {
        self.extent
    }
}

/// Whether this seed chooses this case of this lane.
fn chosen(seed: u64, lane: &str, case: &str) -> bool {
    let place = fnv1a_64(format!("{lane}::{case}").as_bytes()) % SEEDS;
    (place + seed % SEEDS).is_multiple_of(SEEDS)
}

/// The fewest lanes between languages that have, for each transport, each language on each side
/// where it stands in some lane. What a lane of this program alone has needs no other.
fn cover<'a>(candidates: &[Candidate<'a>]) -> BTreeSet<&'a str> {
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
mod tests {
    use super::*;

    /// Names of lanes, `own` in front of those of this program alone.
    fn candidates<'a>(lanes: &[&'a str]) -> Vec<Candidate<'a>> {
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
    fn lanes_of_this_program_are_held_to_every_case_whatever_the_seed() {
        let lanes = candidates(&["own rust/uds/rust", "python/uds/python"]);
        for seed in 0..SEEDS {
            let selection = Selection::of(&lanes, Extent::Seeded(seed));
            for case in 0..100 {
                assert!(selection.holds("rust/uds/rust", &format!("case_{case}")), "{case}");
            }
        }
    }

    #[test]
    fn the_whole_suite_leaves_nothing_out() {
        let selection = Selection::of(&candidates(&["a/uds/b", "b/uds/a", "a/uds/a"]), Extent::All);
        for case in 0..100 {
            assert!(selection.holds("a/uds/a", &format!("case_{case}")), "{case}");
        }
    }

    #[test]
    fn three_seeds_in_a_row_choose_each_case_once_and_each_about_a_third() {
        let cases: Vec<String> = (0..3_000).map(|case| format!("case_{case}")).collect();
        for first in [0, 20_786, u64::MAX - 2] {
            let mut counts = [0; SEEDS as usize];
            for case in &cases {
                let of = |seed: &u64| chosen(first + *seed, "python/uds/python", case);
                let choosing: Vec<u64> = (0..SEEDS).filter(of).collect();
                assert_eq!(choosing.len(), 1, "{case} from {first} on: {choosing:?}");
                counts[choosing[0] as usize] += 1;
            }
            assert!(counts.iter().all(|count| (900..1_100).contains(count)), "{counts:?}");
        }
    }

    #[test]
    fn a_seed_chooses_the_same_on_every_machine() {
        let of = |case: &u64| chosen(7, "rust/uds-json/python", &format!("case_{case}"));
        let choice: Vec<u64> = (0..12).filter(of).collect();
        assert_eq!(choice, [1, 4, 7, 10]);
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

    #[test]
    fn words_for_the_extent_are_understood_or_refused_with_what_can_be_said() {
        let of = |all, seed| Extent::from_words(all, seed, 20_786);
        assert_eq!(of(None, None), Ok(Extent::Seeded(20_786)));
        assert_eq!(of(None, Some("7")), Ok(Extent::Seeded(7)));
        assert_eq!(of(Some("all"), Some("7")), Ok(Extent::All));
        let refused = |all, seed| of(all, seed).expect_err("refused");
        let said = refused(Some("whole"), None);
        assert!(
            said.contains("TOLLGATE_CONFORMANCE \"whole\"") && said.contains("all"),
            "{said}"
        );
        for seed in ["", "-1", "today"] {
            let said = refused(None, Some(seed));
            assert!(said.contains("TOLLGATE_CONFORMANCE_SEED") && said.contains('7'), "{said}");
        }
    }
}

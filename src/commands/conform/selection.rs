//! Which cases of which lanes one run of the suite holds. Lanes of this program alone are held to
//! every case each time. Lanes between languages are as many as the square of the languages: the
//! fewest that have each language on each side of each transport are held to every case, and the
//! others to a third of them, which a seed chooses. Three seeds in a row choose all.

use crate::commands::conform::cover::{Candidate, cover};
use fixtures::fnv1a_64;
use std::collections::BTreeSet;

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

/// What is run.
#[derive(Clone, Debug)]
pub struct Selection {
    extent: Extent,
    /// All cases by name.
    cases: Vec<&'static str>,
    /// Lanes that are held to every case, by name.
    whole: BTreeSet<String>,
}

impl Selection {
    pub(crate) fn of(
        candidates: &[Candidate<'_>],
        cases: Vec<&'static str>,
        extent: Extent,
    ) -> Self {
        let own = candidates.iter().filter(|lane| lane.is_own).map(|lane| lane.name);
        let whole = own.chain(cover(candidates)).map(str::to_owned).collect();
        Self { extent, cases, whole }
    }

    /// Whether a lane is held to a case.
    pub fn holds(&self, lane: &str, case: &str) -> bool {
        let Extent::Seeded(seed) = self.extent else { return true };
        self.whole.contains(lane) || self.is_chosen(seed, lane, case)
    }

    /// Whether this seed chooses this case of this lane: it goes through all of them, in an order
    /// that is another one for each lane.
    fn is_chosen(&self, seed: u64, lane: &str, case: &str) -> bool {
        let hash = |case: &str| fnv1a_64(format!("{lane}::{case}").as_bytes());
        let place = self.cases.iter().filter(|other| hash(other) < hash(case)).count() as u64;
        (place + seed % SEEDS).is_multiple_of(SEEDS)
    }

    /// How much was to be run.
    pub fn extent(&self) -> Extent {
        self.extent
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::conform::cover::tests::candidates;

    const CASES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const LANES: [&str; 3] = ["own rust/uds/rust", "python/uds/python", "rust/uds/python"];

    /// Which of the cases a run with this seed holds the lane to.
    fn held(lane: &str, extent: Extent) -> Vec<&'static str> {
        let selection = Selection::of(&candidates(&LANES), CASES.to_vec(), extent);
        CASES.into_iter().filter(|case| selection.holds(lane, case)).collect()
    }

    #[test]
    fn lanes_of_this_program_and_those_that_have_every_language_are_held_to_every_case() {
        for seed in 0..SEEDS {
            assert_eq!(held("rust/uds/rust", Extent::Seeded(seed)), CASES);
            assert_eq!(held("python/uds/python", Extent::Seeded(seed)), CASES);
        }
    }

    #[test]
    fn the_whole_suite_leaves_nothing_out() {
        assert_eq!(held("rust/uds/python", Extent::All), CASES);
    }

    #[test]
    fn three_seeds_in_a_row_choose_each_case_once_and_each_a_third() {
        for first in [0, 20_786, u64::MAX - 2] {
            let thirds: Vec<Vec<&str>> = (0..SEEDS)
                .map(|more| held("rust/uds/python", Extent::Seeded(first + more)))
                .collect();
            let counts = thirds.iter().map(Vec::len);
            assert!(counts.clone().all(|count| count == 2 || count == 3), "{thirds:?}");
            let mut all = thirds.concat();
            all.sort_unstable();
            assert_eq!(all, CASES, "from {first} on");
        }
    }

    #[test]
    fn a_seed_chooses_the_same_on_every_machine_and_not_the_same_of_every_lane() {
        let lanes = candidates(&["go/uds/go", "go/uds/python", "python/uds/go"]);
        let selection = Selection::of(&lanes, CASES.to_vec(), Extent::Seeded(7));
        let of = |lane: &str| -> String {
            CASES.into_iter().filter(|case| selection.is_chosen(7, lane, case)).collect()
        };
        assert_eq!([of("rust/uds/python"), of("go/uds/python")], ["cg", "cd"]);
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

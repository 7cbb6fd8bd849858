//! On which cores the two sides of a lane run. A factor of its own: METHOD.md. A run measures each
//! lane in one or several placements, the columns of its tables.

pub(crate) mod seated;
pub(crate) mod seats;

pub(crate) use crate::machine::placement::seats::{Seats, StartSeats};
use crate::{
    machine::topology::{Distance, Topology},
    shell::failure::Failure,
};
use std::{collections::BTreeMap, time::Duration};

/// Where the two sides of a lane run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Placement {
    /// Both on one core, another one in each start.
    #[default]
    One,
    /// Each on a core of its own, the two as near to each other as can be.
    Two,
    /// The same with the two as far from each other as can be.
    Far,
    /// The scheduler decides.
    Free,
}

/// One core beside two.
const BOTH: [Placement; 2] = [Placement::One, Placement::Two];
/// The same and the farthest cores.
const ALL_PINNED: [Placement; 3] = [Placement::One, Placement::Two, Placement::Far];
/// How long calls between two cores are asked before they are recorded. For the first 10 to 20 ms
/// after a pause they are up to a quarter quicker than ever after (METHOD.md, "What interleaving
/// does to a call").
const SETTLING: Duration = Duration::from_millis(20);
/// Not Linux, or not allowed.
const NOT_KEPT: &str = "this system keeps no process on a core";
const ONE_CORE: &str = "there is one core only";

/// What of the wanted placements this machine has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Possible {
    pub(crate) placements: Vec<Placement>,
    /// What is not measured although it was planned, and why.
    pub(crate) left_out: Option<String>,
}

impl Placement {
    pub(crate) const ALL: [Self; 4] = [Self::One, Self::Two, Self::Far, Self::Free];

    /// Where a handicap comes out as large as it was put in, whichever side it was put into
    /// (METHOD.md): across cores. On one core for want of a second one.
    pub(crate) fn steadiest(topology: &Topology) -> Self {
        match topology.count() {
            0 => Self::Free,
            1 => Self::One,
            _ => Self::Two,
        }
    }

    /// Both on one core, where processes can be kept on one.
    pub(crate) fn on_one_core(topology: &Topology) -> Self {
        if topology.count() == 0 { Self::Free } else { Self::One }
    }

    /// As users and records name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Two => "two",
            Self::Far => "far",
            Self::Free => "free",
        }
    }

    /// The placement of this name, or of the name that it had before.
    pub(crate) fn from_name(name: &str) -> Result<Self, String> {
        let found = match name {
            "same" => Some(Self::One),
            "cross" => Some(Self::Two),
            _ => Self::ALL.into_iter().find(|placement| placement.name() == name),
        };
        found.ok_or_else(|| format!("the placements are {}", Self::ALL.map(Self::name).join(", ")))
    }

    /// The columns of a run that `--placement` asks for by this name.
    pub(crate) fn columns(name: &str) -> Result<Vec<Self>, String> {
        match name {
            "both" => Ok(BOTH.into()),
            "far" => Ok(ALL_PINNED.into()),
            _ => Self::from_name(name)
                .map(|one| vec![one])
                .map_err(|names| format!("{names}, both")),
        }
    }

    /// The name that asks for these columns.
    pub(crate) fn name_of(columns: &[Self]) -> &'static str {
        match columns {
            [one] => one.name(),
            [.., Self::Far] => Self::Far.name(),
            _ => "both",
        }
    }

    /// How long calls are asked before they are recorded, at least; nothing where they are what
    /// they stay from the first ones on.
    pub(crate) fn settling(self) -> Duration {
        match self {
            Self::Two | Self::Far => SETTLING,
            Self::One | Self::Free => Duration::ZERO,
        }
    }

    /// What of these columns this machine has. Those that a run has by default shrink to what can
    /// be.
    ///
    /// # Errors
    /// Usage: one that was asked for by its own name cannot be.
    pub(crate) fn possible(columns: &[Self], topology: &Topology) -> Result<Possible, Failure> {
        let only = |placement, left_out: String| {
            Ok(Possible { placements: vec![placement], left_out: Some(left_out) })
        };
        if columns == BOTH && topology.count() == 0 {
            let said = "placements one and two: not measured";
            return only(Self::Free, format!("{said}, {NOT_KEPT}; the scheduler decides"));
        }
        if columns == BOTH && topology.count() == 1 {
            return only(Self::One, format!("placement two: not measured, {ONE_CORE}"));
        }
        for column in columns {
            column.check(topology)?;
        }
        Ok(Possible { placements: columns.into(), left_out: None })
    }

    /// Refuses what this machine does not have.
    pub(crate) fn check(self, topology: &Topology) -> Result<(), Failure> {
        let (what, cure) = match (self, topology.count()) {
            (Self::Free, _) => return Ok(()),
            (_, 0) => (NOT_KEPT, Self::Free.name()),
            (Self::Two | Self::Far, 1) => (ONE_CORE, Self::One.name()),
            (Self::Far, _) if topology.farthest() == topology.nearest() => {
                ("no two cores here are farther apart than the nearest two", "both")
            }
            _ => return Ok(()),
        };
        let name = self.name();
        Err(Failure::usage(format!("--placement {name}: {what}; use --placement {cure}")))
    }

    /// What lies between the two sides, where they are on cores of their own.
    fn distance(self, topology: &Topology) -> Option<Distance> {
        match self {
            Self::Two => topology.nearest(),
            Self::Far => topology.farthest(),
            Self::One | Self::Free => None,
        }
    }

    /// What lies between the cores of each of these columns, as a record has it.
    pub(crate) fn distances(columns: &[Self], topology: &Topology) -> BTreeMap<String, String> {
        let mut distances = BTreeMap::new();
        for column in columns {
            if let Some(name) = column.distance(topology).and_then(Distance::name) {
                distances.insert(column.name().to_owned(), name.to_owned());
            }
        }
        distances
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_before_are_taken_and_every_set_of_columns_has_one_name() {
        for name in ["both", "one", "two", "far", "free"] {
            let columns = Placement::columns(name).expect(name);
            assert_eq!(Placement::name_of(&columns), name);
        }
        for (before, now) in [("same", "one"), ("cross", "two")] {
            assert_eq!(Placement::columns(before), Placement::columns(now));
        }
        let said = Placement::columns("near").expect_err("there is none");
        assert_eq!(said, "the placements are one, two, far, free, both");
    }

    #[test]
    fn what_a_machine_cannot_do_is_left_out_of_the_default_and_refused_where_it_was_named() {
        let of = |cores: usize| Topology::untold(0..cores);
        let none = Placement::possible(&BOTH, &of(0)).expect("free is left");
        assert_eq!(none.placements, [Placement::Free]);
        assert!(none.left_out.is_some_and(|said| said.contains("keeps no process on a core")));
        let one = Placement::possible(&BOTH, &of(1)).expect("one core is left");
        assert_eq!(one.placements, [Placement::One]);
        assert!(
            one.left_out
                .is_some_and(|said| said.contains("two: not measured, there is one"))
        );
        let all = Possible { placements: BOTH.into(), left_out: None };
        assert_eq!(Placement::possible(&BOTH, &of(2)).expect("fits"), all);
        for (columns, cores, cure) in [
            (vec![Placement::One], 0, "use --placement free"),
            (vec![Placement::Two], 1, "use --placement one"),
            (ALL_PINNED.into(), 1, "use --placement one"),
            (ALL_PINNED.into(), 2, "use --placement both"),
        ] {
            let said = Placement::possible(&columns, &of(cores)).expect_err(cure).to_string();
            assert!(said.contains(cure), "{said}");
        }
    }
}

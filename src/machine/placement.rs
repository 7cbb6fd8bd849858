//! On which cores the two sides of a lane run. A factor of its own: METHOD.md.

use crate::{
    machine::{linux, topology},
    shell::failure::Failure,
};
use fixtures::generate::SplitMix64;
use reports::record::ON_ONE_CORE;

/// Where the two sides of a lane run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Placement {
    /// The scheduler decides.
    #[default]
    Free,
    /// Both on one core, another one in each start.
    Same,
    /// Each on a core of its own, other ones in each start.
    Cross,
}

/// The cores on which the two sides of a lane run; none leaves it to the scheduler.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seats {
    pub(crate) driver: Option<usize>,
    pub(crate) callee: Option<usize>,
}

impl Placement {
    pub(crate) const ALL: [Self; 3] = [Self::Free, Self::Same, Self::Cross];

    /// Where a handicap comes out as large as it was put in, whichever side it was put into
    /// (METHOD.md): across cores. On one core for want of a second one.
    pub(crate) fn steadiest() -> Self {
        match linux::cores().len() {
            0 => Self::Free,
            1 => Self::Same,
            _ => Self::Cross,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Same => "same",
            Self::Cross => "cross",
        }
    }

    /// The same, as a record names it in each cell.
    pub(crate) fn of_cells(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Same => ON_ONE_CORE,
            Self::Cross => "two",
        }
    }

    /// The placement of this name.
    pub(crate) fn from_name(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|placement| placement.name() == name);
        found.ok_or_else(|| format!("the placements are {}", Self::ALL.map(Self::name).join(", ")))
    }

    /// The cores of one start.
    pub(crate) fn seats(self, random: &mut SplitMix64) -> Result<Seats, Failure> {
        let mut cores = linux::cores();
        random.shuffle(&mut cores);
        match (self, cores.as_slice()) {
            (Self::Free, _) => Ok(Seats::default()),
            (_, []) => Err(self.missing("processes can be kept on a core on Linux only")),
            (Self::Same, [core, ..]) => Ok(Seats { driver: Some(*core), callee: Some(*core) }),
            (Self::Cross, [_]) => Err(self.missing("there is one core only")),
            // Where all are hardware threads of one core, they are the two that there are
            // (METHOD.md).
            (Self::Cross, [one, other, ..]) => {
                let [one, other] = topology::apart(&cores).unwrap_or([*one, *other]);
                Ok(Seats { driver: Some(one), callee: Some(other) })
            }
        }
    }

    fn missing(self, what: &str) -> Failure {
        Failure::usage(format!("--placement {}: {what}; use --placement free", self.name()))
    }
}

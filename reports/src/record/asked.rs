//! What is asked, of which engine and where its processes run: figures are compared only where all
//! of it is the same.

use crate::{
    record::{Cell, Contrast, Ladder, Loads},
    stats::units::count,
};

/// The engine of cells that no engine answers.
pub const NO_ENGINE: &str = "none";
/// The engine that answers at once.
pub const STUB: &str = "stub";

/// The workload whose sizes are bytes: what it sends comes back as it is.
pub const BYTES: &str = "bytes";
/// The workload that asks an engine for ids.
pub const RECOMMENDATIONS: &str = "recommendations";

/// What one question is, and where it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Asked<'r> {
    /// `stub` or `catalog`; [`NO_ENGINE`] for a workload that no engine answers.
    pub engine: &'r str,
    /// `recommendations`, `bytes`.
    pub workload: &'r str,
    /// In the workload's unit.
    pub size: u32,
    /// `free`, `one`, `two`.
    pub placement: &'r str,
}

/// How much is asked for, as `10 ids` or `64 KiB`.
pub fn amount(workload: &str, size: u32) -> String {
    if workload == BYTES {
        exact_bytes(size)
    } else {
        format!("{} ids", count(size.into()))
    }
}

/// In the largest unit that leaves nothing over: what was asked for is not rounded.
fn exact_bytes(size: u32) -> String {
    let units = [(1 << 20, "MiB"), (1 << 10, "KiB")];
    let whole = units.into_iter().find(|(bytes, _)| size > 0 && size.is_multiple_of(*bytes));
    let (bytes, unit) = whole.unwrap_or((1, "B"));
    format!("{} {unit}", count((size / bytes).into()))
}

impl Asked<'_> {
    /// True where its size counts bytes.
    pub fn is_bytes(&self) -> bool {
        self.workload == BYTES
    }

    /// How much is asked for, as `10 ids` or `64 KiB`.
    pub fn amount(&self) -> String {
        amount(self.workload, self.size)
    }

    /// Of whom, as `engine stub`; of a workload without an engine its name, as `workload bytes`.
    pub fn of_whom(&self) -> String {
        if self.engine == NO_ENGINE {
            format!("workload {}", self.workload)
        } else {
            format!("engine {}", self.engine)
        }
    }

    /// True where an engine answers that has something to do.
    pub fn engine_works(&self) -> bool {
        ![NO_ENGINE, STUB].contains(&self.engine)
    }

    /// True where nothing but the size differs.
    pub fn beside(&self, other: &Asked<'_>) -> bool {
        Asked { size: other.size, ..*self } == *other
    }

    /// True where the same is asked of the same engine, wherever the processes run.
    pub fn asks_as(&self, other: &Asked<'_>) -> bool {
        Asked { placement: other.placement, ..*self } == *other
    }

    /// In words, as `engine stub, 10 ids`.
    pub fn text(&self) -> String {
        format!("{}, {}", self.of_whom(), self.amount())
    }
}

macro_rules! asks {
    ($($of:ty),*) => {
        $(impl $of {
            /// What its calls ask, of whom and where.
            pub fn asked(&self) -> Asked<'_> {
                Asked {
                    engine: &self.engine,
                    workload: &self.workload,
                    size: self.size,
                    placement: &self.placement,
                }
            }
        })*
    };
}
asks!(Cell, Contrast, Ladder, Loads);

impl Cell {
    /// In words, as `batched, n = 64, 10 ids, stub`.
    pub fn describe(&self) -> String {
        let (mode, n, asked) = (&self.mode, count(self.items.into()), self.asked().amount());
        if self.engine == NO_ENGINE {
            format!("{mode}, n = {n}, {asked}")
        } else {
            format!("{mode}, n = {n}, {asked}, {}", self.engine)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn an_amount_is_exact_and_has_its_unit() {
        for (size, text) in [(0, "0 B"), (1_000, "1,000 B"), (1_024, "1 KiB"), (65_537, "65,537 B")]
        {
            assert_eq!(amount("bytes", size), text);
        }
        assert_eq!(amount("bytes", 1 << 20), "1 MiB");
        assert_eq!(amount("recommendations", 1_000), "1,000 ids");
    }
}

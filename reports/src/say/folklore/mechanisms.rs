//! The mechanisms that people name for a call into another language within one process, one claim
//! each: that its overhead is near zero. Judged where the run has such a lane from another language
//! than Rust; those that no lane has yet are named as not judged.

use crate::{
    figures::{
        row::{Row, difference},
        summary::Scene,
    },
    record::{FFI, FUNCTION},
    say::folklore::{
        evidence::{Evidence, Place},
        lanes::usable,
        times::{in_band, more},
    },
    stats::estimates::Estimate,
};

/// A mechanism that people name.
pub(crate) struct Mechanism {
    /// Its name for programs.
    pub(crate) id: &'static str,
    /// What people say.
    pub(crate) says: &'static str,
    /// From which language it calls, and into which; any, where nothing is said.
    pub(crate) from: &'static str,
    pub(crate) into: Option<&'static str>,
    /// What the record lacks where it is not judged.
    pub(crate) needs: &'static str,
}

/// What is still called near zero, ns: an overhead told in nanoseconds.
const NEAR_ZERO_NS: [f64; 2] = [f64::NEG_INFINITY, 1e3];

/// Each, in the order in which the document of this workload has them: a way from one language into
/// another, and what people call it.
pub(crate) const MECHANISMS: [Mechanism; 6] = [
    Mechanism {
        id: "python-into-c-near-zero",
        says: "from Python into C (ctypes, cffi): near-zero call overhead (under 1 µs)",
        from: "python",
        into: Some("c"),
        needs: "it needs such a lane, and Python's own function call",
    },
    Mechanism {
        id: "go-into-c-near-zero",
        says: "from Go into C (cgo): near-zero call overhead (under 1 µs)",
        from: "go",
        into: Some("c"),
        needs: "it needs such a lane, and Go's own function call",
    },
    Mechanism {
        id: "java-into-c-near-zero",
        says: "from Java into C (JNI): near-zero call overhead (under 1 µs)",
        from: "java",
        into: Some("c"),
        needs: "it needs a lane from Java, and there is none yet",
    },
    Mechanism {
        id: "python-into-rust-near-zero",
        says: "from Python into Rust (PyO3): near-zero call overhead (under 1 µs)",
        from: "python",
        into: Some("rust"),
        needs: "it needs such a lane (PyO3: a build with --features pyo3), and Python's own \
                function call",
    },
    Mechanism {
        id: "node-into-c-near-zero",
        says: "from Node.js into C (N-API): near-zero call overhead (under 1 µs)",
        from: "node",
        into: Some("c"),
        needs: "it needs a lane from Node.js, and there is none yet",
    },
    Mechanism {
        id: "rust-into-others-near-zero",
        says: "from Rust into others (extern \"C\"): near-zero call overhead (under 1 µs)",
        from: "rust",
        into: None,
        needs: "it needs such a lane, and Rust's own function call",
    },
];

/// True where they are asked about: a language other than Rust calls into a library.
pub(crate) fn are_asked(scene: &Scene) -> bool {
    let home = scene.baseline().map(|row| row.lane.caller.as_str());
    let calls_in = |row: &Row| row.lane.role == FFI && home != Some(row.lane.caller.as_str());
    scene.rows.iter().any(|row| calls_in(row) && usable(row))
}

/// What each lane of the mechanism takes more than a function call of its caller's language.
pub(crate) fn measured(scene: &Scene, mechanism: &Mechanism) -> Vec<Evidence> {
    let Mechanism { from, into, .. } = mechanism;
    let is_of_it = |row: &&Row| {
        let lane = row.lane;
        let goes_there = into.is_none_or(|into| lane.callee == into);
        lane.role == FFI && lane.caller == *from && goes_there && usable(row)
    };
    let lanes = scene.rows.iter().filter(is_of_it);
    lanes
        .filter_map(|row| {
            let (toll, from) = toll_at_home(scene, row)?;
            Some(evidence(scene, row, &toll, from))
        })
        .collect()
}

/// What a call takes more than one of a function in its caller's own language, and that lane.
pub(crate) fn toll_at_home<'s, 'r>(
    scene: &'s Scene<'r>,
    row: &Row,
) -> Option<(Estimate, &'s Row<'r>)> {
    let is_home = |other: &&Row| {
        other.lane.role == FUNCTION
            && other.lane.caller == row.lane.caller
            && other.lane.callee == row.lane.caller
            && usable(other)
    };
    let homes = scene.rows.iter().filter(is_home);
    let home = homes.min_by_key(|other| (!other.lane.is_plain(), other.lane.looseness))?;
    Some((difference(&row.medians_told(), &home.medians_told())?, home))
}

fn evidence(scene: &Scene, row: &Row, toll: &Estimate, from: &Row) -> Evidence {
    Evidence {
        side: in_band(toll, NEAR_ZERO_NS),
        place: Place::anywhere(&scene.asked, 1),
        value: toll.value,
        text: format!("{} over {}", more(toll), row.lane.short),
        about: format!("against a function call of its caller's own, {}", from.lane.short),
        lane: row.lane.short.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mechanism_has_a_name_words_and_what_it_needs() {
        for (at, one) in MECHANISMS.iter().enumerate() {
            assert!(one.says.contains("near-zero") && !one.says.ends_with('.'), "{}", one.id);
            assert!(one.needs.starts_with("it needs "), "{}", one.id);
            assert!(MECHANISMS[..at].iter().all(|other| other.id != one.id), "{}", one.id);
        }
    }
}

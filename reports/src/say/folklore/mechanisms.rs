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
    /// The transports of its lanes; none where there is none yet.
    pub(crate) transports: &'static [&'static str],
    /// What the record lacks where it is not judged.
    pub(crate) needs: &'static str,
}

/// What is still called near zero, ns: an overhead told in nanoseconds.
const NEAR_ZERO_NS: [f64; 2] = [f64::NEG_INFINITY, 1e3];

/// Each, in the order in which the document of this workload has them.
pub(crate) const MECHANISMS: [Mechanism; 6] = [
    Mechanism {
        id: "ctypes-and-cffi-near-zero",
        says: "ctypes and cffi: near-zero call overhead (under 1 µs)",
        transports: &["ctypes", "cffi", "cffi-abi"],
        needs: "it needs a lane of either, and Python's own function call",
    },
    Mechanism {
        id: "cgo-near-zero",
        says: "cgo: near-zero call overhead (under 1 µs)",
        transports: &["cgo", "purego"],
        needs: "it needs a lane of cgo, and Go's own function call",
    },
    Mechanism {
        id: "jni-near-zero",
        says: "JNI: near-zero call overhead (under 1 µs)",
        transports: &[],
        needs: "it needs a lane from Java, and there is none yet",
    },
    Mechanism {
        id: "pyo3-near-zero",
        says: "PyO3: near-zero call overhead (under 1 µs)",
        transports: &["pyo3"],
        needs: "it needs a lane of PyO3 (a build with --features pyo3), and Python's own function \
                call",
    },
    Mechanism {
        id: "n-api-near-zero",
        says: "N-API: near-zero call overhead (under 1 µs)",
        transports: &[],
        needs: "it needs a lane from Node.js, and there is none yet",
    },
    Mechanism {
        id: "extern-c-near-zero",
        says: "extern \"C\": near-zero call overhead (under 1 µs)",
        transports: &["ffi-c", "ffi-rust"],
        needs: "it needs a lane from Rust into a library, and Rust's own function call",
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
    let is_of_it = |row: &&Row| mechanism.transports.contains(&row.lane.transport.as_str());
    let lanes = scene.rows.iter().filter(|row| is_of_it(row) && usable(row));
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

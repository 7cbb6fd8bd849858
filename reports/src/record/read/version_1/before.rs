//! What version 1 took for granted.

/// The one workload of version 1.
pub(super) const WORKLOAD: &str = "recommendations";
/// What its sizes count.
pub(super) const UNIT: &str = "ids";

/// A list of that version, entry by entry.
pub(super) fn each<A, B>(old: Vec<A>, upgraded: impl Fn(A) -> B) -> Vec<B> {
    old.into_iter().map(upgraded).collect()
}

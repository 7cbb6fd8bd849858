//! What an order means where it does not say it.

use fixtures::WorkloadKind;

/// The kind of a call that is answered with what was asked for: the only one there is so far.
pub(crate) const CALL: &str = "call";

/// The kind of call where nothing is said.
pub(crate) fn call() -> String {
    CALL.into()
}

/// True where nothing needs to be said.
pub(crate) fn is_call(kind: &String) -> bool {
    kind == CALL
}

/// What is asked where nothing is said.
pub(crate) fn recommendations() -> String {
    WorkloadKind::Recommendations.name().into()
}

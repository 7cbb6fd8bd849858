//! Signals that end a process which speaks no protocol of ours; elsewhere than on Linux they are
//! not sent, and whoever waits for its end kills it.

use serde::{Deserialize, Serialize};

/// A signal that asks a process to end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum EndingSignal {
    #[default]
    Term,
    Int,
    Quit,
    Kill,
}

//! The box that answers first: questions with their answers, and beside them what one call costs
//! over the base lane of each kind of boundary.

use crate::{
    figures::row::Row,
    judge::Judged,
    record::{FFI, FUNCTION, HTTP, RPC, SOCKET},
    render::html::page::table::lane_rows::{Columns, LaneRow, SERVICE_NS, share_of_call},
    say::{
        answers::{self, Answer},
        prediction::share as share_text,
    },
    stats::units::count,
};

/// The kinds of boundary that the box compares, tight to loose, and what a reader calls each.
const KINDS: [(&str, &str); 5] = [
    (FUNCTION, "function call"),
    (FFI, "FFI"),
    (SOCKET, "socket"),
    (HTTP, "HTTP"),
    (RPC, "RPC"),
];

/// The box.
pub(crate) struct AnswerBox {
    pub(crate) answers: Vec<Answer>,
    /// Where the single calls of each column were made.
    pub(crate) placements: Vec<String>,
    /// Items of the largest batch; none where there is no batch.
    pub(crate) batch: Option<String>,
    pub(crate) kinds: Vec<Kind>,
}

/// A kind of boundary by its base lane.
pub(crate) struct Kind {
    pub(crate) lane: String,
    pub(crate) what: &'static str,
    /// One call in each placement; `within one process` where there is none.
    pub(crate) calls: Vec<String>,
    pub(crate) item: String,
    /// The median of a single call in the first placement, ns; none where it is no median.
    pub(crate) call_ns: Option<f64>,
    /// What it is of a call to a service of [`SERVICE_NS`].
    pub(crate) share: String,
}

impl AnswerBox {
    pub(crate) fn of(judged: &Judged) -> Self {
        let columns = Columns::of(&judged.summary);
        let main = judged.summary.main();
        let batch = main.and_then(|scene| scene.largest_batch());
        let usable = judged.usable();
        Self {
            answers: if usable { answers::answers(judged) } else { Vec::new() },
            placements: columns.calls,
            batch: batch.map(|items| count(items.into())),
            kinds: if usable { kinds(judged) } else { Vec::new() },
        }
    }

    /// False where no lane has a call that a service can be set against.
    pub(crate) fn asks_for_service(&self) -> bool {
        self.kinds.iter().any(|kind| kind.call_ns.is_some())
    }
}

fn kinds(judged: &Judged) -> Vec<Kind> {
    let Some(scene) = judged.summary.main() else { return Vec::new() };
    let mut kinds = Vec::new();
    for (role, what) in KINDS {
        let base = judged.summary.base_of_role(role);
        let row = base.and_then(|base| scene.rows.iter().find(|row| row.lane.name == base.name));
        kinds.extend(row.map(|row| Kind::of(what, row, LaneRow::of(row, scene, judged))));
    }
    kinds
}

impl Kind {
    fn of(what: &'static str, row: &Row, shown: LaneRow) -> Self {
        let call_ns = row.single.as_ref().map(|single| single.p50.value);
        Self {
            lane: shown.name,
            what,
            calls: shown.calls.into_iter().map(|call| call.text).collect(),
            item: shown.item.text,
            call_ns,
            share: call_ns.map_or_else(String::new, |ns| share_text(share_of_call(ns, SERVICE_NS))),
        }
    }
}

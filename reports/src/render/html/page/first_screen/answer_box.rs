//! The box that answers first: questions with their answers, and beside them what one call costs
//! over the base lane of each kind of boundary.

use crate::{
    judge::Judged,
    record::{FFI, FUNCTION, HTTP, RPC, SOCKET},
    say::answers::{self, Answer, Matters},
    view::lanes::short_table::{ShortRow, ShortTable},
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
    /// How long the user's own service works for a call.
    pub(crate) work: String,
    pub(crate) kinds: Vec<Kind>,
    /// How the figures are to be read.
    pub(crate) note: String,
    /// What the answer about the reader's own service rests on.
    pub(crate) matters: Option<Matters>,
}

/// A kind of boundary by its base lane.
pub(crate) struct Kind {
    pub(crate) what: &'static str,
    pub(crate) row: ShortRow,
    /// The median of a single call in the first placement, ns; none where there is no figure.
    pub(crate) call_ns: Option<f64>,
}

impl AnswerBox {
    pub(crate) fn of(judged: &Judged) -> Self {
        let mut found = Self {
            answers: answers::answers(judged),
            placements: Vec::new(),
            batch: None,
            work: String::new(),
            kinds: Vec::new(),
            note: String::new(),
            matters: Matters::of(&judged.summary),
        };
        let table = ShortTable::of(&judged.summary, usize::MAX);
        if let Some(table) = table.filter(|_| judged.usable()) {
            (found.placements, found.batch) = (table.placements, table.batch);
            (found.work, found.note) = (table.work, table.note);
            found.kinds = kinds(judged, table.rows);
        }
        found
    }

    /// The choice in each placement, for the page's script: a list of
    /// `{placed, quicker, slower, quicker_ns, more_ns, low_ns, high_ns}`.
    pub(crate) fn choices(&self) -> String {
        let choices = self.matters.iter().flat_map(|matters| &matters.choices);
        let told = choices.map(|choice| {
            serde_json::json!({
                "placed": choice.placed,
                "quicker": choice.quicker,
                "slower": choice.slower,
                "quicker_ns": choice.quicker_ns,
                "more_ns": choice.more_ns,
                "low_ns": choice.break_even_ns.low,
                "high_ns": choice.break_even_ns.high,
            })
        });
        serde_json::Value::Array(told.collect()).to_string()
    }

    /// So many answers stand beside the table, the others below it, so that both are as high.
    pub(crate) fn beside(&self) -> usize {
        if self.kinds.is_empty() { usize::MAX } else { 5 }
    }

    /// False where no lane has a call that a service can be set against.
    pub(crate) fn asks_for_service(&self) -> bool {
        self.kinds.iter().any(|kind| kind.call_ns.is_some())
    }
}

fn kinds(judged: &Judged, rows: Vec<ShortRow>) -> Vec<Kind> {
    let base = |row: &ShortRow| {
        KINDS.iter().position(|(role, _)| {
            let base = judged.summary.base_of_role(role);
            base.is_some_and(|base| base.short == row.name)
        })
    };
    let mut kinds: Vec<(usize, Kind)> = Vec::new();
    for row in rows {
        let Some(at) = base(&row) else { continue };
        let call_ns = call_ns(judged, &row.name);
        kinds.push((at, Kind { what: KINDS[at].1, row, call_ns }));
    }
    kinds.sort_by_key(|(at, _)| *at);
    kinds.into_iter().map(|(_, kind)| kind).collect()
}

fn call_ns(judged: &Judged, lane: &str) -> Option<f64> {
    let rows = &judged.summary.main()?.rows;
    let row = rows.iter().find(|row| row.lane.short == lane)?;
    Some(row.single.as_ref()?.p50.value)
}

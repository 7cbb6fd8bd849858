//! Requests through a server that stands before the callee, such as a gateway: what of each is the
//! inner call, by the lane that makes that call alone.

use crate::{
    figures::{
        row::{Row, compare_single},
        summary::{Scene, Summary},
    },
    model::changes::variants::{self, Variant},
    record::RPC,
    say::findings::languages::{self, Request},
    stats::{
        comparison::Comparison,
        units::{ABSENT, short},
    },
    view::{
        lanes::languages::medians::{ID, median},
        table::{Table, TableSection},
    },
};

/// A request, its inner call alone, and what of the one the other is.
struct Measured<'s, 'r> {
    request: &'s Row<'r>,
    inner_call: &'s Row<'r>,
    share: Comparison,
}

/// None where no such lanes were measured.
pub(super) fn section(summary: &Summary) -> Option<TableSection> {
    let scene = summary.main()?;
    let requests = measured(scene, summary);
    let first = requests.first()?.request;
    let said: Vec<Request> = requests.iter().map(|one| one.said(first, scene)).collect();
    Some(TableSection {
        id: format!("{ID}-inner-call"),
        title: format!("Through a server: what of a request is the inner call{}", scene.placed),
        finding: Some(languages::inner_calls(&said)),
        reading:
            "A request asks a server, which asks the callee; the inner call alone is the same \
        question asked of the callee without it. What remains is the request itself, the server's \
        own work, its client for the inner call, and what one more process on the cores adds. \
        Medians of single calls; shares and ratios are from calls that were made alternately where \
        the run has them, so that they differ a little from those of the medians. Intervals are \
        of 99 %."
                .to_owned(),
        table: Table::new(
            &["request", "median", "inner call", "median", "share of the request", "remains"],
            requests.iter().map(Measured::cells).collect(),
        ),
    })
}

/// The request whose inner call is a remote procedure call first: the others are compared with it.
fn measured<'s, 'r>(scene: &'s Scene<'r>, summary: &Summary<'r>) -> Vec<Measured<'s, 'r>> {
    let mut requests: Vec<Measured> = variants::of(scene, summary.record)
        .iter()
        .filter_map(|variant| Measured::of(scene, variant))
        .collect();
    requests.sort_by_key(|one| one.inner_call.lane.role != RPC);
    requests
}

impl<'s, 'r> Measured<'s, 'r> {
    /// Where the lane has a server and the one that it differs from has none.
    fn of(scene: &'s Scene<'r>, variant: &Variant) -> Option<Self> {
        let named = |short: &str| scene.rows.iter().find(|row| row.lane.short == short);
        let (request, inner_call) = (named(variant.lane)?, named(variant.base)?);
        let has_server = |row: &Row| row.lane.server.is_some();
        let share = variant.single.as_ref()?.0.inverted();
        (has_server(request) && !has_server(inner_call)).then_some(Self {
            request,
            inner_call,
            share,
        })
    }

    fn said(&self, first: &Row, scene: &Scene) -> Request<'_> {
        let is_first = self.request.lane.name == first.lane.name;
        let compared = || {
            let in_turns = scene.compared_in_turns(first, self.request);
            in_turns.or_else(|| compare_single(first, self.request))
        };
        Request {
            inner_call: &self.inner_call.lane.transport,
            share: self.share.ratio,
            first_by_it: if is_first { None } else { compared() },
        }
    }

    /// The median of the request less that of the inner call; none where it is the shorter.
    fn remains(&self) -> Option<String> {
        let remains_ns = median_ns(self.request)? - median_ns(self.inner_call)?;
        (remains_ns > 0.0).then(|| short::time(remains_ns))
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.request.lane.short.clone(),
            median(self.request),
            self.inner_call.lane.short.clone(),
            median(self.inner_call),
            languages::share(&self.share.ratio),
            self.remains().unwrap_or_else(|| ABSENT.to_owned()),
        ]
    }
}

fn median_ns(row: &Row) -> Option<f64> {
    Some(row.single.as_ref()?.p50.value)
}

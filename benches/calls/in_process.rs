//! Lanes of this process, timed by criterion: one group by ids, one by items of a batch, in each a
//! function for each lane, so that criterion draws a line for each.

use crate::{engine, opened_at, shared::group_by_size};
use api::{CallError, Connection, Lane, Mode, Registrar, Reply, Request, Spec, Topology};
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, measurement::WallTime};
use reports::record::{LANE_CALL, read::criterion::Benchmark};
use std::hint::black_box;
use tollgate::bench::{Grid, full_name};

/// The group of single calls, by ids.
pub(crate) const CALL: &str = "call";
/// The group of batches, by items.
pub(crate) const BATCH: &str = "batch";

/// What a call asks.
#[derive(Clone, Copy)]
struct Asked {
    items: u32,
    ids: u32,
}

impl Asked {
    fn by_ids(grid: &Grid) -> Vec<Self> {
        grid.sizes.iter().map(|&ids| Self { items: 1, ids }).collect()
    }

    /// What a lane without batches is asked is a single item alone.
    fn by_items(grid: &Grid, spec: &Spec) -> Vec<Self> {
        let can = |items: &&u32| **items == 1 || spec.modes.contains(&Mode::Batched);
        let ids = grid.sizes[0];
        grid.batch.iter().filter(can).map(|&items| Self { items, ids }).collect()
    }
}

/// Takes what is to be measured of each lane.
pub(crate) struct Planned<'g> {
    pub(crate) grid: &'g Grid,
    pub(crate) benchmarks: Vec<Benchmark>,
}

impl Planned<'_> {
    fn add(&mut self, group: &str, spec: &Spec, value: u32, asked: Asked) {
        self.benchmarks.push(Benchmark {
            group: group.into(),
            function: spec.transport.into(),
            value,
            // In a batch of one, the lane is asked what the group of single calls has already.
            what: (group == CALL || asked.items > 1).then(|| LANE_CALL.into()),
            lane: Some(full_name(spec)),
            codec: None,
            size: asked.ids,
            items: asked.items,
        });
    }
}

impl Registrar for Planned<'_> {
    fn lane<L: Lane>(&mut self, spec: Spec, _: fn() -> L) {
        if spec.topology != Topology::InProcess {
            return;
        }
        for asked in Asked::by_ids(self.grid) {
            self.add(CALL, &spec, asked.ids, asked);
        }
        for asked in Asked::by_items(self.grid, &spec) {
            self.add(BATCH, &spec, asked.items, asked);
        }
    }
}

/// Measures both groups.
pub(crate) fn measure(criterion: &mut Criterion, grid: &Grid) {
    for name in [CALL, BATCH] {
        let group = group_by_size(criterion, name);
        let mut calls = Calls { group, is_batch: name == BATCH, grid };
        tollgate::register(&mut calls);
        calls.group.finish();
    }
}

/// Measures one group.
struct Calls<'c> {
    group: BenchmarkGroup<'c, WallTime>,
    is_batch: bool,
    grid: &'c Grid,
}

impl Registrar for Calls<'_> {
    fn lane<L: Lane>(&mut self, spec: Spec, make: fn() -> L) {
        if spec.topology != Topology::InProcess {
            return;
        }
        let (mut lane, engine) = (make(), engine());
        let measured = lane
            .open(&opened_at("", &engine))
            .and_then(|connection| self.connection(&spec, &mut lane, connection));
        if let Err(error) = measured {
            println!("{}: skipped: {error}", spec.transport);
        }
    }
}

impl Calls<'_> {
    fn connection<L: Lane>(
        &mut self,
        spec: &Spec,
        lane: &mut L,
        mut connection: L::Conn,
    ) -> Result<(), CallError> {
        let inputs = if self.is_batch {
            Asked::by_items(self.grid, spec)
        } else {
            Asked::by_ids(self.grid)
        };
        for asked in inputs {
            let requests: Vec<Request> = (0..asked.items)
                .map(|user| Request::new(format!("user_{user}"), asked.ids as i32))
                .collect();
            let mut replies = vec![Reply::default(); requests.len()];
            // Before the clock runs, and also where this benchmark was not chosen.
            lane.block_on(ask(&mut connection, &requests, &mut replies))?;
            let right = |reply: &Reply| reply.len() == asked.ids as usize;
            assert!(!spec.answers || replies.iter().all(right), "{}: wrong", spec.transport);
            let value = if self.is_batch { asked.items } else { asked.ids };
            self.group.throughput(Throughput::Elements(value.into()));
            self.group.bench_function(BenchmarkId::new(spec.transport, value), |b| {
                b.iter(|| {
                    let asked = ask(&mut connection, black_box(&requests), black_box(&mut replies));
                    lane.block_on(asked)
                });
            });
        }
        Ok(())
    }
}

/// One item is a single call, as in a run.
async fn ask(
    connection: &mut impl Connection,
    requests: &[Request],
    replies: &mut [Reply],
) -> Result<(), CallError> {
    match (requests, replies) {
        ([request], [reply]) => connection.call(request, reply).await,
        (requests, replies) => connection.batch(requests, replies).await,
    }
}

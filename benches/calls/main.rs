//! `cargo bench --bench calls`: calls that stay in one process, by criterion, and what the harness
//! itself adds.
//!
//! A registrar like the driver's walks over the lanes; no lane is named here. In-process lanes are
//! timed by criterion; lanes with bytes are set against their own echo and codec, side by side, in
//! `ladder`.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program of its own, which may end with its reader"
)]

mod harness;
mod ladder;

use api::{EngineKind, EngineSource, Lane, Open, Registrar, Reply, Request, Spec, Topology};
use criterion::{BenchmarkId, Criterion};
use std::{hint::black_box, time::Duration};

/// Ids in a reply.
const IDS: [i32; 4] = [1, 10, 100, 1_000];

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(900))
        .sample_size(50)
        .without_plots()
        .configure_from_args();
    tollgate::register(&mut Calls { criterion: &mut criterion });
    criterion.final_summary();
    // `cargo bench -- NAME` asks for one of criterion's benchmarks: the rest would only be in the
    // way.
    if std::env::args().skip(1).all(|flag| flag == "--bench") {
        tollgate::register(&mut harness::Overhead);
        tollgate::register(&mut ladder::Ladder);
    }
}

/// What a lane of this process is opened with.
fn engine() -> EngineSource {
    EngineSource::embedded(EngineKind::Stub)
}

struct Calls<'a> {
    criterion: &'a mut Criterion,
}

impl Registrar for Calls<'_> {
    fn lane<L: Lane>(&mut self, spec: Spec, make: fn() -> L) {
        if spec.topology != Topology::InProcess {
            return;
        }
        let mut lane = make();
        let engine = engine();
        let at = Open {
            endpoint: "",
            deadline: Duration::from_secs(5),
            engine: &engine,
        };
        let mut connection = match lane.open(&at) {
            Ok(connection) => connection,
            Err(error) => {
                eprintln!("{}: skipped: {error}", spec.transport);
                return;
            }
        };
        let mut group = self.criterion.benchmark_group(spec.transport);
        for ids in IDS {
            let request = Request::new("user_123", ids);
            let mut reply = Reply::default();
            group.bench_function(BenchmarkId::new("call", ids), |b| {
                use api::Connection;
                b.iter(|| {
                    lane.block_on(connection.call(black_box(&request), black_box(&mut reply)))
                });
            });
            if spec.answers {
                assert_eq!(reply.len(), ids as usize, "{} answered wrongly", spec.transport);
            }
        }
    }
}

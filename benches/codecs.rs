//! `cargo bench --bench codecs`: what the codecs take, stage by stage, by criterion. Each function
//! measures one stage over a domain value of the given number of ids; the bytes of each encoded
//! form are printed first.

#![allow(
    clippy::print_stderr,
    reason = "a program of its own, which may end with its reader"
)]

use api::{Reply, Request};
use codec::{Format, Json, Protobuf, recommendations::RecommendationResponse};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::{hint::black_box, time::Duration};

/// Ids in a reply.
const IDS: [usize; 4] = [1, 10, 100, 1_000];

fn reply(ids: usize) -> Reply {
    (0..ids).map(|id| format!("product_{id}")).collect()
}

/// Domain value to generated message, and back: the same for every format.
fn convert(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("convert");
    for ids in IDS {
        let reply = reply(ids);
        let message = codec::message_from_reply(&reply);
        group.throughput(Throughput::Elements(ids as u64));
        group.bench_with_input(BenchmarkId::new("to_message", ids), &reply, |b, reply| {
            b.iter(|| codec::message_from_reply(black_box(reply)));
        });
        let mut back = Reply::default();
        group.bench_with_input(BenchmarkId::new("from_message", ids), &message, |b, message| {
            b.iter(|| codec::fill_reply(black_box(message), &mut back));
        });
    }
}

/// Message to bytes, and back.
fn format<F: Format>(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group(F::NAME);
    let mut request = Vec::new();
    codec::encode_request::<F>(&Request::new("user_123", 10), &mut request);
    eprintln!("{}: a request takes {} B", F::NAME, request.len());
    for ids in IDS {
        let message = codec::message_from_reply(&reply(ids));
        let mut bytes = Vec::new();
        F::write(&message, &mut bytes);
        eprintln!("{}: a reply of {ids} ids takes {} B", F::NAME, bytes.len());
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        let mut out = Vec::with_capacity(bytes.len());
        group.bench_with_input(BenchmarkId::new("encode", ids), &message, |b, message| {
            b.iter(|| {
                out.clear();
                F::write(black_box(message), &mut out);
            });
        });
        group.bench_with_input(BenchmarkId::new("decode", ids), &bytes, |b, bytes| {
            b.iter(|| F::read::<RecommendationResponse>(black_box(bytes)));
        });
    }
}

/// Shorter than criterion's own three and five seconds: two dozen functions in under a minute.
fn short() -> Criterion {
    let times = Criterion::default().warm_up_time(Duration::from_millis(300));
    times
        .measurement_time(Duration::from_millis(900))
        .sample_size(50)
        .without_plots()
}

criterion_group!(
    name = stages;
    config = short();
    targets = convert, format::<Protobuf>, format::<Json>
);
criterion_main!(stages);

//! `cargo bench --bench codecs`: what the codecs take, by criterion: both sides of a call and of a
//! batch, and each stage of a reply, formats beside each other by ids or items. Batch sizes and ids
//! are those of the plan file, of `TOLLGATE_BATCH` and of `--batch` and `--size`.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program of its own, which may end with its reader"
)]

#[path = "../shared/mod.rs"]
mod shared;

use api::{CallError, Reply, Request};
use codec::{Format, Json, Protobuf, recommendations::RecommendationResponse};
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, measurement::WallTime};
use reports::record::{CODEC_CALL, read::criterion::Benchmark};
use shared::{Bench, Column, group_by_size};
use std::{hint::black_box, process::ExitCode, time::Duration};
use tollgate::bench::Grid;

/// Both sides of a call: request and reply, domain value to bytes and back.
const CALL: &str = "codec-call";
/// The same of a batch.
const BATCH: &str = "codec-batch";
/// Message to bytes, and back.
const ENCODE: &str = "encode-reply";
const DECODE: &str = "decode-reply";
/// Domain value to generated message, and back: the same for every format.
const CONVERT: &str = "convert-reply";

fn main() -> ExitCode {
    let bench = Bench {
        name: "codecs",
        plan,
        measure,
        besides: || (),
        besides_is: None,
        time: Duration::from_secs(20),
        besides_time: Duration::ZERO,
        columns,
    };
    bench.main()
}

fn plan(grid: &Grid) -> Vec<Benchmark> {
    let mut planned = Vec::new();
    for format in [Protobuf::NAME, Json::NAME] {
        planned.extend(grid.sizes.iter().map(|&ids| of_call(format, ids)));
        planned.extend(grid.batch.iter().map(|&items| of_batch(format, items, grid.sizes[0])));
        for group in [ENCODE, DECODE] {
            planned.extend(grid.sizes.iter().map(|&ids| stage(group, format, ids)));
        }
    }
    for function in ["to-message", "from-message"] {
        planned.extend(grid.sizes.iter().map(|&ids| stage(CONVERT, function, ids)));
    }
    planned
}

fn of_call(format: &str, ids: u32) -> Benchmark {
    Benchmark {
        what: Some(CODEC_CALL.into()),
        codec: Some(format.into()),
        ..stage(CALL, format, ids)
    }
}

fn of_batch(format: &str, items: u32, ids: u32) -> Benchmark {
    Benchmark {
        group: BATCH.into(),
        value: items,
        // A batch of one is a call, which has a benchmark of its own.
        what: (items > 1).then(|| CODEC_CALL.into()),
        items,
        ..of_call(format, ids)
    }
}

/// A benchmark that is no call of a run.
fn stage(group: &str, function: &str, ids: u32) -> Benchmark {
    Benchmark {
        group: group.into(),
        function: function.into(),
        value: ids,
        what: None,
        lane: None,
        codec: None,
        size: ids,
        items: 1,
    }
}

fn columns(grid: &Grid) -> Vec<Column> {
    let ids = grid.sizes[0];
    let mut columns: Vec<Column> =
        grid.sizes.iter().take(2).map(|&ids| of_ids("", CALL, ids)).collect();
    columns.extend(grid.batch.iter().max().map(|&items| Column {
        head: format!("batch of {items}"),
        group: BATCH,
        value: items,
    }));
    columns.extend([of_ids("encode ", ENCODE, ids), of_ids("decode ", DECODE, ids)]);
    columns
}

fn of_ids(what: &str, group: &'static str, ids: u32) -> Column {
    Column { head: format!("{what}{ids} ids"), group, value: ids }
}

fn measure(criterion: &mut Criterion, grid: &Grid) {
    let mut group = group_by_size(criterion, CALL);
    calls::<Protobuf>(&mut group, grid);
    calls::<Json>(&mut group, grid);
    group.finish();
    let mut group = group_by_size(criterion, BATCH);
    batches::<Protobuf>(&mut group, grid);
    batches::<Json>(&mut group, grid);
    group.finish();
    let mut group = group_by_size(criterion, ENCODE);
    encode::<Protobuf>(&mut group, grid);
    encode::<Json>(&mut group, grid);
    group.finish();
    let mut group = group_by_size(criterion, DECODE);
    decode::<Protobuf>(&mut group, grid);
    decode::<Json>(&mut group, grid);
    group.finish();
    convert(criterion, grid);
}

fn reply(ids: u32) -> Reply {
    (0..ids).map(|id| format!("product_{id}")).collect()
}

fn request(user: u32, ids: u32) -> Request {
    Request::new(format!("user_{user}"), ids as i32)
}

fn calls<F: Format>(group: &mut BenchmarkGroup<'_, WallTime>, grid: &Grid) {
    for &ids in &grid.sizes {
        let (request, right) = (request(123, ids), reply(ids));
        let (mut bytes, mut back) = (Vec::new(), Reply::default());
        // Before the clock runs: what is timed gives back what went in.
        let crossed = both_sides::<F>(&request, &right, &mut bytes, &mut back);
        assert!(crossed.is_ok() && back == right, "{}: wrong", F::NAME);
        group.throughput(Throughput::Elements(ids.into()));
        group.bench_function(BenchmarkId::new(F::NAME, ids), |b| {
            b.iter(|| both_sides::<F>(black_box(&request), &right, &mut bytes, &mut back));
        });
    }
}

fn both_sides<F: Format>(
    request: &Request,
    right: &Reply,
    bytes: &mut Vec<u8>,
    back: &mut Reply,
) -> Result<(), CallError> {
    bytes.clear();
    codec::encode_request::<F>(request, bytes);
    black_box(codec::decode_request::<F>(black_box(bytes))?);
    bytes.clear();
    codec::encode_reply::<F>(black_box(right), bytes);
    codec::decode_reply::<F>(black_box(bytes), back)
}

fn batches<F: Format>(group: &mut BenchmarkGroup<'_, WallTime>, grid: &Grid) {
    let ids = grid.sizes[0];
    for &items in &grid.batch {
        let requests: Vec<Request> = (0..items).map(|user| request(user, ids)).collect();
        let right: Vec<Reply> = (0..items).map(|_| reply(ids)).collect();
        let (mut bytes, mut back) = (Vec::new(), vec![Reply::default(); items as usize]);
        let crossed = both_sides_of_batch::<F>(&requests, &right, &mut bytes, &mut back);
        assert!(crossed.is_ok() && back == right, "{}: wrong", F::NAME);
        group.throughput(Throughput::Elements(items.into()));
        group.bench_function(BenchmarkId::new(F::NAME, items), |b| {
            b.iter(|| {
                both_sides_of_batch::<F>(black_box(&requests), &right, &mut bytes, &mut back)
            });
        });
    }
}

fn both_sides_of_batch<F: Format>(
    requests: &[Request],
    right: &[Reply],
    bytes: &mut Vec<u8>,
    back: &mut [Reply],
) -> Result<(), CallError> {
    bytes.clear();
    codec::encode_requests::<F>(requests, bytes);
    black_box(codec::decode_requests::<F>(black_box(bytes))?);
    bytes.clear();
    codec::encode_replies::<F>(black_box(right), bytes);
    codec::decode_replies::<F>(black_box(bytes), back)
}

fn encode<F: Format>(group: &mut BenchmarkGroup<'_, WallTime>, grid: &Grid) {
    for &ids in &grid.sizes {
        let message = codec::message_from_reply(&reply(ids));
        let mut bytes = Vec::new();
        F::write(&message, &mut bytes);
        println!("{}: a reply of {ids} ids takes {} B", F::NAME, bytes.len());
        group.throughput(Throughput::Elements(ids.into()));
        group.bench_function(BenchmarkId::new(F::NAME, ids), |b| {
            b.iter(|| {
                bytes.clear();
                F::write(black_box(&message), &mut bytes);
            });
        });
    }
}

fn decode<F: Format>(group: &mut BenchmarkGroup<'_, WallTime>, grid: &Grid) {
    for &ids in &grid.sizes {
        let mut bytes = Vec::new();
        F::write(&codec::message_from_reply(&reply(ids)), &mut bytes);
        group.throughput(Throughput::Elements(ids.into()));
        group.bench_function(BenchmarkId::new(F::NAME, ids), |b| {
            b.iter(|| F::read::<RecommendationResponse>(black_box(&bytes)));
        });
    }
}

fn convert(criterion: &mut Criterion, grid: &Grid) {
    let mut group = group_by_size(criterion, CONVERT);
    for &ids in &grid.sizes {
        let (reply, mut back) = (reply(ids), Reply::default());
        let message = codec::message_from_reply(&reply);
        group.throughput(Throughput::Elements(ids.into()));
        group.bench_function(BenchmarkId::new("to-message", ids), |b| {
            b.iter(|| codec::message_from_reply(black_box(&reply)));
        });
        group.bench_function(BenchmarkId::new("from-message", ids), |b| {
            b.iter(|| codec::fill_reply(black_box(&message), &mut back));
        });
    }
    group.finish();
}

//! Seeded cases for the two what-if models, the one in Rust and the one in the page: lanes of every
//! kind, numbers of every size, and what the Rust model says. `tests/vectors/predictions.json`
//! holds them.

use crate::synthetic::Random;
use reports::stats::estimates::{self, Estimate};
use reports::{
    model::prediction::{Axis, Basis, action::Settings},
    say::cost_model::prediction,
};
use serde_json::{Value, json};

const CASES: usize = 50;
/// The lane without a model, by its place among all.
const JAGGED: usize = 4;
const SMALL: Settings = Settings {
    service_ns: 0.0,
    actions_per_s: 1.0,
    items: 1,
    items_per_call: 1,
    parallel: 1,
    round_trip_ns: 0.0,
    budget_ns: 1e6,
};
/// Cores of the invented machine.
const CORES: u32 = 4;

/// All cases, with their lanes.
pub(crate) fn vectors() -> Value {
    let mut random = Random(11);
    let mut lanes = lanes(&mut random);
    let of_items = lanes.len();
    lanes.extend(lanes_of_bytes(&mut Random(12)));
    let case = |lane: usize, settings: Settings| {
        let expected = expected(&lanes[lane], &settings);
        json!({ "lane": lane, "settings": settings, "expected": expected })
    };
    let drawn: Vec<Settings> = (0..CASES).map(|_| settings(&mut random)).collect();
    let drawn = drawn
        .into_iter()
        .enumerate()
        .map(|(number, settings)| case(number % of_items, settings));
    // Without a model: between measured calls, and beyond the largest of them.
    let jagged = |items| case(JAGGED, Settings { items, items_per_call: items, ..SMALL });
    // Nothing, within, the largest, beyond it, and beyond twice as much; as one call, whatever is
    // said of items per call.
    let of_bytes = |lane: usize| {
        BYTES_ASKED.map(|bytes| {
            let settings = Settings { items: bytes, parallel: 4, service_ns: 20e3, ..SMALL };
            case(of_items + lane, settings)
        })
    };
    let of_bytes = (0..lanes.len() - of_items).flat_map(of_bytes);
    let cases: Vec<Value> = drawn.chain([100, 1_500].map(jagged)).chain(of_bytes).collect();
    json!({ "cores": CORES, "lanes": lanes, "cases": cases })
}

/// Curves that scatter by 3 % around these terms, one for each start.
fn curves(starts: usize, terms: &[f64], random: &mut Random) -> Vec<Vec<f64>> {
    let mut of_start = |_| terms.iter().map(|term| term * (0.03 * random.normal()).exp()).collect();
    (0..starts).map(&mut of_start).collect()
}

const SIZES: [u32; 6] = [1, 4, 16, 64, 256, 1_024];
const BYTES: [u32; 4] = [64, 1 << 10, 64 << 10, 1 << 20];
/// Below the smallest, measured, between, the largest, beyond it, too far beyond it.
const BYTES_ASKED: [u32; 7] = [0, 1 << 10, 5_000, 100_000, 1 << 20, (2 << 20) - 1, (2 << 20) + 1];

/// Single calls by bytes: a line, and no model.
fn lanes_of_bytes(random: &mut Random) -> Vec<Basis> {
    let at = |curve: &Vec<f64>| BYTES.iter().map(|n| curve[0] + curve[1] * f64::from(*n)).collect();
    let of_items = basis(curves(5, &[26_000.0, 0.4], random), false);
    let cpu_ns = of_items.curves.iter().map(at).collect();
    let measured_ns = of_items.curves.iter().map(at).collect();
    let line = Basis {
        axis: Axis::Bytes,
        sizes: BYTES.to_vec(),
        cpu_ns,
        measured_ns,
        ..of_items
    };
    let jagged = Basis { curves: Vec::new(), ..line.clone() };
    vec![line, jagged]
}

/// This share of what a call of each size takes.
fn calls(curve: &[f64], share: f64) -> Vec<f64> {
    SIZES.iter().map(|n| share * (curve[0] + curve[1] * f64::from(*n))).collect()
}

fn basis(curves: Vec<Vec<f64>>, in_process: bool) -> Basis {
    let cpu_ns: Vec<Vec<f64>> = curves.iter().map(|curve| calls(curve, 0.9)).collect();
    // No line goes through what was measured.
    let measured_ns = curves.iter().map(|curve| calls(curve, 1.02)).collect();
    let t = [curves.len(), cpu_ns.len()].map(|starts| estimates::t_quantile(starts, 0.95));
    Basis {
        axis: Axis::Items,
        in_process,
        sizes: SIZES.to_vec(),
        curves,
        measured_ns,
        cpu_ns,
        finest: 0.001,
        t,
    }
}

/// A line; a bend; a line of two starts, and of one; no model; one size; in process; no CPU time.
fn lanes(random: &mut Random) -> Vec<Basis> {
    let line = basis(curves(5, &[101_000.0, 900.0], random), false);
    let mut bent = basis(curves(5, &[20_000.0, 800.0, 64.0, 2_400.0], random), false);
    // All starts share the bend.
    bent.curves.iter_mut().for_each(|curve| curve[2] = 64.0);
    let [two, one] = [2, 1].map(|starts| basis(curves(starts, &[26_000.0, 850.0], random), false));
    let mut jagged = basis(curves(5, &[83_000.0, 2_300.0], random), false);
    jagged.curves = Vec::new();
    let mut single = jagged.clone();
    single.sizes = vec![1];
    for start in single.measured_ns.iter_mut().chain(&mut single.cpu_ns) {
        start.truncate(1);
    }
    let inside = basis(curves(5, &[30.0, 310.0], random), true);
    let unread = Basis { cpu_ns: Vec::new(), ..line.clone() };
    vec![line, bent, two, one, jagged, single, inside, unread]
}

fn settings(random: &mut Random) -> Settings {
    let mut one_of = |list: &[f64]| list[(random.uniform() * list.len() as f64) as usize];
    Settings {
        service_ns: one_of(&[0.0, 0.0, 1e3, 250e3, 8e6]),
        actions_per_s: one_of(&[1.0, 20.0, 100.0, 500.0, 2_000.0, 50_000.0]),
        items: one_of(&[1.0, 4.0, 7.0, 64.0, 100.0, 1_024.0, 4_096.0]) as u32,
        items_per_call: one_of(&[1.0, 1.0, 3.0, 16.0, 64.0, 1_024.0, 1_500.0, 4_096.0]) as u32,
        parallel: one_of(&[1.0, 1.0, 4.0, 16.0]) as u32,
        round_trip_ns: one_of(&[0.0, 0.0, 500e3, 20e6]),
        budget_ns: one_of(&[20e3, 1e6, 10e6, 200e6]),
    }
}

fn expected(basis: &Basis, settings: &Settings) -> Value {
    let found = basis.predict(settings, CORES);
    json!({
        "time": found.time.ok().as_ref().map(estimate),
        "gap": found.time.err(),
        "outside": found.outside,
        "between": found.between,
        "at_least": found.at_least,
        "cores": found.cores.as_ref().map(estimate),
        "budget": found.budget,
        "cells": prediction::cells(basis, settings, CORES),
    })
}

fn estimate(estimate: &Estimate) -> Value {
    let (low, high) = (estimate.interval.map(|i| i.low), estimate.interval.map(|i| i.high));
    json!({ "value": estimate.value, "low": low, "high": high })
}

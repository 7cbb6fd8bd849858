//! Keys: what the user says of a system of their own, and asks for it.

use crate::plan::keys::{
    form::Form::{Decimal, Time, TimeOr},
    key::{Key, Repeat::Changed, Standard::Means},
    parse,
    written::{put, seconds},
};

pub(super) static KEYS: &[Key] = &[
    Key {
        flag: "service-time",
        form: Time,
        value: "TIME",
        help: "How long your own service computes for one item, for example 8ms. Answers whether \
            the choice of a lane matters for it",
        example: "8ms",
        take: |plan, written| {
            put(&mut plan.service_time, parse::service_time(&written.text()).map(Some))
        },
        repeat: Changed(|plan| {
            plan.service_time.map(|time| format!("{}us", time.as_secs_f64() * 1e6))
        }),
        record: Some(|plan, record| {
            record.service_time_ns = plan.service_time.map(|time| time.as_nanos() as u64);
        }),
        ..Key::ROW
    },
    Key {
        flag: "calls-per-s",
        form: Decimal,
        value: "N",
        help: "How many calls per second your own system makes, for example 2000. Answers how many \
            cores each lane keeps busy then",
        example: "2000",
        take: |plan, written| {
            put(&mut plan.calls_per_s, parse::calls_per_s(&written.text()).map(Some))
        },
        repeat: Changed(|plan| plan.calls_per_s.map(|rate| rate.to_string())),
        record: Some(|plan, record| record.calls_per_s = plan.calls_per_s),
        ..Key::ROW
    },
    Key {
        flag: "load",
        form: TimeOr(LOAD),
        value: "TIME",
        help: "Also find the most calls per second that each lane answers, and the latency at \
            lower rates. TIME is spent on each rate",
        standard: Means("not measured; 1s if --load has no TIME"),
        example: "2s",
        take: |plan, written| put(&mut plan.load, parse::load(&written.text()).map(Some)),
        repeat: Changed(|plan| plan.load.map(seconds)),
        ..Key::ROW
    },
];

/// One point of a load where no time is said.
const LOAD: &str = "1s";

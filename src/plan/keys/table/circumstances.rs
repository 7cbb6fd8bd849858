//! Keys: under which circumstances is measured.

use crate::machine::placement::Placement;
use crate::plan::{
    keys::{
        file_safety,
        form::Form::{Number, Pairs, Time},
        key::{Heading, InFile, Key, Repeat::Changed, Standard::Is},
        parse,
        written::{put, seconds},
    },
    order::Order,
};

/// Two lanes stand in every group: with fewer alive no other would be.
const FEWEST: u32 = 3;

pub(super) static KEYS: &[Key] = &[
    Key {
        flag: "order",
        value: "ORDER",
        help: "interleaved (lanes take turns) or fixed (one lane after the other, to show what \
            taking turns avoids)",
        standard: Is("interleaved"),
        example: "fixed",
        take: |plan, written| put(&mut plan.order, written.one_of(&Order::ALL, Order::name)),
        repeat: Changed(|plan| Some(plan.order.name().into())),
        record: Some(|plan, record| {
            record.order = (plan.order == Order::Fixed).then(|| plan.order.name().into());
        }),
        ..Key::ROW
    },
    Key {
        flag: "alive",
        form: Number,
        value: "N",
        help: "How many lanes have running processes at the same time, at most. More lanes are \
            measured in groups",
        standard: Is("12"),
        example: "30",
        take: |plan, written| put(&mut plan.alive, written.sizes(FEWEST..=1_000).map(|all| all[0])),
        repeat: Changed(|plan| Some(plan.alive.to_string())),
        ..Key::ROW
    },
    Key {
        flag: "placement",
        heading: Some(Heading::What),
        value: "PLACEMENT",
        help: "Cores for caller and callee: one (they share a core), two (a core each), both \
            (first one, then two), far (both, and two cores farthest apart), free (the scheduler \
            decides)",
        standard: Is("both"),
        example: "one",
        take: |plan, written| put(&mut plan.placements, parse::placements(&written.text())),
        repeat: Changed(|plan| Some(Placement::name_of(&plan.placements).into())),
        record: Some(|plan, record| {
            record.placements = plan.placements.iter().map(|one| one.name().into()).collect();
        }),
        ..Key::ROW
    },
    Key {
        flag: "deadline",
        form: Time,
        value: "TIME",
        help: "A call that takes longer than this has failed",
        standard: Is("5s"),
        example: "1s",
        take: |plan, written| put(&mut plan.deadline, written.time()),
        repeat: Changed(|plan| Some(seconds(plan.deadline))),
        record: Some(|plan, record| record.deadline_ms = plan.deadline.as_millis() as u64),
        ..Key::ROW
    },
    Key {
        flag: "endpoint",
        heading: Some(Heading::YourService),
        form: Pairs,
        value: "LANE=ENDPOINT",
        help: "Call a service that runs already, for example grpc=http://127.0.0.1:50051, or \
            load a library, LANE=lib:/path.so",
        example: "uds=unix:/run/callee.sock",
        file: InFile::If(file_safety::no_library),
        take: |plan, written| {
            for pair in written.words() {
                let (lane, endpoint) = parse::endpoint_of_lane(&pair)?;
                plan.endpoints.insert(lane.into(), endpoint.into());
            }
            Ok(())
        },
        ..Key::ROW
    },
];

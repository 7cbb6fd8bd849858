//! The tables of what moving bytes costs: calls by size, and the fits. Each rendering lays them
//! out.

use crate::{
    model::payload_sizes::{BySize, LaneBySize},
    record::{BYTES, amount},
    say::{
        cost_model::percent,
        payload_sizes::{self, Fitted},
    },
    stats::{
        estimates::Estimate,
        units::{
            ABSENT, error, interval_behind, number, time, time_with_error, time_with_interval,
            times_with_interval,
        },
    },
    view::table::Table,
};

/// How much room a table has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// For intervals.
    Wide,
    /// For ± behind a fit, and for means alone.
    Narrow,
}

/// Sizes of a table, at most; of more, some of the smallest are left out.
const MOST_SIZES: usize = 16;
/// The same where there is little room.
const MOST_SIZES_NARROW: usize = 8;

/// Means of single calls: a row for each lane, a column for each size.
pub(crate) fn means(by_size: &BySize, room: Room) -> Table {
    let sizes = shown_sizes(by_size, room);
    let written = |mean: &Estimate| match room {
        Room::Wide => time_with_interval(mean),
        Room::Narrow => time(mean.value),
    };
    let mut head = vec!["lane".to_owned()];
    head.extend(sizes.iter().map(|size| amount(BYTES, *size)));
    let mut rows = Vec::new();
    for lane in &by_size.lanes {
        let mut row = vec![lane.lane.short.clone()];
        for size in &sizes {
            let mean = lane.mean_ns(*size);
            row.push(mean.as_ref().map_or_else(|| ABSENT.to_owned(), written));
        }
        rows.push(row);
    }
    Table { head, rows, ..Table::default() }
}

/// The sizes that have a column: the largest ones, and the smallest of all.
fn shown_sizes(by_size: &BySize, room: Room) -> Vec<u32> {
    let most = if room == Room::Wide { MOST_SIZES } else { MOST_SIZES_NARROW };
    let mut sizes = by_size.sizes.clone();
    if sizes.len() > most {
        sizes.drain(1..=sizes.len() - most);
    }
    sizes
}

/// What is said below the table where it has not all sizes.
pub(crate) fn left_out(by_size: &BySize, room: Room) -> Option<String> {
    let left = by_size.sizes.len() - shown_sizes(by_size, room).len();
    (left > 0).then(|| format!("{left} more sizes are in the record."))
}

/// The fit of each lane, and its largest call by copying.
pub(crate) fn fits(by_size: &BySize, room: Room) -> Table {
    let by_copy = format!("{} : copying", amount(BYTES, by_size.largest()));
    let head = match room {
        Room::Wide => [
            "lane",
            "a, per call",
            "b, per KiB there and back",
            "rate, both directions",
            "half of a call is its bytes from",
            "model error",
            &by_copy,
        ],
        Room::Narrow => ["lane", "a, a call", "b, a KiB", "rate", "half from", "error", &by_copy],
    };
    let rows = by_size.lanes.iter().map(|lane| fit(lane, by_size.largest(), room));
    Table::new(&head, rows.collect())
}

fn fit(lane: &LaneBySize, largest: u32, room: Room) -> Vec<String> {
    let absent = || ABSENT.to_owned();
    let fitted = lane.holding().map(|model| match room {
        Room::Wide => payload_sizes::fitted(model, time_with_interval, |estimate, written| {
            interval_behind(estimate, written)
        }),
        Room::Narrow => payload_sizes::fitted(model, time_with_error, |estimate, _| {
            error(estimate).map_or_else(String::new, |error| format!(" {error}"))
        }),
    });
    let fitted = fitted.unwrap_or_else(|| Fitted {
        call: absent(),
        per_kib: absent(),
        rate: absent(),
        half: absent(),
    });
    vec![
        lane.lane.short.clone(),
        fitted.call,
        fitted.per_kib,
        fitted.rate,
        fitted.half,
        lane.model.as_ref().map_or_else(absent, |model| missed(model, room)),
        by_copy(lane, largest, room).unwrap_or_else(absent),
    ]
}

fn missed(model: &crate::model::Model, room: Room) -> String {
    let error = percent(model.missed.error);
    if room == Room::Narrow {
        return error;
    }
    let worst = format!("{:+.1} %", model.missed.worst * 100.0);
    let none = if model.holds() { "" } else { "no linear model, " };
    format!("{error} ({none}{worst} at {})", amount(BYTES, model.missed.worst_items))
}

/// With its size where the lane's largest call is not the largest of all.
fn by_copy(lane: &LaneBySize, largest: u32, room: Room) -> Option<String> {
    let copied = lane.by_copy?;
    let ratio = match room {
        Room::Wide => times_with_interval(&copied.ratio),
        Room::Narrow => {
            let error = error(&copied.ratio).map_or_else(String::new, |error| format!(" {error}"));
            format!("{}{error}", number(copied.ratio.value))
        }
    };
    if copied.size == largest {
        Some(ratio)
    } else {
        Some(format!("{ratio} ({})", amount(BYTES, copied.size)))
    }
}

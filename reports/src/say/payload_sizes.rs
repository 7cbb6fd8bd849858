//! What moving bytes costs, in words: sentences, and the figures of a lane's fit as text. Never
//! more than the intervals carry.

use crate::{
    model::{
        Model,
        linearity::{Form, MOST_ERROR},
        payload_sizes::{BySize, LaneBySize},
        term::Figure,
    },
    record::{BYTES, amount},
    say::cost_model::{percent, shown},
    stats::{
        estimates::{Estimate, Interval},
        units::{number, time, time_with_interval, times_with_interval},
    },
};

/// The heading of the section.
pub const TITLE: &str = "What moving bytes costs";

/// What the fit is, and what a call is set against.
pub const ABOUT: &str = "\
A call carries n bytes there and the same n bytes back. No engine answers, and nothing is \
encoded. T(n) = a + b n, fitted in each restart on relative errors: a is what a call takes \
whatever it carries, b what more bytes add. Rate: the bytes of both directions by the time \
that they add (2 / b). From a / b bytes on, the bytes take at least half of the call. The \
model error is how far the fit misses a size that was left out of it. Copying: the same \
bytes copied once there and once back, at the rate at which this machine copied memory \
larger than most caches in the same restarts (memcpy floor, each byte counted once). A call \
whose bytes stay in a cache can come below it.";

/// Bytes in a KiB.
const KIB: f64 = 1_024.0;

/// A lane whose call of the largest size is known.
struct Largest<'l, 's, 'a> {
    of: &'l LaneBySize<'s, 'a>,
    mean: Estimate,
}

impl Largest<'_, '_, '_> {
    fn over(&self) -> String {
        format!("{} over {}", time_with_interval(&self.mean), self.of.lane.named())
    }
}

/// The sentence above the chart, and among the findings: the largest size over the quickest and the
/// slowest lane, and the quickest by copying.
pub fn finding(by_size: &BySize) -> Option<String> {
    let size = by_size.largest();
    let mut lanes: Vec<Largest> = Vec::new();
    for of in &by_size.lanes {
        lanes.extend(of.mean_ns(size).map(|mean| Largest { of, mean }));
    }
    // A stable sort: of equal lanes the first counts as quickest, the last as slowest.
    lanes.sort_by(|a, b| a.mean.value.total_cmp(&b.mean.value));
    let (quickest, slowest) = (lanes.first()?, lanes.last()?);
    let what = amount(BYTES, size);
    let moving = format!("Moving {what} there and back takes {}", quickest.over());
    let takes = if lanes.len() == 1 {
        format!("{moving} on average.")
    } else {
        format!(
            "{moving}, the lowest mean here. Over {} it takes {}, the highest.",
            slowest.of.lane.named(),
            time_with_interval(&slowest.mean)
        )
    };
    let copied = quickest.of.by_copy.filter(|copied| copied.size == size);
    let copied = copied.map_or_else(String::new, |copied| {
        format!(
            " Over {} that is {} as long as copying it there and back once in memory.",
            quickest.of.lane.short,
            times_with_interval(&copied.ratio)
        )
    });
    Some(takes + &copied)
}

/// What bends, what no line fits, and lanes that have too few sizes for one.
pub fn notes(by_size: &BySize) -> Vec<String> {
    let mut notes = Vec::new();
    let mut without: Vec<&str> = Vec::new();
    for of in &by_size.lanes {
        let short = of.lane.short.as_str();
        match &of.model {
            None => without.push(short),
            Some(model) => notes.extend(note(short, model)),
        }
    }
    if !without.is_empty() {
        notes.push(format!(
            "No fit for {}: it needs three sizes in one whole restart.",
            without.join(", ")
        ));
    }
    notes
}

fn note(short: &str, model: &Model) -> Option<String> {
    let at = amount(BYTES, model.missed.worst_items);
    match model.form {
        Form::Line => None,
        Form::Bent(_) => Some(format!("{short}: no single line holds. {}.", per_kib(model))),
        Form::Neither => Some(format!(
            "{short}: no line, with or without a bend, comes within {} of sizes that it has not \
            seen. It misses {at} by {:+.0} %. What other sizes take is read off between two \
            measured ones.",
            percent(MOST_ERROR),
            model.missed.worst * 100.0
        )),
    }
}

/// b with its interval, as `0.21 µs (0.20 to 0.22) per KiB`; both of them where the line bends.
fn per_kib(model: &Model) -> String {
    let first = kib_time(&model.item_ns);
    match (model.form, &model.item_beyond_ns) {
        (Form::Bent(bend), Some(beyond)) => {
            let bend = amount(BYTES, bend);
            format!("{first} per KiB up to {bend}, {} beyond", kib_time(beyond))
        }
        _ => format!("{first} per KiB"),
    }
}

fn kib_time(byte_ns: &Figure) -> String {
    shown(&times(byte_ns, KIB), time_with_interval, time)
}

fn times(figure: &Figure, factor: f64) -> Figure {
    match figure {
        Figure::Told(estimate) => Figure::Told(estimate.scaled(factor)),
        Figure::AtMost(most) => Figure::AtMost(most.map(|most| most * factor)),
    }
}

/// The figures of a lane's fit as text.
pub struct Fitted {
    /// a.
    pub call: String,
    /// b, for each KiB there and back.
    pub per_kib: String,
    /// Bytes of both directions in a second.
    pub rate: String,
    /// a / b.
    pub half: String,
}

/// The figures of a fit that holds, each value written by this where it has a time, with ends or
/// error; `error_of` stands behind values in other units.
pub fn fitted(
    model: &Model,
    time_of: impl Fn(&Estimate) -> String,
    error_of: impl Fn(&Estimate, &dyn Fn(f64) -> String) -> String,
) -> Fitted {
    let of_time = |figure: &Figure| shown(figure, &time_of, time);
    let per_kib = of_time(&times(&model.item_ns, KIB));
    let beyond = model.item_beyond_ns.as_ref().map(|beyond| of_time(&times(beyond, KIB)));
    let per_kib = match (model.form, beyond) {
        (Form::Bent(bend), Some(beyond)) => {
            format!("{per_kib} up to {}, {beyond} beyond", amount(BYTES, bend))
        }
        _ => per_kib,
    };
    let in_bytes = |bytes: &Estimate| {
        let (unit, name) = binary_unit(bytes.value);
        let unit_of = bytes.scaled(1.0 / unit);
        format!("{} {name}{}", number(unit_of.value), error_of(&unit_of, &number))
    };
    let in_rate = |rate: &Estimate| {
        let (unit, name) = rate_unit(rate.value);
        let unit_of = rate.scaled(1.0 / unit);
        format!("{} {name}{}", number(unit_of.value), error_of(&unit_of, &number))
    };
    let absent = || crate::stats::units::ABSENT.to_owned();
    Fitted {
        call: of_time(&model.call_ns),
        per_kib,
        rate: rate(model).as_ref().map_or_else(absent, in_rate),
        half: model.knee.as_ref().map_or_else(absent, |knee| shown(knee, in_bytes, size)),
    }
}

/// Bytes of both directions in a second: 2 / b, beyond a bend where there is one. Absent where a
/// byte takes nothing that is told from 0.
pub fn rate(model: &Model) -> Option<Estimate> {
    let last = model.item_beyond_ns.as_ref().unwrap_or(&model.item_ns);
    let byte_ns = last.told()?;
    let of = |ns: f64| 2e9 / ns;
    let interval = byte_ns.interval.map(|i| Interval { low: of(i.high), high: of(i.low) });
    Some(Estimate { value: of(byte_ns.value), interval, ..*byte_ns })
}

/// A size that is no size of a plan, as `121 KiB`.
pub fn size(bytes: f64) -> String {
    let (unit, name) = binary_unit(bytes);
    format!("{} {name}", number(bytes / unit))
}

fn binary_unit(bytes: f64) -> (f64, &'static str) {
    if bytes >= KIB * KIB {
        (KIB * KIB, "MiB")
    } else if bytes >= KIB {
        (KIB, "KiB")
    } else {
        (1.0, "B")
    }
}

fn rate_unit(bytes_per_s: f64) -> (f64, &'static str) {
    if bytes_per_s >= 1e9 { (1e9, "GB/s") } else { (1e6, "MB/s") }
}

//! How figures are written: three significant digits, one unit for a value and its interval, and
//! never a 0 for what was not measured. It computes nothing.

pub mod short;

use crate::stats::estimates::{Estimate, Interval, TOO_NOISY};

/// A unit, and how many of the smallest unit of its kind it is.
#[derive(Clone, Copy)]
struct Unit {
    factor: f64,
    name: &'static str,
}

const fn unit(factor: f64, name: &'static str) -> Unit {
    Unit { factor, name }
}

/// Largest first.
const TIMES: [Unit; 4] = [unit(1e9, "s"), unit(1e6, "ms"), unit(1e3, "µs"), unit(1.0, "ns")];
/// Largest first.
const BYTES: [Unit; 4] = [unit(1e9, "GB"), unit(1e6, "MB"), unit(1e3, "kB"), unit(1.0, "B")];

/// Shown where there is no figure.
pub const ABSENT: &str = "–";

/// A duration given in ns, as `85.2 µs`.
pub fn time(ns: f64) -> String {
    with_unit(ns, &TIMES)
}

/// A number of bytes, as `1.29 kB`.
pub fn bytes(count: f64) -> String {
    if count.fract() == 0.0 && count < 1e3 {
        return format!("{count:.0} B");
    }
    with_unit(count, &BYTES)
}

/// A duration with its interval in the same unit, as `85.2 µs (84.1 to 86.3)`.
pub fn time_with_interval(ns: &Estimate) -> String {
    match interval_of_time(ns) {
        Some(interval) => format!("{} ({interval})", time(ns.value)),
        None => time(ns.value),
    }
}

/// What stands behind a value: ` (84.1 to 86.3)`, ` (too noisy to tell)`, or nothing.
pub fn interval_behind(estimate: &Estimate, written: impl Fn(f64) -> String) -> String {
    match estimate.interval {
        Some(Interval { low, high }) => format!(" ({} to {})", written(low), written(high)),
        None if estimate.too_noisy => format!(" ({TOO_NOISY})"),
        None => String::new(),
    }
}

/// Both ends with so many decimals. Ends that would be written alike are rounded away from each
/// other: no interval is shown as if it had no width.
fn ends(low: f64, high: f64, decimals: usize) -> [String; 2] {
    let [short, long] = [low, high].map(|end| grouped(end, decimals));
    if short != long {
        return [short, long];
    }
    let scale = 10_f64.powi(decimals as i32);
    [
        grouped((low * scale).floor() / scale, decimals),
        grouped((high * scale).ceil() / scale, decimals),
    ]
}

/// An interval that goes on to so many times its value has another unit there.
const FAR: f64 = 1e3;

/// The interval alone, in the unit of the value: `84.1 to 86.3`. Each end in its own, `0.021 ns to
/// 2.18 ms`, where the value's unit would make a 0 or a row of digits of it.
pub fn interval_of_time(ns: &Estimate) -> Option<String> {
    if ns.too_noisy {
        return Some(TOO_NOISY.to_owned());
    }
    let interval = ns.interval?;
    let factor = unit_of(ns.value, &TIMES).factor;
    let decimals = decimals_of(ns.value / factor);
    let vanishes =
        interval.low > 0.0 && interval.low / factor < 0.5 * 0.1_f64.powi(decimals as i32);
    if vanishes || interval.high >= FAR * ns.value.abs() {
        return Some(format!("{} to {}", time(interval.low), time(interval.high)));
    }
    let [low, high] = ends(interval.low / factor, interval.high / factor, decimals);
    Some(format!("{low} to {high}"))
}

/// Stands for an error beyond ±100 % in narrow columns.
pub const NOISY_ERROR: &str = "±?";

/// A duration with its relative error, as `85.2 µs ±1.2%`, or `85.2 µs ±?` where it is too noisy to
/// tell; for narrow columns.
pub fn time_with_error(ns: &Estimate) -> String {
    match error(ns) {
        Some(error) => format!("{} {error}", time(ns.value)),
        None => time(ns.value),
    }
}

/// The relative error alone, as `±1.2%`; `None` without an interval.
pub fn error(estimate: &Estimate) -> Option<String> {
    let noisy = estimate.too_noisy || estimate.relative_error().is_some_and(|error| error > 1.0);
    if noisy {
        return Some(NOISY_ERROR.to_owned());
    }
    Some(format!("±{}", error_percent(estimate.relative_error()?)))
}

/// A duration with half the width of its interval in the same unit, as `85.2 ±1.1 µs`; for what may
/// be near 0 or below it.
pub fn time_with_margin(ns: &Estimate) -> String {
    let Some(interval) = ns.interval.filter(|_| ns.value.is_finite()) else {
        return time(ns.value);
    };
    let margin_ns = (interval.high - interval.low) / 2.0;
    // The unit of the larger of the two: half a nanosecond with a margin of 2 µs is no sharp
    // figure.
    let Unit { factor, name } = unit_of(ns.value.abs().max(margin_ns), &TIMES);
    let decimals = decimals_of(ns.value.abs().max(margin_ns) / factor);
    let written = |ns: f64| grouped(ns / factor, decimals);
    // A margin that would be written as 0 is one of the last digit shown.
    let least_ns = factor * 0.1_f64.powi(decimals as i32);
    format!("{} ±{} {name}", written(ns.value), written(margin_ns.max(least_ns)))
}

fn error_percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent < 0.1 {
        "<0.1%".to_owned()
    } else if percent < 9.95 {
        format!("{percent:.1}%")
    } else {
        format!("{percent:.0}%")
    }
}

/// A share as `3 %`, `2.1 %`, `0.35 %`.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let decimals = if percent < 0.995 { 2 } else { usize::from(percent < 99.5) };
    let written = grouped(percent, decimals);
    let short = if decimals == 0 {
        &written
    } else {
        written.trim_end_matches('0').trim_end_matches('.')
    };
    format!("{short} %")
}

/// A ratio with its interval, as `3.21 times (3.11 to 3.31)`.
pub fn times_with_interval(ratio: &Estimate) -> String {
    let decimals = decimals_of(ratio.value);
    let value = grouped(ratio.value, decimals);
    match ratio.interval {
        Some(i) => {
            let [low, high] = ends(i.low, i.high, decimals);
            format!("{value} times ({low} to {high})")
        }
        None => format!("{value} times{}", interval_behind(ratio, number)),
    }
}

/// A plain number with three significant digits and no unit.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return ABSENT.to_owned();
    }
    grouped(value, decimals_of(value))
}

/// A whole number with commas between thousands.
pub fn count(value: u64) -> String {
    group_digits(&value.to_string())
}

/// So many of the largest unit, eleven days or a petabyte, are nothing that was measured: a record
/// that says so gets its figure shown, not a row of digits.
const FAR_BEYOND: f64 = 1e6;

fn with_unit(value: f64, units: &[Unit; 4]) -> String {
    if !value.is_finite() {
        return ABSENT.to_owned();
    }
    let Unit { factor, name } = unit_of(value, units);
    if (value / factor).abs() >= FAR_BEYOND {
        return format!("{:.2e} {name}", value / factor);
    }
    format!("{} {name}", grouped(value / factor, decimals_of(value / factor)))
}

/// The largest unit of which the value is at least one, else the smallest.
fn unit_of(value: f64, units: &[Unit; 4]) -> Unit {
    // 999.6 would be written 1000: it belongs to the next unit.
    let fits = |unit: &&Unit| value.abs() >= 0.9995 * unit.factor;
    units.iter().find(fits).copied().unwrap_or(units[units.len() - 1])
}

fn decimals_of(value: f64) -> usize {
    let size = value.abs();
    if !size.is_finite() || size == 0.0 || size >= 99.95 {
        0
    } else if size >= 9.995 {
        1
    } else if size >= 0.9995 {
        2
    } else {
        3
    }
}

fn grouped(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return ABSENT.to_owned();
    }
    // No clock runs for so long: a record that says so gets its figure shown, not a line of 300
    // digits.
    if value.abs() >= 1e12 {
        return format!("{value:.2e}");
    }
    let written = format!("{value:.decimals$}");
    let (sign, digits) = match written.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", written.as_str()),
    };
    match digits.split_once('.') {
        Some((whole, fraction)) => format!("{sign}{}.{fraction}", group_digits(whole)),
        None => format!("{sign}{}", group_digits(digits)),
    }
}

fn group_digits(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && digit.is_ascii_digit() {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests;

//! Figures with two digits, for where a reader looks once: `67 µs`, `1.2 µs`, `0.51×`. The tables
//! have a third digit and the intervals.

use super::{TIMES, Unit, grouped, unit_of};
use crate::stats::{estimates::Estimate, units::ABSENT};

/// A duration given in ns, as `67 µs`, `1.2 µs`, `105 µs`: whole units are never rounded.
pub fn time(ns: f64) -> String {
    if !ns.is_finite() {
        return ABSENT.to_owned();
    }
    let Unit { factor, name } = unit_of(ns, &TIMES);
    format!("{} {name}", grouped(ns / factor, decimals_of(ns / factor)))
}

/// A duration that somebody named, as `5 ms`, `1.5 ms`: no digit is added to it.
pub fn named_time(ns: f64) -> String {
    time(ns).replace(".0 ", " ")
}

/// A range of durations in the unit of the longer, as `31 to 63 µs`; one where both are written
/// alike.
pub fn range_of_time(least_ns: f64, most_ns: f64) -> String {
    let Unit { factor, name } = unit_of(most_ns, &TIMES);
    let decimals = decimals_of(most_ns / factor);
    let [least, most] = [least_ns, most_ns].map(|ns| grouped(ns / factor, decimals));
    if least == most {
        format!("{most} {name}")
    } else {
        format!("{least} to {most} {name}")
    }
}

/// A ratio, as `0.51×`, `2.0×`, `340×`.
pub fn times(ratio: f64) -> String {
    if ratio.is_finite() {
        format!("{}×", grouped(two_digits(ratio), decimals_of(ratio)))
    } else {
        ABSENT.to_owned()
    }
}

/// Rounded to two digits where it is a hundred or more.
fn two_digits(value: f64) -> f64 {
    let whole_digits = value.abs().log10().floor();
    if whole_digits < 2.0 {
        return value;
    }
    let scale = 10_f64.powf(whole_digits - 1.0);
    (value / scale).round() * scale
}

/// A ratio with its interval, as `2.0× (1.9 to 2.1)`.
pub fn times_with_interval(ratio: &Estimate) -> String {
    let decimals = decimals_of(ratio.value);
    let value = times(ratio.value);
    match ratio.interval {
        Some(i) => {
            let [low, high] = super::ends(two_digits(i.low), two_digits(i.high), decimals);
            format!("{value} ({low} to {high})")
        }
        None => value,
    }
}

/// A share, as `1.4 %`, `12 %`; what is below a tenth of a percent is said to be.
pub fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    if !percent.is_finite() {
        ABSENT.to_owned()
    } else if percent.abs() < 0.05 {
        "< 0.1 %".to_owned()
    } else {
        format!("{} %", grouped(percent, usize::from(percent.abs() < 9.95)))
    }
}

fn decimals_of(value: f64) -> usize {
    let size = value.abs();
    if size >= 9.95 {
        0
    } else if size >= 0.995 {
        1
    } else {
        2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::estimates::Interval;

    #[test]
    fn two_digits_and_no_whole_unit_is_rounded() {
        let written = [0.283, 1.2, 9.96, 67_400.0, 105_300.0, 1_240.0, 2.5e9].map(time);
        assert_eq!(written, ["0.28 ns", "1.2 ns", "10 ns", "67 µs", "105 µs", "1.2 µs", "2.5 s"]);
        assert_eq!([0.512, 2.04, 338.2].map(times), ["0.51×", "2.0×", "340×"]);
        assert_eq!([0.0001, 0.0136, 0.124].map(percent), ["< 0.1 %", "1.4 %", "12 %"]);
        assert_eq!([5e6, 1.5e6].map(named_time), ["5 ms", "1.5 ms"]);
        assert_eq!(range_of_time(30_900.0, 63_200.0), "31 to 63 µs");
        assert_eq!(range_of_time(900.0, 63_200.0), "1 to 63 µs");
        assert_eq!(range_of_time(62_900.0, 63_200.0), "63 µs");
        assert_eq!([time(f64::NAN), times(f64::NAN), percent(f64::NAN)], [ABSENT; 3]);
    }

    #[test]
    fn an_interval_has_as_many_decimals_as_its_value_and_a_width() {
        let ratio = |low, high| Estimate {
            value: 2.0,
            interval: Some(Interval { low, high }),
            starts: 5,
            too_noisy: false,
        };
        assert_eq!(times_with_interval(&ratio(1.92, 2.08)), "2.0× (1.9 to 2.1)");
        assert_eq!(times_with_interval(&ratio(1.999, 2.001)), "2.0× (1.9 to 2.1)");
    }
}

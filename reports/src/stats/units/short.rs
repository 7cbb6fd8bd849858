//! Figures with two digits, for where a reader looks once: `67 µs`, `1.2 µs`, `0.51×`. The tables
//! have a third digit and the intervals.

use super::{TIMES, Unit, grouped, unit_of};
use crate::stats::{
    estimates::{Estimate, Interval},
    units::ABSENT,
};

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
        format!("{}×", grouped(rounded(ratio, DIGITS), decimals_with(ratio, DIGITS)))
    } else {
        ABSENT.to_owned()
    }
}

/// Digits that are shown.
const DIGITS: usize = 2;

/// Rounded to so many digits where it has as many before the point, or more.
fn rounded(value: f64, digits: usize) -> f64 {
    let whole_digits = value.abs().log10().floor();
    if whole_digits < digits as f64 {
        return value;
    }
    let scale = 10_f64.powf(whole_digits + 1.0 - digits as f64);
    (value / scale).round() * scale
}

/// A ratio with its interval, as `2.0× (1.9 to 2.1)`. It has a third digit where with two it would
/// be written as an end of its interval: `1.96× (1.92 to 2.00)`, not `2.0× (1.9 to 2.0)`.
pub fn times_with_interval(ratio: &Estimate) -> String {
    let Some(ends) = ratio.interval.filter(|_| ratio.value.is_finite()) else {
        return times(ratio.value);
    };
    let mut written = value_and_ends(ratio.value, ends, DIGITS);
    if written[1..].contains(&written[0]) {
        written = value_and_ends(ratio.value, ends, DIGITS + 1);
    }
    let [value, low, high] = written;
    format!("{value}× ({low} to {high})")
}

/// A value with so many digits, and the ends of its interval with as many decimals.
fn value_and_ends(value: f64, Interval { low, high }: Interval, digits: usize) -> [String; 3] {
    let decimals = decimals_with(value, digits);
    let [low, high] = super::ends(rounded(low, digits), rounded(high, digits), decimals);
    [grouped(rounded(value, digits), decimals), low, high]
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
    decimals_with(value, DIGITS)
}

/// Digits behind the point of a value that is written with so many, two or three.
fn decimals_with(value: f64, digits: usize) -> usize {
    // 9.96 with two digits is written 10, which has one before the point more than it had.
    let rounds_up = 1.0 - 0.5 * 0.1_f64.powi(digits as i32);
    let size = value.abs() / rounds_up;
    let before = [1.0, 10.0, 100.0].into_iter().filter(|least| size >= *least).count();
    digits.saturating_sub(before)
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_ratio_is_never_written_as_an_end_of_its_interval_where_a_third_digit_tells_them_apart() {
        let ratio = |value, low, high| Estimate {
            value,
            interval: Some(Interval { low, high }),
            starts: 5,
            too_noisy: false,
        };
        for (value, low, high, written) in [
            (1.96, 1.92, 2.00, "1.96× (1.92 to 2.00)"),
            (2.01, 1.96, 2.08, "2.01× (1.96 to 2.08)"),
            (0.513, 0.506, 0.531, "0.513× (0.506 to 0.531)"),
            (343.0, 336.0, 351.0, "343× (336 to 351)"),
            (348.0, 341.0, 356.0, "350× (340 to 360)"),
        ] {
            assert_eq!(times_with_interval(&ratio(value, low, high)), written);
        }
    }
}

//! How figures are written, case by case.

use super::*;

#[test]
fn an_interval_of_many_powers_of_ten_has_a_unit_at_each_end() {
    let shown = |value, low, high| {
        time_with_interval(&Estimate {
            value,
            starts: 3,
            interval: Some(Interval { low, high }),
            too_noisy: false,
        })
    };
    assert_eq!(shown(19.4e3, 17e3, 21e3), "19.4 µs (17.0 to 21.0)");
    assert_eq!(shown(19.4e3, 0.0, 21e3), "19.4 µs (0.0 to 21.0)");
    assert_eq!(shown(19.4e3, 0.021, 2.18e9), "19.4 µs (0.021 ns to 2.18 s)");
    assert_eq!(shown(479e3, 4e3, 73_777e3), "479 µs (4 to 73,777)");
}

#[test]
fn writes_three_significant_digits_in_the_unit_that_fits() {
    for (ns, text) in [
        (0.8304, "0.830 ns"),
        (8.0, "8.00 ns"),
        (123.4, "123 ns"),
        (999.4, "999 ns"),
        (999.6, "1.00 µs"),
        (85_234.0, "85.2 µs"),
        (1_234_567.0, "1.23 ms"),
        (2.5e12, "2,500 s"),
        (1e300, "1.00e291 s"),
        (-3.2, "-3.20 ns"),
        (f64::NAN, "–"),
    ] {
        assert_eq!(time(ns), text);
    }
}

#[test]
fn writes_the_interval_in_the_unit_of_its_value() {
    let interval = Some(Interval { low: 940.0, high: 1_100.0 });
    let estimate = Estimate { value: 1_010.0, interval, starts: 5, too_noisy: false };
    assert_eq!(time_with_interval(&estimate), "1.01 µs (0.94 to 1.10)");
    assert_eq!(time_with_error(&estimate), "1.01 µs ±8.9%");
}

#[test]
fn writes_a_margin_in_the_unit_of_the_larger_part() {
    let margin = |value: f64, half: f64| {
        let interval = Some(Interval { low: value - half, high: value + half });
        time_with_margin(&Estimate { value, interval, starts: 5, too_noisy: false })
    };
    assert_eq!(margin(85_230.0, 1_140.0), "85.2 ±1.1 µs");
    assert_eq!(margin(-0.5, 2_000.0), "-0.00 ±2.00 µs");
    assert_eq!(margin(-1_210.0, 300.0), "-1.21 ±0.30 µs");
    assert_eq!(time_with_margin(&Estimate { value: 8.0, ..Estimate::default() }), "8.00 ns");
}

#[test]
fn no_interval_is_written_as_if_it_had_no_width() {
    let close = Estimate {
        value: 33_900.0,
        interval: Some(Interval { low: 33_899.0, high: 33_901.0 }),
        starts: 5,
        too_noisy: false,
    };
    assert_eq!(time_with_interval(&close), "33.9 µs (33.8 to 34.0)");
    assert_eq!(time_with_error(&close), "33.9 µs ±<0.1%");
    assert_eq!(time_with_margin(&close), "33.9 ±0.1 µs");
    assert_eq!(times_with_interval(&close.scaled(1.0 / 33_900.0)), "1.00 times (0.99 to 1.01)");
}

#[test]
fn what_is_too_noisy_is_said_so() {
    let noisy = Estimate { value: 33_900.0, too_noisy: true, ..Estimate::default() };
    assert_eq!(time_with_interval(&noisy), "33.9 µs (too noisy to tell)");
    assert_eq!(time_with_error(&noisy), "33.9 µs ±?");
    let ratio = noisy.scaled(1.0 / 33_900.0);
    assert_eq!(times_with_interval(&ratio), "1.00 times (too noisy to tell)");
}

#[test]
fn writes_thousands_with_commas() {
    assert_eq!(count(1_024), "1,024");
    assert_eq!(number(12_345.6), "12,346");
    assert_eq!(bytes(14_200_000.0), "14.2 MB");
}

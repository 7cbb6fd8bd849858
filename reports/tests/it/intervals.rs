//! Where there is no interval, and how narrow one may be.

use reports::stats::comparison::{Comparison, Verdict};
use reports::stats::estimates::{self, Interval};
use reports::stats::resolution::Resolution;
use reports::stats::welch::Welch;

#[test]
fn two_starts_have_a_value_and_no_interval() {
    for starts in 1..=2 {
        let values = [1.0, 1.1][..starts].to_vec();
        let mean = estimates::mean_of_starts(&values, 0.0, 0.95).expect("values");
        let times = estimates::log_mean_of_starts(&values, Resolution::EXACT, 0.95);
        let times = times.expect("values");
        assert_eq!((mean.interval, times.interval, times.too_noisy), (None, None, false));
        assert_eq!(estimates::p_value_of_zero(&values, 0.0), None);
        assert_eq!(estimates::p_value_of_at_most(&values, 0.0, 0.0), None);
    }
    let welch = Welch::of(&[1.0, 1.1], &[2.0, 2.1], 0.0).expect("values");
    assert_eq!((welch.estimate(0.99).interval, welch.p_value_of_zero()), (None, 1.0));
    assert_eq!(welch.p_value_of_at_most(-2.0), 1.0);
}

#[test]
fn no_interval_is_finer_than_its_resolution_and_none_beyond_its_value_has_numbers() {
    let share = Resolution::of_share(0.07);
    let same = estimates::log_mean_of_starts(&[2.1875; 5], share, 0.95).expect("values");
    let Interval { low, high } = same.interval.expect("as wide as the clock's");
    assert!((high / 2.1875 - 1.07).abs() < 1e-9 && (2.1875 / low - 1.07).abs() < 1e-9);
    assert_eq!(estimates::p_value_of_zero(&[0.05, 0.051, 0.049], share.log()), Some(1.0));
    let wild = estimates::log_mean_of_starts(&[1.0, 9.0, 0.4], Resolution::EXACT, 0.95);
    let wild = wild.expect("values");
    assert_eq!((wild.interval, wild.too_noisy), (None, true));
    // A difference may be 0: its interval is kept, however wide beside it.
    let difference = estimates::mean_of_starts(&[1.0, -1.2, 0.4], 0.0, 0.95).expect("values");
    assert!(difference.interval.is_some() && !difference.too_noisy);
    // What was decided stays decided where only the size is too noisy to tell.
    let far = Comparison::of_logs(&[3.0, 3.2, 3.4], Resolution::EXACT).expect("starts");
    assert_eq!((far.ratio.interval, far.verdict()), (None, Verdict::Slower));
}

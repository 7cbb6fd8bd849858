//! What a comparison says, in the words that every table, claim and chart shares (METHOD.md, "The
//! words of a comparison").

use crate::stats::{
    comparison::{Comparison, Verdict},
    estimates::{FEWEST_STARTS, TOO_FEW},
    units::percent,
};

const SAME: &str = "the same within 5 %";
const OPEN: &str = "cannot tell";

/// What [`Comparison::words`] say of a figure that was told, slower before quicker, the same last.
pub const WORDS: [&str; 7] = [
    "slower",
    "slower (perhaps by less than 5 %)",
    "slightly slower",
    "slightly quicker",
    "quicker (perhaps by less than 5 %)",
    "quicker",
    SAME,
];

impl Comparison {
    /// What the first is, beside the second. A difference that was detected is never "cannot tell":
    /// open is at most whether it is one of more than the margin.
    pub fn words(&self) -> &'static str {
        let longer = self.ratio.value > 1.0;
        match self.verdict() {
            Verdict::Slower => "slower",
            Verdict::Faster => "quicker",
            Verdict::Slightly if self.within_margin() => {
                if longer {
                    "slightly slower"
                } else {
                    "slightly quicker"
                }
            }
            Verdict::Slightly if longer => "slower (perhaps by less than 5 %)",
            Verdict::Slightly => "quicker (perhaps by less than 5 %)",
            Verdict::Same => SAME,
            Verdict::CannotTell => self.open_words(),
        }
    }

    /// The same with the size of a difference that is too small to matter, as `slightly slower
    /// (2.1 % ± 0.4, under your 5 %)`.
    pub fn words_with_size(&self) -> String {
        let words = self.words();
        let slightly = self.verdict() == Verdict::Slightly && self.within_margin();
        let Some(ends) = self.ratio.interval.filter(|_| slightly) else {
            return words.to_owned();
        };
        let error = (ends.high - self.ratio.value).max(self.ratio.value - ends.low);
        let [share, error] = [(self.ratio.value - 1.0).abs(), error].map(percent);
        format!("{words} ({share} ± {}, under your 5 %)", error.trim_end_matches(" %"))
    }

    /// Whether the two differ, whichever is the quicker: for what is said of both.
    pub fn difference(&self) -> &'static str {
        match self.verdict() {
            Verdict::Slower | Verdict::Faster => "differs by more than 5 %",
            Verdict::Slightly if self.within_margin() => "differs, but not by more than 5 %",
            Verdict::Slightly => "differs, perhaps by less than 5 %",
            Verdict::Same => SAME,
            Verdict::CannotTell => self.open_words(),
        }
    }

    /// Why nothing is told; that a ratio is too noisy to tell stands beside it.
    fn open_words(&self) -> &'static str {
        if self.ratio.starts < FEWEST_STARTS { TOO_FEW } else { OPEN }
    }

    /// [`Comparison::words`] for one of many: a difference is named only where it was detected in
    /// the whole family ([`super::holm`]). An interval within the margin needs no family: it claims
    /// no difference.
    pub fn words_in_family(&self, detected: bool) -> &'static str {
        if detected {
            self.words()
        } else if self.within_margin() {
            SAME
        } else {
            self.open_words()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{
        estimates::{Estimate, Interval},
        resolution::Resolution,
    };

    /// Of five starts, with this ratio and this 99 % interval.
    fn comparison(value: f64, low: f64, high: f64) -> Comparison {
        let interval = Some(Interval { low, high });
        let ratio = Estimate { value, interval, starts: 5, too_noisy: false };
        Comparison { ratio, p_value: 1.0, span: interval }
    }

    #[test]
    fn a_table_of_made_up_intervals_and_the_words_they_give() {
        let small = "differs, but not by more than 5 %";
        let perhaps = "differs, perhaps by less than 5 %";
        let far = "differs by more than 5 %";
        for (ratio, low, high, words, both) in [
            (2.000, 1.900, 2.100, "slower", far),
            (1.080, 1.060, 1.100, "slower", far),
            (1.080, 1.030, 1.130, "slower (perhaps by less than 5 %)", perhaps),
            (1.021, 1.017, 1.025, "slightly slower", small),
            (1.000, 0.990, 1.010, SAME, SAME),
            (1.020, 0.999, 1.041, SAME, SAME),
            (1.030, 0.990, 1.070, OPEN, OPEN),
            (1.000, 0.700, 1.400, OPEN, OPEN),
            (0.980, 0.976, 0.984, "slightly quicker", small),
            (0.940, 0.910, 0.970, "quicker (perhaps by less than 5 %)", perhaps),
            (0.510, 0.490, 0.530, "quicker", far),
        ] {
            let found = comparison(ratio, low, high);
            let said = (found.words(), found.difference());
            assert_eq!(said, (words, both), "{ratio} ({low} to {high})");
            assert_eq!(WORDS.contains(&words), words != OPEN, "{words}");
        }
    }

    #[test]
    fn a_small_difference_is_said_with_its_size() {
        let said = |ratio, low, high| comparison(ratio, low, high).words_with_size();
        assert_eq!(said(1.021, 1.017, 1.025), "slightly slower (2.1 % ± 0.4, under your 5 %)");
        assert_eq!(said(0.980, 0.975, 0.985), "slightly quicker (2 % ± 0.5, under your 5 %)");
        assert_eq!(said(1.080, 1.030, 1.130), "slower (perhaps by less than 5 %)");
        assert_eq!(said(2.000, 1.900, 2.100), "slower");
        assert_eq!(said(1.000, 0.990, 1.010), SAME);
    }

    #[test]
    fn turned_round_a_comparison_says_the_opposite() {
        let turned = comparison(0.004, 0.002, 0.005).inverted();
        assert_eq!((turned.ratio.value, turned.words()), (250.0, "slower"));
        let ends = turned.ratio.interval.expect("it had one");
        assert!((ends.low - 200.0).abs() < 1e-9 && (ends.high - 500.0).abs() < 1e-9);
        assert_eq!(turned.inverted().words(), "quicker");
    }

    #[test]
    fn too_few_restarts_are_not_said_to_leave_it_open() {
        let mut found = comparison(1.4, 1.3, 1.5);
        found.ratio.starts = 2;
        found.ratio.interval = None;
        found.span = None;
        assert_eq!((found.words(), found.difference()), (TOO_FEW, TOO_FEW));
    }

    #[test]
    fn a_difference_that_its_family_does_not_keep_is_not_named_but_sameness_is() {
        let close = Comparison::of_logs(&[0.010, 0.011, 0.009, 0.010, 0.010], Resolution::EXACT)
            .expect("five starts");
        assert_eq!(
            (close.words_in_family(true), close.words_in_family(false)),
            ("slightly slower", SAME)
        );
        let far = Comparison::of_logs(&[0.3, 0.31, 0.29, 0.3, 0.3], Resolution::EXACT)
            .expect("five starts");
        assert_eq!((far.words_in_family(true), far.words_in_family(false)), ("slower", OPEN));
    }
}

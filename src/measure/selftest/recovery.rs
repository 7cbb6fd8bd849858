//! What a self-test found of the handicaps that it put in: a difference that is found may still be
//! overstated.

use crate::measure::selftest::{trial::Trial, verdict::Verdict};
use reports::stats::paired_ratio::{self, Share, share};

/// So large a share of the intervals has to hold what was put in: 37 of 40.
const HELD: f64 = 0.925;

impl Verdict<'_> {
    /// Of the comparisons with a handicap (of this size, or of all): in how many the interval held
    /// what was put in.
    pub(crate) fn held(&self, percent: Option<u32>) -> Share {
        let of_size = |trial: &&Trial| percent.is_none() || trial.handicap_percent == percent;
        let told = self.trials.iter().filter(of_size).filter_map(Trial::holds);
        let all: Vec<bool> = told.collect();
        share(all.iter().filter(|held| **held).count() as u64, all.len() as u64)
    }

    /// Medians over the comparisons with this handicap: what was put in, and what was found of it.
    pub(crate) fn put_in_and_recovered(&self, percent: u32) -> Option<(f64, f64)> {
        let of_trials = |of: fn(&Trial) -> Option<f64>| {
            let mut values: Vec<f64> = self.of_handicap(Some(percent)).filter_map(of).collect();
            paired_ratio::median(&mut values)
        };
        Some((of_trials(|trial| trial.injected)?, of_trials(Trial::recovered)?))
    }

    /// `What was put in and what was found of it (medians): 5.1 % and 98 % of it; ..`.
    pub(crate) fn recovery(&self) -> Option<String> {
        let sizes = self.handicaps().into_iter().filter_map(|percent| {
            let (put_in, recovered) = self.put_in_and_recovered(percent)?;
            Some(format!("{:.1} % and {:.0} % of it", 100.0 * put_in, 100.0 * recovered))
        });
        let sizes: Vec<String> = sizes.collect();
        if sizes.is_empty() {
            return None;
        }
        let held = self.held(None);
        let too_few = (held.hits as f64) < HELD * held.tried as f64 && !self.partial;
        let but = if too_few { ": too few, so sizes are only rough" } else { "" };
        Some(format!(
            "Put in, and found of it (medians): {}. {} of {} intervals hold what was put in{but}.",
            sizes.join("; "),
            held.hits,
            held.tried
        ))
    }
}

#[cfg(test)]
mod tests {
    use crate::measure::selftest::{
        trial::Trial,
        verdict::tests::{of, trial, trials},
    };
    use serde_json::{Value, json};

    #[test]
    fn what_was_found_of_a_handicap_is_set_beside_what_was_put_in() {
        let right = trials(1);
        let said = of(&right, false).human();
        assert!(said.contains("(medians): 5.0 % and 100 % of it; 2.0 % and "), "{said}");
        let json: Value = serde_json::from_str(&of(&right, false).json()).expect("JSON");
        assert_eq!(json["handicaps"]["5%"]["held"], json!(19), "one of them found nothing");
        let overstated: Vec<Trial> = (0..20).map(|_| trial(Some(5), 1.09)).collect();
        let said = of(&overstated, false).human();
        assert!(said.contains("5.0 % and 180 % of it. 0 of 20 intervals hold what"), "{said}");
        assert!(said.contains("too few, so sizes are only rough"), "{said}");
    }
}

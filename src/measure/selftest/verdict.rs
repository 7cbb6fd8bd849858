//! What the comparisons of a self-test say together: shares with their exact intervals, and whether
//! they will do.

use crate::{machine::placement::Placement, measure::selftest::trial::Trial};
use reports::stats::{
    comparison::DETECTION,
    estimates::binomial_at_least,
    paired_ratio::{Share, share},
};
use serde_json::{Value, json};
use std::fmt::Write;

/// All of it.
pub(crate) struct Verdict<'a> {
    pub(crate) trials: &'a [Trial],
    /// Starts that failed, and why.
    pub(crate) failures: &'a [String],
    pub(crate) placement: Placement,
    /// Too few comparisons for a verdict.
    pub(crate) partial: bool,
}

/// A handicap has to be found this often.
const NEEDED: f64 = 0.9;
/// False alarms beyond what chance would give with this probability speak against the machine, or
/// this program.
const CHANCE: f64 = 0.01;

impl Verdict<'_> {
    pub(crate) fn of_handicap(&self, percent: Option<u32>) -> impl Iterator<Item = &Trial> {
        self.trials.iter().filter(move |trial| trial.handicap_percent == percent)
    }

    fn share(&self, percent: Option<u32>) -> Share {
        let found = self.of_handicap(percent).filter(|trial| trial.found()).count();
        share(found as u64, self.of_handicap(percent).count() as u64)
    }

    fn seconds(&self, percent: Option<u32>) -> f64 {
        let seconds: Vec<f64> = self.of_handicap(percent).map(|trial| trial.seconds).collect();
        seconds.iter().sum::<f64>() / seconds.len().max(1) as f64
    }

    /// True when more false alarms were seen than the nominal rate explains.
    fn alarms_too_often(&self) -> bool {
        let Share { hits, tried, .. } = self.share(None);
        binomial_at_least(hits, tried, 1.0 - DETECTION) < CHANCE
    }

    /// True when the figures must not be believed, or tell nothing.
    pub(crate) fn is_bad(&self) -> bool {
        let blind = !self.handicaps().is_empty() && self.found_reliably().is_empty();
        !self.partial && (self.alarms_too_often() || blind)
    }

    /// The handicaps that were found as often as they have to be.
    fn found_reliably(&self) -> Vec<u32> {
        let reliably = |percent: &u32| {
            let share = self.share(Some(*percent));
            share.hits as f64 >= NEEDED * share.tried as f64
        };
        self.handicaps().into_iter().filter(reliably).collect()
    }

    /// Fewest and most starts of a comparison.
    fn starts(&self) -> (usize, usize) {
        let starts: Vec<usize> =
            self.trials.iter().map(|trial| trial.comparison.ratio.starts).collect();
        let least = starts.iter().min().copied().unwrap_or(0);
        let most = starts.iter().max().copied().unwrap_or(0);
        (least, most)
    }

    /// The handicaps that were tried, largest first.
    pub(crate) fn handicaps(&self) -> Vec<u32> {
        let mut tried: Vec<u32> =
            self.trials.iter().filter_map(|trial| trial.handicap_percent).collect();
        tried.sort_unstable_by(|a, b| b.cmp(a));
        tried.dedup();
        tried
    }

    pub(crate) fn json(&self) -> String {
        let alarms = self.share(None);
        let handicaps: serde_json::Map<String, Value> = self
            .handicaps()
            .into_iter()
            .map(|percent| (format!("{percent}%"), self.handicap_json(percent)))
            .collect();
        let seconds = self.trials.iter().map(|trial| trial.seconds).sum::<f64>()
            / self.trials.len().max(1) as f64;
        let whole = json!({
            "comparisons": alarms.tried,
            "false_alarms": alarms.hits,
            "false_alarm_rate": {
                "nominal": 1.0 - DETECTION,
                "low": alarms.low,
                "high": alarms.high,
            },
            "handicaps": handicaps,
            "seconds_per_comparison": seconds,
            "placement": self.placement.name(),
            "failed_restarts": self.failures.len(),
            "verdict": self.words(),
            "trials": self.trials.iter().map(Trial::json).collect::<Vec<_>>(),
        });
        serde_json::to_string_pretty(&whole).expect("text and numbers are always JSON") + "\n"
    }

    fn handicap_json(&self, percent: u32) -> Value {
        let share = self.share(Some(percent));
        let (put_in, recovered) = self.put_in_and_recovered(percent).unzip();
        json!({
            "injected": put_in,
            "recovered": recovered,
            "held": self.held(Some(percent)).hits,
            "tried": share.tried,
            "found": share.hits,
            "low": share.low,
            "high": share.high,
            "seconds_per_comparison": self.seconds(Some(percent)),
        })
    }

    pub(crate) fn human(&self) -> String {
        let mut text = "Is a difference that this machine shows a difference?\n\n".to_string();
        text += &self.row("a lane against itself: different", None);
        for handicap in self.handicaps() {
            text += &self.row(&format!("{handicap} % slower: found"), Some(handicap));
        }
        let (least, most) = self.starts();
        let placement = self.placement.name();
        let _ = writeln!(
            text,
            "\nShares with their exact 95 % interval; time and typical 99 % interval of one \
            comparison, each of {least} to {most} fresh\n\
            restarts of both sides, asked in turns, placement {placement}. Half of the handicaps \
            are put into the caller, half into the callee."
        );
        if let Some(first) = self.failures.first() {
            let _ = writeln!(
                text,
                "{} restarts failed and are left out; the first: {first}",
                self.failures.len()
            );
        }
        for line in self.recovery().into_iter().chain([self.words()]) {
            let _ = writeln!(text, "{line}");
        }
        text
    }

    /// How often a handicap of this size, or a lane against itself, was called different.
    fn row(&self, what: &str, handicap: Option<u32>) -> String {
        let share = self.share(handicap);
        let seen = format!("{} of {}", share.hits, share.tried);
        let percent = format!("{:.0} to {:.0} %", share.low * 100.0, share.high * 100.0);
        let (seconds, widest) = (self.seconds(handicap), self.width(handicap));
        format!("{what:34} {seen:>9}   {percent:>13}   {seconds:>5.1} s   {widest}\n")
    }

    /// The typical half width of an interval, as `+-0.7 %`.
    fn width(&self, percent: Option<u32>) -> String {
        let mut widths: Vec<f64> = self
            .of_handicap(percent)
            .filter_map(|trial| trial.comparison.ratio.relative_error())
            .collect();
        reports::stats::paired_ratio::median(&mut widths)
            .map_or_else(String::new, |width| format!("±{:.1} %", width * 100.0))
    }

    fn words(&self) -> String {
        let alarms = self.share(None);
        if self.partial {
            let n = self.trials.len();
            return format!(
                "{n} comparisons are too few for a verdict: run `tollgate selftest` without \
                --quick."
            );
        }
        if self.alarms_too_often() {
            return format!(
                "Do not use: {} false alarms in {} are more than the nominal {:.0} % explains.",
                alarms.hits,
                alarms.tried,
                (1.0 - DETECTION) * 100.0
            );
        }
        let told = |percent: &u32| format!("{percent} % in {:.0} s", self.seconds(Some(*percent)));
        let told: Vec<String> = self.found_reliably().iter().map(told).collect();
        let rare = format!(
            "False alarms are not shown to be more than the nominal {:.0} %",
            (1.0 - DETECTION) * 100.0
        );
        if told.is_empty() && !self.handicaps().is_empty() {
            return format!(
                "{rare}, but no handicap was found reliably: this machine is too noisy to tell."
            );
        }
        format!("{rare}, and differences are found: {}.", told.join(", "))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use reports::stats::{comparison::Comparison, resolution::Resolution};

    pub(crate) fn of(trials: &[Trial], partial: bool) -> Verdict<'_> {
        Verdict { trials, failures: &[], placement: Placement::One, partial }
    }

    /// A comparison whose starts scatter by 1 % around this ratio.
    pub(crate) fn trial(handicap_percent: Option<u32>, ratio: f64) -> Trial {
        let scatter = [-0.01, 0.01, -0.005, 0.005, 0.0, 0.002, -0.002, 0.008, -0.008, 0.0];
        let comparison = Comparison::of_logs(&scatter.map(|by| ratio.ln() + by), Resolution::EXACT)
            .expect("ten starts");
        Trial {
            lane: "grpc".into(),
            handicap_percent,
            handicap_ns: None,
            injected: handicap_percent.map(|percent| f64::from(percent) / 100.0),
            in_callee: false,
            comparison,
            seconds: 10.0,
        }
    }

    pub(crate) fn trials(alarms: usize) -> Vec<Trial> {
        let selves = (0..40).map(|at| trial(None, if at < alarms { 1.03 } else { 1.001 }));
        let five = (0..20).map(|at| trial(Some(5), if at == 0 { 1.001 } else { 1.05 }));
        // A difference in the wrong direction is not the handicap.
        let two = (0..20).map(|at| trial(Some(2), if at < 10 { 0.97 } else { 1.02 }));
        selves.chain(five).chain(two).collect()
    }

    #[test]
    fn counts_alarms_and_handicaps_found_in_their_direction() {
        let trials = trials(1);
        let verdict = of(&trials, false);
        let json: Value = serde_json::from_str(&verdict.json()).expect("JSON");
        assert_eq!((&json["comparisons"], &json["false_alarms"]), (&json!(40), &json!(1)));
        let handicaps = &json["handicaps"];
        assert_eq!(
            (&handicaps["5%"]["tried"], &handicaps["5%"]["found"]),
            (&json!(20), &json!(19))
        );
        assert_eq!(handicaps["2%"]["found"], json!(10));
        assert_eq!(json["seconds_per_comparison"], json!(10.0));
        assert!(!verdict.is_bad());
        assert!(
            verdict.words().ends_with("differences are found: 5 % in 10 s."),
            "{}",
            verdict.words()
        );
        assert!(verdict.human().contains("1 of 40"), "{}", verdict.human());
    }

    #[test]
    fn speaks_against_a_machine_that_sees_differences_where_there_are_none() {
        let (few, many) = (trials(2), trials(3));
        assert!(!of(&few, false).is_bad(), "2 of 40 happen by chance in 6 of 100 machines");
        let verdict = of(&many, false);
        assert!(
            verdict.is_bad() && verdict.words().starts_with("Do not use"),
            "{}",
            verdict.words()
        );
        let partial = of(&many, true);
        assert!(!partial.is_bad() && partial.words().contains("too few"), "{}", partial.words());
    }
}

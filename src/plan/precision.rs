//! How precise, within which time: `--precision`, `--budget`, and their named pairs.

use crate::{
    plan::{
        Flags, Plan, PlanFile, duration,
        parse::{numbers, sizes},
    },
    shell::failure::Failure,
};
use reports::figures::precision::FEWEST;
use std::time::Duration;

/// Time for a precision without a budget of its own.
const BUDGET: Duration = Duration::from_secs(300);

/// A precision and a budget under one name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pair {
    pub(crate) name: &'static str,
    percent: f64,
    budget: Duration,
    /// Fewest restarts that the pilot may decide for.
    fewest: u32,
}

const QUICK: Pair = Pair {
    name: "quick",
    percent: 10.0,
    budget: Duration::from_secs(60),
    fewest: FEWEST,
};
const THOROUGH: Pair = Pair {
    name: "thorough",
    percent: 2.0,
    budget: Duration::from_secs(1_200),
    fewest: 10,
};

impl Pair {
    /// The pair that the flags name.
    pub(crate) fn named(flags: &Flags) -> Option<Self> {
        let pairs = [(flags.quick, QUICK), (flags.thorough, THOROUGH)];
        pairs.into_iter().find(|(asked, _)| *asked).map(|(_, pair)| pair)
    }
}

/// The precision that is wanted of the intervals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Wanted {
    /// Half width of the 95 % interval of a lane's single call, percent of its value.
    pub(crate) percent: f64,
    /// Fewest restarts that the pilot may decide for.
    pub(crate) fewest: u32,
    /// The pair that it came from.
    pub(crate) pair: Option<Pair>,
}

impl Wanted {
    fn of(percent: f64, pair: Option<Pair>) -> Self {
        Self {
            percent,
            fewest: pair.map_or(FEWEST, |pair| pair.fewest),
            pair,
        }
    }

    /// As a share of the value.
    pub(crate) fn share(&self) -> f64 {
        self.percent / 100.0
    }

    /// The budget that nobody has to write.
    pub(crate) fn usual_budget(&self) -> Duration {
        self.pair.map_or(BUDGET, |pair| pair.budget)
    }

    /// True where the pair alone does not say it.
    pub(crate) fn is_own(&self) -> bool {
        self.pair.is_none_or(|pair| pair.percent != self.percent)
    }
}

impl Plan {
    /// What a pair says, and nothing else.
    pub(crate) fn take_pair(&mut self, pair: Pair) {
        (self.name, self.budget) = (pair.name, pair.budget);
        self.precision = Some(Wanted::of(pair.percent, Some(pair)));
    }

    /// Restarts and budget, or precision and budget. A flag wins over a named pair, and that over
    /// the plan file.
    pub(crate) fn take_effort(&mut self, flags: &Flags, file: &PlanFile) -> Result<(), Failure> {
        let pair = Pair::named(flags);
        let asked = flags.precision.as_deref().map(percent).transpose()?;
        let asked = asked.or(pair.map(|pair| pair.percent));
        let starts = match &flags.starts {
            Some(text) => numbers("--starts", std::slice::from_ref(text))?.first().copied(),
            None => None,
        };
        let (starts, wanted) = match (starts, asked) {
            (Some(_), Some(_)) => {
                let what = pair
                    .filter(|_| flags.precision.is_none())
                    .map_or("precision", |pair| pair.name);
                return Err(Failure::usage(format!(
                    "--starts with --{what}: a wanted precision decides how many restarts there \
                    are; leave one of them out"
                )));
            }
            (None, None) => (file.starts, file.precision.as_deref().map(percent).transpose()?),
            other => other,
        };
        if starts.is_some() && wanted.is_some() {
            return Err(Failure::usage(
                "the plan file has `starts` and `precision`: a wanted precision decides how many \
                restarts there are; leave one of them out",
            ));
        }
        if let Some(starts) = starts {
            self.starts = sizes("starts", &[starts], 1_000)?[0];
        }
        self.precision = wanted.map(|percent| Wanted::of(percent, pair));
        self.budget = self.precision.map_or(self.budget, |wanted| wanted.usual_budget());
        // A pair names its budget: only a flag changes it.
        let of_file = file.budget.as_ref().filter(|_| pair.is_none());
        if let Some(text) = flags.budget.as_ref().or(of_file) {
            self.budget = duration("budget", text)?;
        }
        Ok(())
    }
}

/// `3%`, `2.5 %`.
fn percent(text: &str) -> Result<f64, Failure> {
    let number = text
        .trim()
        .strip_suffix('%')
        .and_then(|number| number.trim().parse::<f64>().ok());
    number.filter(|percent| (0.1..=50.0).contains(percent)).ok_or_else(|| {
        Failure::usage(format!(
            "precision {text}: a percentage is needed, from 0.1% to 50%, as in 3%"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn plan(flags: &Flags) -> Plan {
        Plan::from_flags(flags).expect("fits")
    }

    fn precision(text: &str) -> Flags {
        Flags {
            precision: Some(text.into()),
            seed: Some(1),
            ..Flags::default()
        }
    }

    #[test]
    fn refuses_a_precision_that_makes_no_sense() {
        for text in ["0%", "-3%", "1000%", "3", "many%", "nan%", "%"] {
            let failure = Plan::from_flags(&precision(text)).expect_err(text).to_string();
            assert!(
                failure.contains(&format!("precision {text}")) && failure.contains("as in 3%"),
                "{failure}"
            );
        }
    }

    #[test]
    fn refuses_restarts_and_a_precision_at_once() {
        let both = Flags { starts: Some("5".into()), ..precision("3%") };
        let failure = Plan::from_flags(&both).expect_err("both").to_string();
        assert!(
            failure.contains("--starts with --precision") && failure.contains("leave one"),
            "{failure}"
        );
        let pair = Flags { starts: Some("5".into()), thorough: true, ..Flags::default() };
        let failure = Plan::from_flags(&pair).expect_err("both").to_string();
        assert!(failure.contains("--starts with --thorough"), "{failure}");
    }

    #[test]
    fn a_pair_is_a_precision_and_a_budget_of_which_either_can_be_changed() {
        let thorough = plan(&Flags { thorough: true, seed: Some(1), ..Flags::default() });
        let wanted = thorough.precision.expect("a precision");
        assert_eq!((thorough.name, wanted.percent, wanted.fewest), ("thorough", 2.0, 10));
        assert_eq!(thorough.command, "tollgate run --thorough --seed 1");
        let changed = plan(&Flags {
            thorough: true,
            budget: Some("10m".into()),
            ..precision("1.5%")
        });
        assert_eq!(
            changed.command,
            "tollgate run --thorough --precision 1.5% --budget 600s --seed 1"
        );
        assert_eq!((changed.name, changed.precision.expect("wanted").fewest), ("custom", 10));
        let quick = plan(&Flags { quick: true, seed: Some(1), ..Flags::default() });
        assert_eq!(
            (quick.name, quick.command.as_str()),
            ("quick", "tollgate run --quick --seed 1")
        );
    }

    #[test]
    fn a_precision_without_a_budget_takes_at_most_five_minutes() {
        let own = plan(&precision("3%"));
        assert_eq!((own.name, own.budget.as_secs()), ("custom", 300));
        assert_eq!(own.command, "tollgate run --precision 3% --seed 1");
        let standard = plan(&Flags::default());
        assert_eq!(
            (standard.precision, standard.starts, standard.budget.as_secs()),
            (None, 5, 200)
        );
    }

    #[test]
    fn a_plan_file_can_want_a_precision_and_flags_win() {
        let path = tempfile::NamedTempFile::new().expect("a file");
        fs::write(path.path(), "precision = \"4%\"\nbudget = \"2m\"\n").expect("written");
        let of = |flags: Flags| plan(&Flags { plan: Some(path.path().into()), ..flags });
        let file = of(Flags::default());
        assert_eq!(
            (file.precision.map(|wanted| wanted.percent), file.budget.as_secs()),
            (Some(4.0), 120)
        );
        let starts = of(Flags { starts: Some("7".into()), ..Flags::default() });
        assert_eq!((starts.precision, starts.starts), (None, 7));
        let pair = of(Flags { quick: true, ..Flags::default() });
        assert_eq!((pair.name, pair.budget.as_secs()), ("quick", 60));
        fs::write(path.path(), "precision = \"4%\"\nstarts = 3\n").expect("written");
        let flags = Flags { plan: Some(path.path().into()), ..Flags::default() };
        let failure = Plan::from_flags(&flags).expect_err("both").to_string();
        assert!(failure.contains("`starts` and `precision`"), "{failure}");
    }
}

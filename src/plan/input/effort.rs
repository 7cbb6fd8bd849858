//! `--starts`, `--precision`, `--budget` and the presets: how often and how long.

use crate::{
    plan::{
        input::{
            file::PlanFile,
            flags::Flags,
            parse::{duration, numbers, sizes},
        },
        precision::{Preset, Wanted},
        run_plan::Plan,
    },
    shell::failure::Failure,
};

/// What is said of restarts and of a precision, of which at most one may be there.
struct Effort {
    starts: Option<i64>,
    percent: Option<f64>,
}

impl Flags {
    /// The preset that they name.
    pub(crate) fn preset(&self) -> Option<Preset> {
        if self.quick {
            Some(Preset::QUICK)
        } else if self.thorough {
            Some(Preset::THOROUGH)
        } else {
            None
        }
    }

    /// What the flags say, presets included.
    fn effort(&self) -> Result<Effort, Failure> {
        let preset = self.preset();
        let percent = self.precision.as_deref().map(percent).transpose()?;
        let percent = percent.or(preset.map(|preset| preset.percent));
        let starts = match &self.starts {
            Some(text) => numbers("--starts", std::slice::from_ref(text))?.first().copied(),
            None => None,
        };
        if starts.is_some() && percent.is_some() {
            let what = match preset {
                Some(preset) if self.precision.is_none() => preset.name,
                _ => "precision",
            };
            return Err(Failure::usage(format!(
                "--starts with --{what}: a wanted precision decides how many restarts there are; \
                leave one of them out"
            )));
        }
        Ok(Effort { starts, percent })
    }
}

impl PlanFile {
    /// What the file says.
    fn effort(&self) -> Result<Effort, Failure> {
        let percent = self.precision.as_deref().map(percent).transpose()?;
        if self.starts.is_some() && percent.is_some() {
            return Err(Failure::usage(
                "the plan file has `starts` and `precision`: a wanted precision decides how many \
                restarts there are; leave one of them out",
            ));
        }
        Ok(Effort { starts: self.starts, percent })
    }
}

impl Plan {
    /// What a preset says, and nothing else.
    pub(crate) fn take_preset(&mut self, preset: Preset) {
        self.name = preset.name;
        self.budget = preset.budget;
        self.precision = Some(Wanted::new(preset.percent, Some(preset)));
    }

    /// Restarts and budget, or precision and budget. A flag wins over a preset, and that over the
    /// plan file.
    pub(crate) fn take_effort(&mut self, flags: &Flags, file: &PlanFile) -> Result<(), Failure> {
        let preset = flags.preset();
        let mut effort = flags.effort()?;
        if effort.starts.is_none() && effort.percent.is_none() {
            effort = file.effort()?;
        }
        if let Some(starts) = effort.starts {
            self.starts = sizes("starts", &[starts], 1_000)?[0];
        }
        self.precision = effort.percent.map(|percent| Wanted::new(percent, preset));
        if let Some(wanted) = self.precision {
            self.budget = wanted.usual_budget();
        }
        // A preset names its budget: only a flag changes it.
        let of_file = file.budget.as_ref().filter(|_| preset.is_none());
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
        let preset = Flags { starts: Some("5".into()), thorough: true, ..Flags::default() };
        let failure = Plan::from_flags(&preset).expect_err("both").to_string();
        assert!(failure.contains("--starts with --thorough"), "{failure}");
    }

    #[test]
    fn a_preset_is_a_precision_and_a_budget_of_which_either_can_be_changed() {
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
        let preset = of(Flags { quick: true, ..Flags::default() });
        assert_eq!((preset.name, preset.budget.as_secs()), ("quick", 60));
        fs::write(path.path(), "precision = \"4%\"\nstarts = 3\n").expect("written");
        let flags = Flags { plan: Some(path.path().into()), ..Flags::default() };
        let failure = Plan::from_flags(&flags).expect_err("both").to_string();
        assert!(failure.contains("`starts` and `precision`"), "{failure}");
    }
}

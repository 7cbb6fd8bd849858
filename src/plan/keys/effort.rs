//! `starts`, `precision`, `budget` and the presets depend on each other: which of them leave which
//! out.

use crate::{
    plan::{
        keys::{file::PlanFile, flags::KeyFlags},
        precision::Preset,
    },
    shell::failure::Failure,
};

/// What is left of the plan file beside these flags. Restarts and a precision are one choice, which
/// flags make as a whole; a preset names its budget too.
///
/// # Errors
/// Usage: both of the choice at once.
pub(crate) fn settled(flags: &KeyFlags, mut file: PlanFile) -> Result<PlanFile, Failure> {
    let given = |flag: &&str| flags.values(flag).is_some();
    let preset = [Preset::QUICK.name, Preset::THOROUGH.name].into_iter().find(given);
    let wanted = Some("precision").filter(given).or(preset);
    if let (Some(_), Some(wanted)) = (flags.values("starts"), wanted) {
        return Err(Failure::usage(format!(
            "--starts with --{wanted}: a wanted precision decides how many restarts there are; \
            leave one of them out"
        )));
    }
    if wanted.is_some() || flags.values("starts").is_some() {
        file.leave_out("starts");
        file.leave_out("precision");
    }
    if file.has("starts") && file.has("precision") {
        return Err(Failure::usage(
            "the plan file has `starts` and `precision`: a wanted precision decides how many \
            restarts there are; leave one of them out",
        ));
    }
    if preset.is_some() {
        file.leave_out("budget");
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use crate::plan::{Flags, Plan};
    use std::fs;

    fn flags(line: &str) -> Flags {
        Flags::from_words(line.split_whitespace()).expect("flags")
    }

    fn plan(line: &str) -> Plan {
        Plan::from_flags(&flags(line)).expect("fits")
    }

    fn refused(line: &str) -> String {
        Plan::from_flags(&flags(line)).expect_err(line).to_string()
    }

    #[test]
    fn refuses_a_precision_that_makes_no_sense() {
        for text in ["0%", "-3%", "1000%", "3", "many%", "nan%", "%"] {
            let failure = refused(&format!("--precision {text}"));
            assert!(
                failure.contains(&format!("precision {text}")) && failure.contains("as in 3%"),
                "{failure}"
            );
        }
    }

    #[test]
    fn refuses_restarts_and_a_precision_at_once() {
        let failure = refused("--starts 5 --precision 3%");
        assert!(
            failure.contains("--starts with --precision") && failure.contains("leave one"),
            "{failure}"
        );
        let failure = refused("--starts 5 --thorough");
        assert!(failure.contains("--starts with --thorough"), "{failure}");
    }

    #[test]
    fn a_preset_is_a_precision_and_a_budget_of_which_either_can_be_changed() {
        let thorough = plan("--thorough --seed 1");
        let wanted = thorough.precision.expect("a precision");
        assert_eq!((thorough.name, wanted.percent, wanted.fewest), ("thorough", 2.0, 10));
        assert_eq!(thorough.command, "tollgate run --thorough --seed 1");
        let changed = plan("--thorough --budget 10m --precision 1.5% --seed 1");
        assert_eq!(
            changed.command,
            "tollgate run --thorough --precision 1.5% --budget 600s --seed 1"
        );
        assert_eq!((changed.name, changed.precision.expect("wanted").fewest), ("custom", 10));
        let quick = plan("--quick --seed 1");
        assert_eq!(
            (quick.name, quick.command.as_str()),
            ("quick", "tollgate run --quick --seed 1")
        );
    }

    #[test]
    fn a_precision_without_a_budget_takes_at_most_five_minutes() {
        let own = plan("--precision 3% --seed 1");
        assert_eq!((own.name, own.budget.as_secs()), ("custom", 300));
        assert_eq!(own.command, "tollgate run --precision 3% --seed 1");
        let as_long_as_standard = plan("--precision 3% --budget 230s --seed 1");
        assert_eq!(
            as_long_as_standard.command,
            "tollgate run --precision 3% --budget 230s --seed 1"
        );
        let standard = plan("");
        assert_eq!(
            (standard.precision, standard.starts, standard.budget.as_secs()),
            (None, 11, 230)
        );
    }

    #[test]
    fn a_plan_file_can_want_a_precision_and_flags_win() {
        let path = tempfile::NamedTempFile::new().expect("a file");
        fs::write(path.path(), "precision = \"4%\"\nbudget = \"2m\"\n").expect("written");
        let of = |line: &str| Flags { plan: Some(path.path().into()), ..flags(line) };
        let taken = |line: &str| Plan::from_flags(&of(line)).expect("fits");
        let file = taken("");
        assert_eq!(
            (file.precision.map(|wanted| wanted.percent), file.budget.as_secs()),
            (Some(4.0), 120)
        );
        let starts = taken("--starts 7");
        assert_eq!((starts.precision, starts.starts), (None, 7));
        let preset = taken("--quick");
        assert_eq!((preset.name, preset.budget.as_secs()), ("quick", 60));
        fs::write(path.path(), "precision = \"4%\"\nstarts = 3\n").expect("written");
        let failure = Plan::from_flags(&of("")).expect_err("both").to_string();
        assert!(failure.contains("`starts` and `precision`"), "{failure}");
    }
}

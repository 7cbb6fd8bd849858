//! The words behind `cargo bench --`. Cargo gives them to every bench: flags of `tollgate run`,
//! flags of criterion, and the names of benchmarks. Each bench takes what it knows and leaves out
//! what the others know; what nobody knows is refused with the flags of `tollgate run`.

use crate::commands::run;
use clap::{Args, Command};
use std::ffi::{OsStr, OsString};

/// A flag of criterion 0.8.
struct CriterionFlag {
    name: &'static str,
    /// True where a value stands behind it.
    has_value: bool,
}

const fn switch(name: &'static str) -> CriterionFlag {
    CriterionFlag { name, has_value: false }
}

const fn with_value(name: &'static str) -> CriterionFlag {
    CriterionFlag { name, has_value: true }
}

/// All of them, as `Criterion::configure_from_args` takes them.
const CRITERION: [CriterionFlag; 36] = [
    with_value("-c"),
    with_value("--color"),
    with_value("--colour"),
    switch("-v"),
    switch("--verbose"),
    switch("--quiet"),
    switch("-n"),
    switch("--noplot"),
    with_value("-s"),
    with_value("--save-baseline"),
    switch("--discard-baseline"),
    with_value("-b"),
    with_value("--baseline"),
    with_value("--baseline-lenient"),
    with_value("--load-baseline"),
    switch("--list"),
    with_value("--format"),
    switch("--ignored"),
    switch("--exact"),
    with_value("--profile-time"),
    with_value("--sample-size"),
    with_value("--warm-up-time"),
    with_value("--measurement-time"),
    with_value("--nresamples"),
    with_value("--noise-threshold"),
    with_value("--confidence-level"),
    with_value("--significance-level"),
    switch("--quick"),
    switch("--test"),
    switch("--bench"),
    with_value("--plotting-backend"),
    with_value("--output-format"),
    switch("--nocapture"),
    switch("--show-output"),
    switch("--include-ignored"),
    switch("--version"),
];

/// Criterion's flags by which its benchmarks are shown or tried, and not measured.
const SHOWING: [&str; 4] = ["--list", "--test", "--profile-time", "--version"];
/// Flags of both programs, which mean the same to both.
const COMMON: [&str; 1] = ["--quick"];

/// The words of one `cargo bench`, by whom they are for.
#[derive(Debug, Default, PartialEq)]
pub struct Words {
    /// Flags of `tollgate run`, each with its values.
    pub(crate) run: Vec<OsString>,
    /// Flags of criterion, and names of benchmarks.
    pub(crate) criterion: Vec<OsString>,
    /// The first name of a benchmark.
    pub(crate) filter: Option<String>,
}

/// What may stand behind a flag of `tollgate run`.
#[derive(Clone, Copy, PartialEq)]
enum Behind {
    Nothing,
    Value,
    /// A value, or the flag alone.
    Perhaps,
}

impl Words {
    /// Those of this process.
    pub fn of_this_process() -> Self {
        Self::sorted(std::env::args_os().skip(1))
    }

    /// Criterion's, among them the names of benchmarks.
    pub fn for_criterion(&self) -> &[OsString] {
        &self.criterion
    }

    /// True where single benchmarks of criterion are named.
    pub fn names_benchmarks(&self) -> bool {
        self.filter.is_some()
    }

    /// True where criterion is asked for no measurement: to list its benchmarks, to try each once.
    pub fn only_shows(&self) -> bool {
        let is_given = |flag: &str| self.criterion.iter().any(|word| name_of(word) == flag);
        !is_given("--bench") || SHOWING.into_iter().any(is_given)
    }

    /// These words by whom they are for.
    pub(crate) fn sorted(words: impl IntoIterator<Item = OsString>) -> Self {
        let run = run::Arguments::augment_args(Command::new("run"));
        let (mut sorted, mut words) = (Self::default(), words.into_iter().peekable());
        while let Some(word) = words.next() {
            let name = name_of(&word);
            let whole = name.len() < word.len();
            let of_run = behind(&run, &name);
            let of_criterion = CRITERION.iter().find(|flag| flag.name == name);
            let is_flag = name.starts_with('-');
            let mut taken = vec![word];
            let value = match (of_run, of_criterion) {
                (Some(Behind::Value), _) => true,
                (Some(Behind::Perhaps), _) => {
                    words.peek().is_some_and(|next| begins_with_digit(next))
                }
                (None, Some(flag)) => flag.has_value,
                _ => false,
            };
            if value && !whole {
                taken.extend(words.next());
            }
            if COMMON.contains(&name.as_str()) {
                sorted.criterion.extend(taken.clone());
            }
            if of_run.is_some() || (is_flag && of_criterion.is_none()) {
                sorted.run.extend(taken);
            } else {
                if !is_flag {
                    sorted.filter.get_or_insert(name);
                }
                sorted.criterion.extend(taken);
            }
        }
        sorted
    }
}

/// A flag without the value that stands behind `=`; another word as it is.
fn name_of(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let name = word.split('=').next().filter(|_| word.starts_with('-'));
    name.unwrap_or(&word).to_owned()
}

/// What stands behind this flag of `tollgate run`; none where it has no such flag.
fn behind(run: &Command, name: &str) -> Option<Behind> {
    let long = name.strip_prefix("--")?;
    let argument = run.get_arguments().find(|argument| {
        let aliases = argument.get_all_aliases().unwrap_or_default();
        argument.get_long() == Some(long) || aliases.contains(&long)
    })?;
    Some(if !argument.get_action().takes_values() {
        Behind::Nothing
    } else if argument.get_num_args().is_some_and(|count| count.min_values() == 0) {
        Behind::Perhaps
    } else {
        Behind::Value
    })
}

fn begins_with_digit(word: &OsStr) -> bool {
    word.to_string_lossy().starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(line: &str) -> [String; 2] {
        let words = Words::sorted(line.split_whitespace().map(OsString::from));
        [words.run, words.criterion].map(|words| {
            let words: Vec<String> =
                words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
            words.join(" ")
        })
    }

    #[test]
    fn each_bench_takes_the_words_that_it_knows() {
        for (line, run, criterion) in [
            ("--bench", "", "--bench"),
            ("--batch 8 --bench", "--batch 8", "--bench"),
            ("--batch=8,64 --size 50 --bench", "--batch=8,64 --size 50", "--bench"),
            ("--max-results 50 --open", "--max-results 50 --open", ""),
            ("json --bench", "", "json --bench"),
            ("--sample-size 20 json --batch 8", "--batch 8", "--sample-size 20 json"),
            ("--load json", "--load", "json"),
            ("--load 2s json", "--load 2s", "json"),
            ("-n --color=never", "", "-n --color=never"),
            ("--plan mine.toml --save-baseline a", "--plan mine.toml", "--save-baseline a"),
        ] {
            assert_eq!(sorted(line), [run, criterion], "{line}");
        }
    }

    #[test]
    fn what_both_programs_know_is_given_to_both() {
        assert_eq!(sorted("--quick --bench"), ["--quick", "--quick --bench"]);
    }

    #[test]
    fn a_flag_that_nobody_knows_is_left_to_tollgate_which_refuses_it() {
        assert_eq!(sorted("--bacth 8"), ["--bacth", "8"]);
    }

    #[test]
    fn listing_trying_and_a_run_without_cargo_measure_nothing() {
        let shows =
            |line: &str| Words::sorted(line.split_whitespace().map(OsString::from)).only_shows();
        assert!(!shows("--bench") && !shows("json --bench --quick"));
        assert!(shows("") && shows("--bench --list") && shows("--bench --profile-time=5"));
    }

    /// A newer criterion has flags of its own: then this list is to be completed.
    #[test]
    fn no_flag_of_a_run_but_the_common_ones_is_one_of_criterion() {
        let run = run::Arguments::augment_args(Command::new("run"));
        let both = CRITERION.iter().filter(|flag| behind(&run, flag.name).is_some());
        assert_eq!(both.map(|flag| flag.name).collect::<Vec<_>>(), COMMON);
    }
}

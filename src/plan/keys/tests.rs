//! Tests of plan keys. Those over all rows of the table hold for a new row without a new test.

use crate::plan::{
    Flags, Plan,
    keys::{
        file::PlanFile,
        form::Form,
        key::{Heading, InFile, Key, Repeat, Standard},
        table,
    },
};
use clap::CommandFactory;
use std::{collections::BTreeSet, fs, path::Path};

fn flags(words: &[&str]) -> Flags {
    Flags::from_words(words.iter().copied()).expect("flags")
}

fn plan(words: &[&str]) -> Plan {
    Plan::merged(&flags(words), PlanFile::default()).expect("fits")
}

fn refused(words: &[&str]) -> String {
    let refused = Plan::merged(&flags(words), PlanFile::default());
    refused.expect_err(&words.join(" ")).to_string()
}

/// The default plan with this in the file.
fn of_file(text: &str) -> Plan {
    let file = PlanFile::from_text(text, Path::new("tollgate.toml")).expect(text);
    Plan::merged(&Flags::default(), file).expect(text)
}

/// All that there is in a plan, but for where it was written, and for the seed where it is from the
/// clock.
fn all_of(plan: &Plan, key: Option<&Key>) -> String {
    let mut plan = plan.clone();
    plan.lanes_named_at = None;
    if key.is_none_or(|key| key.flag != "seed") {
        plan.seed = 0;
        plan.command = plan.as_command();
    }
    format!("{plan:#?}")
}

/// The words of a key's example.
fn example(key: &Key) -> Vec<String> {
    let flag = format!("--{}", key.flag);
    if key.form == Form::Switch {
        vec![flag]
    } else {
        vec![flag, key.example.into()]
    }
}

fn of_example(key: &Key) -> Plan {
    let words = example(key);
    plan(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn every_row_has_a_flag_a_file_key_and_a_help_of_its_own() {
    let mut names = BTreeSet::new();
    for key in table::keys() {
        let names_of_key = std::iter::once(&key.flag).chain(key.aliases);
        for name in names_of_key {
            let fits = name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            assert!(fits && !name.is_empty(), "`{name}`");
            assert!(names.insert(*name), "{name} is there twice");
        }
        assert!(key.file_names().all(|name| !name.contains('-')), "{}", key.flag);
        assert!(key.help.len() > 15 && !key.help.ends_with('.'), "{}: {}", key.flag, key.help);
        assert!(!key.help.contains("[default"), "{}: the row has its default", key.flag);
        let has_example = !key.example.is_empty();
        assert_eq!(has_example, key.form != Form::Switch, "{}: example", key.flag);
        assert!(key.form != Form::Switch || matches!(key.file, InFile::No), "{}", key.flag);
    }
    assert!(names.len() > 20, "{names:?}");
}

#[test]
fn clap_takes_the_flags_that_are_made_of_the_table() {
    #[derive(clap::Parser)]
    struct Run {
        #[command(flatten)]
        _flags: Flags,
    }
    Run::command().debug_assert();
}

#[test]
fn every_row_stands_below_one_heading_of_the_help_and_each_heading_has_rows() {
    let below = Heading::ALL.map(|heading| table::keys_under(heading).count());
    assert!(below.iter().all(|rows| *rows > 0), "{below:?}");
    assert_eq!(below.iter().sum::<usize>(), table::keys().count());
    #[derive(clap::Parser)]
    struct Run {
        #[command(flatten)]
        _flags: Flags,
    }
    let help = Run::command().render_help().to_string();
    let places = Heading::ALL.map(|heading| help.find(&format!("\n{}:\n", heading.name())));
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}\n{help}");
}

#[test]
fn every_example_changes_the_plan_and_every_default_does_not() {
    let standard = all_of(&Plan::standard(), None);
    for key in table::keys() {
        let changed = of_example(key);
        assert_ne!(all_of(&changed, Some(key)), standard, "{}", key.flag);
        if let Standard::Is(text) = key.standard {
            let said = plan(&[&format!("--{}", key.flag), text]);
            assert_eq!(all_of(&said, Some(key)), standard, "{} {text}", key.flag);
        }
    }
}

#[test]
fn every_key_gives_the_same_plan_by_its_flag_and_by_the_file() {
    for key in table::keys_of_file() {
        let of_flag = all_of(&of_example(key), Some(key));
        for name in key.file_names() {
            let line = format!("{name} = {}\n", key.form.file_text(key.example));
            assert_eq!(all_of(&of_file(&line), Some(key)), of_flag, "{line}");
        }
        for alias in key.aliases {
            let of_alias = plan(&[&format!("--{alias}"), key.example]);
            assert_eq!(all_of(&of_alias, Some(key)), of_flag, "--{alias}");
        }
    }
}

#[test]
fn every_key_that_is_not_standard_comes_back_through_the_repeating_command() {
    for key in table::keys() {
        let changed = of_example(key);
        let words: Vec<&str> = changed.command.split(' ').skip(2).collect();
        let flag = format!("--{}", key.flag);
        if matches!(key.repeat, Repeat::Never) {
            assert_eq!(words, ["--seed", &changed.seed.to_string()], "{flag}");
        } else {
            assert!(words.contains(&flag.as_str()), "{flag}: {words:?}");
            assert_eq!(all_of(&plan(&words), Some(key)), all_of(&changed, Some(key)), "{flag}");
        }
    }
}

#[test]
fn every_key_with_a_field_of_the_record_is_seen_in_it() {
    let standard = format!("{:?}", Plan::standard().recorded());
    for key in table::keys().filter(|key| key.record.is_some()) {
        let recorded = format!("{:?}", of_example(key).recorded());
        assert_ne!(recorded, standard, "{}", key.flag);
    }
}

#[test]
fn the_command_of_a_record_names_no_file() {
    for key in table::keys().filter(|key| matches!(key.form, Form::Path | Form::Pairs)) {
        assert!(matches!(key.repeat, Repeat::Never), "{}", key.flag);
    }
}

/// The README names what the plan file cannot have.
#[test]
fn the_readme_names_the_flags_of_a_run_that_are_no_keys_of_the_file() {
    let readme = include_str!("../../../README.md");
    let (_, rest) = readme
        .split_once("Not in the file, since they belong to one run: ")
        .expect("is");
    let (named, _) = rest.split_once(".\n").expect("its end");
    let named: BTreeSet<&str> = named.split(", ").map(|name| name.trim_matches('`')).collect();
    let mut belong: BTreeSet<String> =
        ["dry_run", "full", "lanes_file", "open", "server"].map(Into::into).into();
    #[derive(clap::Parser)]
    struct Run {
        #[command(flatten)]
        _flags: Flags,
    }
    // What is hidden is accepted from before, and named nowhere.
    for argument in Run::command().get_arguments().filter(|argument| !argument.is_hide_set()) {
        let name = argument.get_long().expect("all are long").replace('-', "_");
        if !table::keys_of_file().any(|key| key.file_names().any(|own| own == name)) {
            belong.insert(name);
        }
    }
    assert_eq!(named, belong.iter().map(String::as_str).collect());
}

#[test]
fn refuses_sizes_that_make_no_sense() {
    for batch in ["0", "8,-4", "+0", "-1025", "1025", "99999999999", "many", "1.5"] {
        let failure = refused(&["--batch", batch]);
        assert!(failure.contains("batch"), "{failure}");
    }
    assert_eq!(refused(&["--size", "0"]), "size 0: it must be 1 to 1000");
}

#[test]
fn suggests_the_nearest_mode() {
    let failure = refused(&["--modes", "bached"]);
    assert!(failure.contains("Did you mean batched?"), "{failure}");
}

#[test]
fn flags_win_over_the_file() {
    let path = tempfile::NamedTempFile::new().expect("a file");
    let text = "batch = [2, 8]\nstarts = 7\nload = false\n[endpoint]\na = \"b\"\nc = \"d\"\n";
    fs::write(path.path(), text).expect("written");
    let own = flags(&["--batch", "32", "--endpoint", "a=e"]);
    let flags = Flags { plan: Some(path.path().into()), ..own };
    let plan = Plan::from_flags(&flags).expect("fits");
    assert_eq!((plan.batch, plan.starts, plan.load), (vec![32], 7, None));
    let endpoints: Vec<_> = plan.endpoints.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(endpoints, [("a", "e"), ("c", "d")], "each lane has its own");
}

#[test]
fn loads_are_off_unless_the_flag_or_the_file_asks_for_them() {
    let ms = |plan: Plan| plan.load.map(|point| point.as_millis());
    assert_eq!(ms(plan(&[])), None);
    assert_eq!(ms(plan(&["--load"])), Some(1_000));
    assert_eq!(ms(of_file("load = false\n")), None);
    assert_eq!(ms(of_file("load = true\n")), Some(1_000));
    assert_eq!(ms(of_file("load = \"2s\"\n")), Some(2_000));
}

#[test]
fn a_list_of_the_file_may_be_one_text_as_behind_the_flag() {
    for (file, flags) in [
        ("lanes = \"near\"\n", &["--lanes", "near"]),
        ("lanes = \"near, far\"\n", &["--lanes", "near,far"]),
        ("batch = \"1,8,64\"\n", &["--batch", "1,8,64"]),
        ("batch = 8\n", &["--batch", "8"]),
        ("engine = \"catalog\"\n", &["--engine", "catalog"]),
    ] {
        assert_eq!(all_of(&of_file(file), None), all_of(&plan(flags), None), "{file}");
    }
}

#[test]
fn an_empty_list_stands_for_the_default() {
    assert_eq!(
        all_of(&of_file("lanes = []\nbatch = []\nmodes = []\n"), None),
        all_of(&plan(&[]), None)
    );
}

#[test]
fn repeats_itself_as_a_command() {
    let plan = plan(&["--batch", "8,64", "--seed", "5"]);
    assert_eq!(plan.command, "tollgate run --batch 8,64 --seed 5");
}

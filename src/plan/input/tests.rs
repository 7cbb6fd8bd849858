//! Tests of plans: sizes, names, what wins over what, and the command that repeats a plan.

use crate::plan::{Flags, Plan};
use std::fs;

#[test]
fn refuses_sizes_that_make_no_sense() {
    for batch in ["0", "-4", "1025", "99999999999", "many", "1.5"] {
        let flags = Flags { batch: vec![batch.into()], ..Flags::default() };
        let failure = Plan::from_flags(&flags).expect_err(batch);
        assert!(failure.to_string().contains("batch"), "{failure}");
    }
    let flags = Flags { max_results: vec!["0".into()], ..Flags::default() };
    assert!(Plan::from_flags(&flags).is_err());
}

#[test]
fn suggests_the_nearest_mode() {
    let flags = Flags { modes: vec!["bached".into()], ..Flags::default() };
    let failure = Plan::from_flags(&flags).expect_err("no such mode");
    assert!(failure.to_string().contains("Did you mean batched?"), "{failure}");
}

#[test]
fn flags_win_over_the_file() {
    let path = tempfile::NamedTempFile::new().expect("a file");
    fs::write(path.path(), "batch = [2, 8]\nstarts = 7\n").expect("written");
    let flags = Flags {
        plan: Some(path.path().into()),
        batch: vec!["32".into()],
        ..Flags::default()
    };
    let plan = Plan::from_flags(&flags).expect("fits");
    assert_eq!((plan.batch, plan.starts), (vec![32], 7));
}

#[test]
fn repeats_itself_as_a_command() {
    let flags = Flags {
        batch: vec!["8".into(), "64".into()],
        seed: Some(5),
        ..Flags::default()
    };
    let plan = Plan::from_flags(&flags).expect("fits");
    assert_eq!(plan.command, "tollgate run --batch 8,64 --seed 5");
}

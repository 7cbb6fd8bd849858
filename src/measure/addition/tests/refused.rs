//! What is refused, and what is said then.

use super::{base, batch, before, lanes, later, three, try_change};
use crate::{
    fleet::launch::scripted::script::{Phase, Script, What, When},
    measure::{
        addition::base::why_not,
        run::tests::{MACHINE, run},
    },
    plan::change::Change,
};
use reports::record::Record;

fn refused(record: &Record, change: Change) -> String {
    let Err(failure) = try_change(record, change, later(), three()) else {
        panic!("it was done");
    };
    failure.to_string()
}

#[test]
fn a_change_that_cannot_be_made_is_refused_with_what_there_is() {
    let before = base(three());
    for (change, said) in [
        (batch(&[], &[9]), "--batch -9: the latest record has no such; it has 1, 8, 64"),
        (batch(&[], &[1]), "--batch -1: single calls are in every record"),
        (batch(&[8], &[]), "batch +8: the latest record has it already"),
        (lanes(&[], &["other"]), "--lanes -other: the latest record has no such; it has"),
        (lanes(&["other"], &[]), "there is no lane, role or set `other`"),
        (lanes(&[], &["inside"]), "--lanes -inside: every run measures it"),
    ] {
        let text = refused(&before, change);
        assert!(text.contains(said), "{text}");
    }
}

#[test]
fn a_lane_that_was_withdrawn_is_not_added_to() {
    let script = Script::default().event("near", Phase::Visit, When::Nth(5), What::Wrong);
    let before = run(script, three(), &before()).record;
    let text = refused(&before, batch(&[32], &[]));
    assert!(text.starts_with("near was withdrawn from the record"), "{text}");
    assert!(text.contains("--lanes -near"), "{text}");
}

#[test]
fn a_record_of_another_machine_build_or_data_or_one_that_was_cut_short_is_not_changed() {
    let record = base(three());
    let digest = record.data.digest.clone();
    let why = |spoil: fn(&mut Record)| {
        let mut record = record.clone();
        spoil(&mut record);
        why_not(&record, &MACHINE, &digest).unwrap_or_default()
    };
    assert_eq!(why(|_| ()), "");
    for (said, spoil) in [
        (
            "another machine",
            (|one| one.environment.fingerprint = "x".into()) as fn(&mut Record),
        ),
        ("another kernel", |one| one.environment.kernel = Some("0.1".into())),
        ("another build", |one| one.tollgate.compiler = "rustc 0.1".into()),
        ("other data", |one| one.data.digest = "x".into()),
        ("cut short", |one| one.progress.interrupted = true),
        ("cut short", |one| one.progress.finished = false),
        ("two builds", |one| one.against = Some(one.tollgate.clone())),
    ] {
        assert!(why(spoil).contains(said), "{said}: {}", why(spoil));
    }
}

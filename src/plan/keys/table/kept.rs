//! Keys: what is kept of a run, and what makes it repeatable.

use crate::{
    plan::keys::{
        file_safety,
        form::Form::{Number, Path},
        key::{
            Heading, InFile, Key,
            Repeat::Always,
            Standard::{Is, Means},
        },
        parse,
        written::put,
    },
    shell::baselines,
};

pub(super) static KEYS: &[Key] = &[
    Key {
        flag: "seed",
        form: Number,
        value: "N",
        help: "Seed of the order of visits",
        standard: Means("from the clock; it is in the record"),
        example: "5",
        take: |plan, written| put(&mut plan.seed, parse::seed(&written.text())),
        repeat: Always(|plan| plan.seed.to_string()),
        ..Key::ROW
    },
    Key {
        flag: "out",
        form: Path,
        value: "DIR",
        help: "Folder of record and report",
        standard: Is("reports/out"),
        example: "reports/mine",
        file: InFile::If(file_safety::near),
        take: |plan, written| put(&mut plan.out, Ok(written.path())),
        ..Key::ROW
    },
    // Not in the command: whoever repeats the run has a machine of their own.
    Key {
        flag: "label",
        help: "What the record and the report call this machine, for example \"build server\"",
        standard: Means("nothing"),
        example: "build server",
        take: |plan, written| put(&mut plan.label, parse::label(&written.text()).map(Some)),
        ..Key::ROW
    },
    Key {
        flag: "criterion",
        form: Path,
        value: "DIR",
        help: "Criterion's folder: show what it measured of this build beside the run's own \
            figures; `cargo bench` sets this",
        example: "target/criterion",
        file: InFile::No,
        take: |plan, written| put(&mut plan.criterion, Ok(Some(written.path()))),
        ..Key::ROW
    },
    Key {
        flag: "save",
        heading: Some(Heading::Ci),
        help: "Keep the record under this name, for `tollgate compare --baseline NAME`",
        example: "before",
        file: InFile::No,
        take: |plan, written| {
            let name = written.text();
            baselines::check_name(&name)?;
            plan.save = Some(name);
            Ok(())
        },
        ..Key::ROW
    },
];

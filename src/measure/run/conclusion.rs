//! How a run ends: the record and the report as files, the table on stdout, the exit code.

use crate::{
    measure::{run::visits::note_disturbed, session::Session},
    shell::{
        baselines,
        failure::{Code, Failure},
        interrupt,
        output::{Output, print},
    },
};
use reports::{
    Format, RenderOptions,
    record::{Progress, Record},
};
use std::{io::IsTerminal, process::ExitCode};

/// Writes the record as it stands.
pub(crate) fn write(
    session: &mut Session<'_>,
    output: &mut Output,
    done: u32,
    finished: bool,
) -> Result<(), Failure> {
    let interrupted = interrupt::requested();
    let record =
        session
            .recorder
            .snapshot(Progress { starts_done: done, interrupted, finished })?;
    output.write(&record)
}

/// Prints the table and says how it went, after `done` restarts of so many.
pub(crate) fn conclude(
    session: &mut Session<'_>,
    output: &mut Output,
    done: u32,
    starts: u32,
) -> Result<ExitCode, Failure> {
    let interrupted = interrupt::requested();
    session.progress.finish();
    if interrupted {
        let kept =
            format!("interrupted after {done} of {starts} restarts; what was measured is kept");
        session.recorder.note(None, &kept);
        note_disturbed(session);
        write(session, output, done, false)?;
        eprintln!("tollgate: {kept}");
    }
    let progress = Progress { starts_done: done, interrupted, finished: done == starts };
    let record = session.recorder.snapshot(progress)?;
    let table = table(&record, output)?;
    let mut gate = None;
    if let Some(limit) = session.plan.against.as_ref().and_then(|other| other.limit) {
        let (verdict, code) = limit.applied(&record);
        print(&format!("{verdict}\n\n"))?;
        gate = code;
    }
    print(&table)?;
    let void = session.outcome.wrong || record.cells.iter().any(|cell| cell.status == "void");
    if let Some(name) = &session.plan.save {
        keep(output, name, interrupted || void)?;
    }
    Ok(if interrupted {
        Code::Interrupted.into()
    } else if void {
        Code::Untrustworthy.into()
    } else if session.outcome.failed {
        Code::Failed.into()
    } else {
        gate.map_or(ExitCode::SUCCESS, Into::into)
    })
}

fn table(record: &Record, output: &Output) -> Result<String, Failure> {
    let options = RenderOptions {
        colour: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        report_path: Some(output.report().display().to_string()),
        record_path: Some(output.record().display().to_string()),
    };
    reports::render(record, Format::Human, &options)
        .map_err(|error| Failure::failed(format!("cannot make the table: {error}")))
}

/// Keeps the record as a baseline, unless nothing should be compared with it.
fn keep(output: &Output, name: &str, unfit: bool) -> Result<(), Failure> {
    if unfit {
        eprintln!(
            "tollgate: not kept as `{name}`: a run with wrong answers, or cut short, is no \
            baseline"
        );
        return Ok(());
    }
    let kept = baselines::save(&output.record(), name)?;
    eprintln!("kept as {}: `tollgate compare --baseline {name} RECORD`", kept.display());
    Ok(())
}

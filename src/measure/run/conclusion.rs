//! How a run ends: the record and the report as files, the table on stdout, the exit code. What
//! cannot be written or printed is said, and ends nothing: the rest comes from memory.
//!
//! While a run goes on its page follows it. The first one is written in the midst of the first
//! restart (src/measure/run/timetable.rs says when) and displaces no record; then one comes after
//! each restart. Each carries what the run expects (`under_way` of the record): how long it takes
//! still, and when the next page comes. The page reloads itself by then, keeps what its reader did,
//! and gives up after three times that (reports/template/following.js). The last page carries none.

use crate::{
    measure::{
        run::visits::{Visits, note_disturbed},
        session::Session,
    },
    shell::{
        baselines,
        failure::{Code, Failure},
        output::{self, Output, print},
        stderr,
    },
};
use reports::{Format, RenderOptions, record::Record, say::two_records::last_run};
use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// How a run ended, and what it found.
pub(crate) struct Ended {
    pub(crate) code: ExitCode,
    pub(crate) record: Record,
    /// The page, where it could be written.
    pub(crate) report: Option<PathBuf>,
}

/// The files of a run, and what is wrong with them.
pub(crate) struct Kept {
    output: Output,
    /// Restarts of which the record tells that was written last.
    written: u32,
    /// Why it is not the last one.
    trouble: Option<Failure>,
}

/// Keeps the record as it stands.
pub(crate) trait Keeper {
    /// Once, in the midst of the first restart, after these visits: a page of the first figures.
    fn begin(&mut self, session: &mut Session<'_>, visits: &Visits) -> Result<(), Failure>;

    /// After so many whole restarts, and in the end. Trouble is said once: the run goes on.
    fn keep(&mut self, session: &mut Session<'_>, done: u32, finished: bool)
    -> Result<(), Failure>;
}

/// Writes nothing: what is measured goes into a record that is there.
pub(crate) struct NotKept;

impl Keeper for NotKept {
    fn begin(&mut self, _: &mut Session<'_>, _: &Visits) -> Result<(), Failure> {
        Ok(())
    }

    fn keep(
        &mut self,
        session: &mut Session<'_>,
        done: u32,
        finished: bool,
    ) -> Result<(), Failure> {
        // The recorder settles the histograms of a restart when it is asked for what there is.
        session.so_far(done, finished).map(drop)
    }
}

impl Kept {
    pub(crate) fn new(output: Output) -> Self {
        Self { output, written: 0, trouble: None }
    }

    /// Where what was measured before Ctrl-C is.
    fn whereabouts(&self, done: u32) -> String {
        match self.output.record() {
            Some(record) if self.trouble.is_none() && done == 0 => {
                let record = record.display();
                format!("; what was measured is in {record}; no earlier record was touched")
            }
            Some(_) if self.trouble.is_none() => "; what was measured is kept".into(),
            _ => String::new(),
        }
    }

    /// Says what is lost, if something is.
    fn say_trouble(&self) {
        let Some(failure) = &self.trouble else { return };
        let folder = self.output.folder().display();
        let there = match (self.output.record(), self.written) {
            (None, _) => "this run has no record and no report".to_owned(),
            (Some(_), 0) => format!(
                "the record in {folder} has no report: `tollgate report RECORD --format html` \
                makes one"
            ),
            (Some(_), done) => format!("the file there is that after {done} restarts"),
        };
        stderr::say(format_args!(
            "tollgate: {failure}; {there}; the table holds all results; before the next run make \
            room, or choose another folder with --out"
        ));
    }
}

impl Keeper for Kept {
    fn begin(&mut self, session: &mut Session<'_>, visits: &Visits) -> Result<(), Failure> {
        if session.stop_requested() {
            return Ok(());
        }
        let record = visits.first_figures(&session.recorder)?;
        // Without room for it, the page after the restart says so.
        if let Ok(page) = self.output.write_first_page(&record) {
            let page = page.display();
            let line = format!("tollgate: first figures are in {page}, which follows the run");
            session.progress.say(&line);
        }
        Ok(())
    }

    fn keep(
        &mut self,
        session: &mut Session<'_>,
        done: u32,
        finished: bool,
    ) -> Result<(), Failure> {
        let record = session.so_far(done, finished)?;
        // Without one whole restart there is nothing that an earlier record should go for.
        let written = if done == 0 {
            self.output.write_interrupted(&record)
        } else {
            self.output.write(&record)
        };
        match written {
            Ok(()) => {
                self.written = done;
                self.trouble = None;
            }
            Err(failure) => {
                if self.trouble.is_none() && !finished && !record.progress.interrupted {
                    let line = format!("tollgate: {failure}; the run goes on and tries it again");
                    session.progress.say(&line);
                }
                self.trouble = Some(failure);
            }
        }
        Ok(())
    }
}

/// Prints the table and says how it went, after `done` restarts of so many.
pub(crate) fn conclude(
    session: &mut Session<'_>,
    kept: &mut Kept,
    done: u32,
    starts: u32,
) -> Result<Ended, Failure> {
    session.progress.finish();
    let record = settle(session, kept, done, starts)?;
    let interrupted = record.progress.interrupted;
    if interrupted {
        let (line, whereabouts) = (interruption(done, starts), kept.whereabouts(done));
        stderr::say(format_args!("tollgate: {line}{whereabouts}"));
    }
    kept.say_trouble();
    let (verdict, gate) = gate_of(session, &record);
    let text = verdict + &table(&record, &kept.output)?;
    let mut failed = kept.trouble.is_some();
    failed |= is_lost(&print(&text));
    say_change(&record, &kept.output);
    link_from_criterion(&kept.output);
    if let Some(name) = &session.plan.save {
        failed |= is_lost(&keep(&record, name, interrupted || is_void(session, &record)));
    }
    let code = code(session, &record, failed).or(gate);
    let code = code.map_or(ExitCode::SUCCESS, Into::into);
    Ok(Ended { code, record, report: kept.output.report().map(Into::into) })
}

/// The record of the whole run; one that Ctrl-C ended is written here.
pub(crate) fn settle(
    session: &mut Session<'_>,
    kept: &mut impl Keeper,
    done: u32,
    starts: u32,
) -> Result<Record, Failure> {
    let interrupted = session.stop_requested();
    if interrupted {
        session.recorder.note(None, &interruption(done, starts));
        note_disturbed(session);
        kept.keep(session, done, false)?;
    }
    session.so_far(done, done == starts)
}

/// The exit code that the record asks for, and what failed beside it; none where all went well.
pub(crate) fn code(session: &Session<'_>, record: &Record, failed: bool) -> Option<Code> {
    if record.progress.interrupted {
        Some(Code::Interrupted)
    } else if is_void(session, record) {
        Some(Code::Untrustworthy)
    } else if failed || session.outcome.failed {
        Some(Code::Failed)
    } else {
        None
    }
}

fn is_void(session: &Session<'_>, record: &Record) -> bool {
    session.outcome.wrong || record.cells.iter().any(|cell| cell.status == "void")
}

/// What a gate says of the record, above the table, and its exit code; nothing where there is none.
fn gate_of(session: &Session<'_>, record: &Record) -> (String, Option<Code>) {
    match session.plan.against.as_ref().and_then(|other| other.limit) {
        Some(limit) => {
            let (verdict, code) = limit.applied(record);
            (format!("{verdict}\n\n"), code)
        }
        None => (String::new(), None),
    }
}

/// What Ctrl-C left.
fn interruption(done: u32, starts: u32) -> String {
    if done == 0 {
        "interrupted before the first restart was complete".into()
    } else {
        format!("interrupted after {done} of {starts} restarts")
    }
}

/// True for what could not be done, which is said.
fn is_lost(outcome: &Result<(), Failure>) -> bool {
    if let Err(failure) = outcome {
        stderr::say(format_args!("tollgate: {failure}"));
    }
    outcome.is_err()
}

/// The first screen of a record.
pub(crate) fn table(record: &Record, output: &Output) -> Result<String, Failure> {
    let shown = |path: &Path| path.display().to_string();
    let options = RenderOptions {
        colour: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        report_path: output.report().map(shown),
        record_path: output.record().map(shown),
        criterion_report: output.criterion_report().as_deref().map(shown),
        ..RenderOptions::default()
    };
    reports::render(record, Format::FirstScreen, &options)
        .map_err(|error| Failure::failed(format!("cannot make the table: {error}")))
}

/// Says what changed since the last whole run, in what both measured alike; nothing where there was
/// none, or nothing that both did: nobody asked for it. Also that a history could not be kept.
pub(crate) fn say_change(record: &Record, output: &Output) {
    let before = output.before().filter(|_| record.progress.finished);
    if let Some(said) = before.and_then(|before| last_run::since(before, record)) {
        stderr::say(said);
    }
    if let Some(trouble) = output.trouble_with_history() {
        stderr::say(format_args!("tollgate: {trouble}"));
    }
}

/// Has criterion's report lead to this one. Where it cannot be, that is said: nothing else fails.
pub(crate) fn link_from_criterion(output: &Output) {
    if let Err(error) = output.link_from_criterion() {
        stderr::say(format_args!("tollgate: criterion's report has no link to this one: {error}"));
    }
}

/// Keeps the record as a baseline, unless nothing should be compared with it.
pub(crate) fn keep(record: &Record, name: &str, unfit: bool) -> Result<(), Failure> {
    if unfit {
        stderr::say(format_args!(
            "tollgate: not kept as `{name}`: a run with wrong answers, or cut short, is no \
            baseline"
        ));
        return Ok(());
    }
    let path = baselines::save(&output::render(record, Format::Json)?, name)?;
    stderr::say(format_args!(
        "kept as {}: `tollgate compare --baseline {name} RECORD`",
        path.display()
    ));
    Ok(())
}

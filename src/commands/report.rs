//! `tollgate report RECORD`: a record once more, in any form, or set against an earlier one. It
//! measures nothing.

use crate::{
    commands::compare,
    plan,
    shell::{
        failure::Failure,
        output::{self, earlier_than, print, print_bytes, render_with, write_page},
    },
};
use reports::{EarlierRuns, Format, RenderOptions, record::Record};
use std::{
    env,
    io::{self, IsTerminal},
    path::PathBuf,
    process::ExitCode,
};

/// What is shown, and how.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A record, or a report that carries one
    record: PathBuf,
    /// human: text for a terminal. json: the record itself. csv: what was measured in each restart.
    /// figures-csv, figures-json: every computed figure with its interval. card: a picture
    #[arg(
        long,
        default_value = "human",
        value_parser = [
            "html", "human", "markdown", "json", "csv", "figures-csv", "figures-json",
            "contrasts-csv", "stages-csv", "resources-csv", "loads-csv", "model-json",
            "model-csv", "card",
        ]
    )]
    format: String,
    /// With --format human: the whole report, not only its first screen
    #[arg(long)]
    full: bool,
    /// How long your own service computes for one item, for example 8ms. Answers whether the choice
    /// of a lane matters for it
    #[arg(long, value_name = "TIME")]
    service_time: Option<String>,
    /// How many calls per second your own system makes, for example 2000. Answers how many cores
    /// each lane keeps busy then
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    calls_per_s: Option<String>,
    /// Compare the record with an earlier one: ratios with their intervals
    #[arg(long, value_name = "RECORD", conflicts_with_all = ["service_time", "calls_per_s"])]
    against: Option<PathBuf>,
    /// With --against: compare also if machine, data or build profile differ
    #[arg(long, requires = "against")]
    force: bool,
    /// Open the HTML report in a browser
    #[arg(long, conflicts_with = "against")]
    open: bool,
}

/// The form that is a picture: not one of the reports' formats, since it is no text.
const CARD: &str = "card";

/// Shows the record.
pub(crate) fn report(arguments: &Arguments) -> Result<ExitCode, Failure> {
    if let Some(old) = &arguments.against {
        return compare::against(&arguments.record, old, &arguments.format, arguments.force);
    }
    let mut record = output::load(&arguments.record)?;
    let picture = arguments.format == CARD;
    let format = if picture { "html" } else { &arguments.format };
    let format: Format = format.parse().map_err(|error| Failure::usage(format!("{error}")))?;
    let shows = arguments.open || picture || !format.holds_what_was_measured();
    arguments.suppose(&mut record, shows)?;
    if arguments.open {
        let page = arguments.record.with_extension("html");
        let options = arguments.options(&record, Format::Html);
        write_page(&page, render_with(&record, Format::Html, &options)?.as_bytes())?;
        print(&format!("{}\n", page.display()))?;
        output::open(&page)?;
    } else if picture {
        card(&record)?;
    } else {
        print(&arguments.on_screen(&record, format)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Arguments {
    /// The record as text, with colours where a person looks at it: of the form for a person the
    /// first screen, unless all of it is wanted.
    fn on_screen(&self, record: &Record, format: Format) -> Result<String, Failure> {
        let shortened = format == Format::Human && !self.full;
        let format = if shortened { Format::FirstScreen } else { format };
        render_with(record, format, &self.options(record, format))
    }

    /// What the record does not hold; a page shows the runs before it too.
    fn options(&self, record: &Record, format: Format) -> RenderOptions {
        let is_page = format == Format::Html;
        RenderOptions {
            colour: io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none(),
            full: self.full,
            earlier: if is_page {
                earlier_than(&self.record, record)
            } else {
                EarlierRuns::default()
            },
            ..RenderOptions::default()
        }
    }

    /// Takes what the user says of a system of their own into the record. `shows` is false for
    /// formats that hold nothing but what was measured.
    fn suppose(&self, record: &mut Record, shows: bool) -> Result<(), Failure> {
        let flag = if self.service_time.is_some() {
            Some("--service-time")
        } else if self.calls_per_s.is_some() {
            Some("--calls-per-s")
        } else {
            None
        };
        if let Some(flag) = flag.filter(|_| !shows) {
            return Err(Failure::usage(format!(
                "{flag} says nothing with json and csv, which hold what was measured; take human, \
                markdown, html or model-json"
            )));
        }
        if let Some(text) = &self.service_time {
            record.plan.service_time_ns = Some(plan::service_time(text)?.as_nanos() as u64);
        }
        if let Some(text) = &self.calls_per_s {
            record.plan.calls_per_s = Some(plan::calls_per_s(text)?);
        }
        Ok(())
    }
}

/// A picture on stdout, unless a person would get it on a screen of text.
fn card(record: &Record) -> Result<(), Failure> {
    if io::stdout().is_terminal() {
        return Err(Failure::usage(
            "a card is a picture: write it into a file, as in --format card > card.png",
        ));
    }
    let png = reports::card(record).map_err(|error| Failure::failed(error.to_string()))?;
    print_bytes(&png)
}

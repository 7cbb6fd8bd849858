//! What a row of the table of plan keys says.

use crate::{
    plan::{
        keys::{form::Form, written::Written},
        run_plan::Plan,
    },
    shell::failure::Failure,
};
use reports::record;
use std::ffi::OsString;
use std::path::Path;

/// One plan key. A row of the table says what is its own, and takes the rest from [`Key::ROW`].
pub(crate) struct Key {
    /// The flag without its dashes. With `_` in the place of `-` it is the key of the plan file.
    pub(crate) flag: &'static str,
    /// Further names, of flag and file alike.
    pub(crate) aliases: &'static [&'static str],
    pub(crate) form: Form,
    /// What stands for the value in the help.
    pub(crate) value: &'static str,
    /// True where each of its values may begin with + or -: it then changes the latest record.
    pub(crate) signed: bool,
    /// Flags that it cannot stand beside.
    pub(crate) conflicts: &'static [&'static str],
    /// What it means, without its default.
    pub(crate) help: &'static str,
    /// Where it stands in the help; none: with its group.
    pub(crate) heading: Option<Heading>,
    pub(crate) standard: Standard,
    /// A value other than the default, as it stands behind the flag: what users see where theirs
    /// has another form, and tests try.
    pub(crate) example: &'static str,
    pub(crate) file: InFile,
    /// Reads what was written into the plan. Rows are taken in the order of the table.
    pub(crate) take: fn(&mut Plan, &Written<'_>) -> Result<(), Failure>,
    pub(crate) repeat: Repeat,
    /// Where the record has it; none where the record needs more than the plan to say it, or has it
    /// in its command alone.
    pub(crate) record: Option<fn(&Plan, &mut record::Plan)>,
}

impl Key {
    /// What most rows have in common.
    pub(crate) const ROW: Self = Self {
        flag: "",
        aliases: &[],
        form: Form::Text,
        value: "NAME",
        signed: false,
        conflicts: &[],
        help: "",
        heading: None,
        standard: Standard::Nothing,
        example: "",
        file: InFile::Yes,
        take: |_, _| Ok(()),
        repeat: Repeat::Never,
        record: None,
    };

    /// Its names in the plan file: the first is the one to use.
    pub(crate) fn file_names(&self) -> impl Iterator<Item = String> {
        let names = std::iter::once(&self.flag).chain(self.aliases);
        names.map(|name| name.replace('-', "_"))
    }

    /// Reads these values into a plan, as they would stand behind the flag.
    ///
    /// # Errors
    /// Usage: they do not fit.
    pub(crate) fn take(&self, plan: &mut Plan, values: &[OsString]) -> Result<(), Failure> {
        (self.take)(plan, &Written { flag: self.flag, values })
    }
}

/// The headings of `tollgate run --help`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heading {
    What,
    HowLong,
    YourService,
    Ci,
    Expert,
}

impl Heading {
    /// In the order of the help.
    pub(crate) const ALL: [Self; 5] =
        [Self::What, Self::HowLong, Self::YourService, Self::Ci, Self::Expert];

    /// As it is shown.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::What => "What",
            Self::HowLong => "How long",
            Self::YourService => "Your service",
            Self::Ci => "CI",
            Self::Expert => "Expert",
        }
    }
}

/// What a plan has where the user says nothing.
pub(crate) enum Standard {
    /// Nothing.
    Nothing,
    /// Nothing, which means this.
    Means(&'static str),
    /// This value, as it would stand behind the flag.
    Is(&'static str),
    /// What the workload brings with it, in these words.
    Shown(fn() -> String),
}

/// Whether the plan file may have it.
pub(crate) enum InFile {
    Yes,
    /// It belongs to one run.
    No,
    /// Where this allows it: the file may be somebody else's.
    If(fn(&Written<'_>, &Path) -> Result<(), Failure>),
}

/// How the command that repeats a plan has it: the text behind the flag, where there is one.
pub(crate) enum Repeat {
    /// Not at all: it is the user's own, or belongs to one run. A record names no file.
    Never,
    /// Where the text is not that of the standard plan.
    Changed(fn(&Plan) -> Option<String>),
    Always(fn(&Plan) -> String),
}

//! The flags of `tollgate run`, made of the table of keys: what the command line gives is text that
//! nobody has judged yet.

use crate::{
    drive::workload::Files,
    fleet::against,
    plan::{
        keys::{
            form::Form,
            key::{Heading, Key, Standard},
            table::{self, data},
        },
        run_plan::Plan,
    },
};
use clap::{
    Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches, Parser, error::ErrorKind,
    parser::ValueSource, value_parser,
};
use std::ffi::OsString;
use std::{collections::BTreeMap, path::PathBuf};

/// The flags of `tollgate run`.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Flags {
    /// Plan file: a file with most of these flags as keys [default: tollgate.toml, if there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) keys: KeyFlags,
    #[command(flatten, next_help_heading = Heading::Ci.name())]
    pub(crate) other: against::OtherFlags,
}

/// The words after `tollgate run`.
#[derive(Parser)]
#[command(no_binary_name = true)]
struct Words {
    #[command(flatten)]
    flags: Flags,
}

impl Flags {
    /// The flags among these words, which come after `tollgate run`.
    ///
    /// # Errors
    /// clap's, where there are other words.
    pub(crate) fn from_words<T: Into<OsString> + Clone>(
        words: impl IntoIterator<Item = T>,
    ) -> Result<Self, Error> {
        Words::try_parse_from(words).map(|words| words.flags)
    }
}

/// What stands behind the flags of the table, by flag. One that is not there was not given.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyFlags(BTreeMap<&'static str, Vec<OsString>>);

impl KeyFlags {
    /// The values of a flag; none where it was not given.
    pub(crate) fn values(&self, flag: &str) -> Option<&[OsString]> {
        self.0.get(flag).map(Vec::as_slice)
    }

    /// Has these values stand behind a flag, in the place of what was there.
    pub(crate) fn set<T: Into<OsString>>(
        &mut self,
        flag: &'static str,
        values: impl IntoIterator<Item = T>,
    ) {
        let values: Vec<OsString> = values.into_iter().map(Into::into).collect();
        if values.is_empty() {
            self.0.remove(flag);
        } else {
            self.0.insert(flag, values);
        }
    }

    fn of_matches(matches: &ArgMatches, keys: impl Iterator<Item = &'static Key>) -> Self {
        let mut flags = Self::default();
        for flag in keys.map(|key| key.flag) {
            if matches.value_source(flag) == Some(ValueSource::CommandLine) {
                flags.set(flag, matches.get_raw(flag).into_iter().flatten());
            }
        }
        flags
    }
}

impl Args for KeyFlags {
    fn augment_args(command: Command) -> Command {
        Heading::ALL.into_iter().fold(command, |command, heading| {
            let arguments = table::keys_under(heading).map(argument);
            command.args(arguments.map(|argument| argument.help_heading(heading.name())))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for KeyFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        Ok(Self::of_matches(matches, table::keys()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.extend(Self::from_arg_matches(matches)?.0);
        Ok(())
    }
}

/// Commands that call without a plan take the user's data by the same rows.
impl Args for Files {
    fn augment_args(command: Command) -> Command {
        command.args(data::KEYS.iter().map(argument))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Files {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let (flags, mut plan) = (KeyFlags::of_matches(matches, data::KEYS.iter()), Plan::default());
        for key in data::KEYS {
            if let Some(values) = flags.values(key.flag) {
                key.take(&mut plan, values)
                    .map_err(|failure| Error::raw(ErrorKind::ValueValidation, failure))?;
            }
        }
        Ok(plan.files)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The argument of a row.
fn argument(key: &'static Key) -> Arg {
    let argument = Arg::new(key.flag)
        .long(key.flag)
        .visible_aliases(key.aliases.iter().copied())
        .conflicts_with_all(key.conflicts.iter().copied())
        .value_name(key.value)
        .allow_hyphen_values(key.signed)
        .help(help(key));
    match key.form {
        Form::Switch => argument.action(ArgAction::SetTrue),
        Form::Text | Form::Time => argument,
        Form::Percent | Form::Number | Form::Decimal => argument.allow_hyphen_values(true),
        Form::Path => argument.value_parser(value_parser!(PathBuf)),
        Form::Words => argument.value_delimiter(',').action(ArgAction::Append),
        Form::Numbers => argument
            .value_delimiter(',')
            .action(ArgAction::Append)
            .allow_hyphen_values(true),
        Form::Pairs => argument.action(ArgAction::Append),
        Form::TimeOr(usual) => argument.num_args(0..=1).default_missing_value(usual),
    }
}

/// What the row means, and its default.
fn help(key: &Key) -> String {
    let default = match key.standard {
        Standard::Nothing => return key.help.into(),
        Standard::Means(words) | Standard::Is(words) => words.into(),
        Standard::Shown(shown) => shown(),
    };
    format!("{} [default: {default}]", key.help)
}

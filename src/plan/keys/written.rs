//! What a user wrote for one key, and reading it as what the key is made of.

use crate::{
    plan::keys::parse::{self, each_once, numbers},
    shell::failure::Failure,
};
use std::ffi::OsString;
use std::{ops::RangeInclusive, path::PathBuf, time::Duration};

/// What was written for one key: the values behind its flag, or those of the plan file, as they
/// would stand behind the flag. There is at least one.
pub(crate) struct Written<'a> {
    pub(crate) flag: &'static str,
    pub(crate) values: &'a [OsString],
}

impl Written<'_> {
    /// All of them. Those that are no paths are UTF-8: clap and TOML see to it.
    pub(crate) fn words(&self) -> Vec<String> {
        self.values.iter().map(|value| value.to_string_lossy().into_owned()).collect()
    }

    /// The value of a key that has one.
    pub(crate) fn text(&self) -> String {
        self.words().pop().unwrap_or_default()
    }

    /// The file or folder.
    pub(crate) fn path(&self) -> PathBuf {
        self.values.last().map(PathBuf::from).unwrap_or_default()
    }

    /// Each word read by `read`, each value once.
    pub(crate) fn each<T: PartialEq>(
        &self,
        read: fn(&str) -> Result<T, Failure>,
    ) -> Result<Vec<T>, Failure> {
        each_once(self.words().iter().map(|word| read(word)))
    }

    /// The one of these that has this name. The key is named as what they are.
    pub(crate) fn one_of<T: Copy>(
        &self,
        all: &[T],
        name: fn(T) -> &'static str,
    ) -> Result<T, Failure> {
        let text = self.text();
        let found = all.iter().find(|one| name(**one) == text);
        found.copied().ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|one| name(*one)).collect();
            parse::unknown(&self.file_name(), &text, &names)
        })
    }

    /// Whole numbers within these bounds, each once; the first stays first.
    pub(crate) fn sizes(&self, bounds: RangeInclusive<u32>) -> Result<Vec<u32>, Failure> {
        let numbers = numbers(&self.file_name(), &self.words())?;
        parse::sizes(&self.file_name(), &numbers, bounds)
    }

    /// A time with its unit.
    pub(crate) fn time(&self) -> Result<Duration, Failure> {
        parse::duration(&self.file_name(), &self.text())
    }

    fn file_name(&self) -> String {
        self.flag.replace('-', "_")
    }
}

/// Puts what was read in its place.
pub(crate) fn put<T>(place: &mut T, read: Result<T, Failure>) -> Result<(), Failure> {
    *place = read?;
    Ok(())
}

/// A time as it is written in a command.
pub(crate) fn seconds(time: Duration) -> String {
    format!("{}s", time.as_secs_f64())
}

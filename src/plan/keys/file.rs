//! The plan file, `tollgate.toml`: reading it, by the table of keys. What its values mean is
//! decided where they meet the flags. It may be somebody else's: it is taken aloud.

use crate::{
    lanes::suggestion,
    plan::{
        keys::{
            key::{InFile, Key},
            table,
            written::Written,
        },
        run_plan::Plan,
    },
    shell::{failure::Failure, stderr, toml_file},
};
use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};
use toml::{Spanned, Value};

/// The plan file that is read when it is there.
const USUAL: &str = "tollgate.toml";

/// `tollgate.toml`.
#[derive(Debug, Default)]
pub(crate) struct PlanFile {
    /// Where it was read.
    path: PathBuf,
    /// What it says of each key, by flag, as it would stand behind the flag.
    values: BTreeMap<&'static str, Vec<OsString>>,
}

impl PlanFile {
    /// The file at this path, with this text.
    ///
    /// # Errors
    /// Usage, naming the line: keys that it may not have, or that have another form.
    pub(crate) fn from_text(text: &str, path: &Path) -> Result<Self, Failure> {
        let keys: BTreeMap<Spanned<String>, Spanned<Value>> = toml_file::from_text(text, path)?;
        let mut keys: Vec<_> = keys.into_iter().collect();
        keys.sort_by_key(|(name, _)| name.span().start);
        let mut file = Self { path: path.into(), ..Self::default() };
        for (name, value) in keys {
            let at = name.span().start;
            file.take_entry(name.get_ref(), value.get_ref())
                .map_err(|what| toml_file::refused_at(text, path, at, &what))?;
        }
        Ok(file)
    }

    fn take_entry(&mut self, name: &str, value: &Value) -> Result<(), String> {
        let key = of_name(name)?;
        let Some(values) = key.form.values_of_file(value) else {
            let example = key.form.file_text(key.example);
            let wanted = key.form.in_words();
            return Err(format!("{name}: {wanted} is needed, as in {name} = {example}"));
        };
        match self.values.insert(key.flag, values) {
            None => Ok(()),
            Some(_) => Err(format!("{name}: the same key is there under another name")),
        }
    }

    /// True where it says something of the key with this flag.
    pub(crate) fn has(&self, flag: &str) -> bool {
        self.values.get(flag).is_some_and(|values| !values.is_empty())
    }

    /// Forgets what it says of the key with this flag.
    pub(crate) fn leave_out(&mut self, flag: &str) {
        self.values.remove(flag);
    }

    /// Reads what it says of a key into a plan.
    ///
    /// # Errors
    /// Usage: it does not fit, or a file may not say it.
    pub(crate) fn take(&self, key: &Key, plan: &mut Plan) -> Result<(), Failure> {
        let Some(values) = self.values.get(key.flag).filter(|values| !values.is_empty()) else {
            return Ok(());
        };
        if let InFile::If(check) = key.file {
            check(&Written { flag: key.flag, values }, &self.path)?;
        }
        key.take(plan, values)
    }
}

/// The row of a key that stands in a plan file.
fn of_name(name: &str) -> Result<&'static Key, String> {
    let named = |key: &&Key| key.file_names().any(|own| own == name);
    if let Some(key) = table::keys_of_file().find(named) {
        return Ok(key);
    }
    if let Some(key) = table::keys().find(named) {
        return Err(format!("`{name}` belongs to one run: use --{}", key.flag));
    }
    let names: Vec<String> =
        table::keys_of_file().filter_map(|key| key.file_names().next()).collect();
    let nearest = suggestion(name, names.iter().map(String::as_str));
    let nearest = nearest.map_or_else(String::new, |near| format!(" Did you mean {near}?"));
    Err(format!("unknown field `{name}`.{nearest} There are {}.", names.join(", ")))
}

/// The plan file of this name; without a name the usual one, which need not be there. A file that
/// is taken is named on stderr.
pub(crate) fn read(named: Option<&Path>) -> Result<PlanFile, Failure> {
    let path = named.unwrap_or(Path::new(USUAL));
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => {
            return Ok(PlanFile::default());
        }
        Err(error) => {
            return Err(Failure::usage(format!(
                "cannot read the plan {}: {error}",
                path.display()
            )));
        }
    };
    let file = PlanFile::from_text(&text, path)?;
    stderr::say(format_args!("tollgate: the plan is from the file {}", path.display()));
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_unknown_key_and_its_line() {
        let path = tempfile::NamedTempFile::new().expect("a file");
        fs::write(path.path(), "budget = \"5m\"\nbatches = [1]\n").expect("written");
        let failure = read(Some(path.path())).expect_err("unknown key").to_string();
        assert!(
            failure.contains("line 2") && failure.contains("unknown field `batches`"),
            "{failure}"
        );
        assert!(failure.contains("Did you mean batch?"), "{failure}");
    }

    fn refused(text: &str) -> String {
        let refused = PlanFile::from_text(text, Path::new("mine.toml")).expect_err(text);
        refused.to_string()
    }

    #[test]
    fn names_the_form_that_a_key_has() {
        let said = refused("starts = 3\nbatch = 5\n");
        assert_eq!(
            said,
            "mine.toml line 2: batch: a list of whole numbers is needed, as in batch = [1, 8, 64]"
        );
    }

    #[test]
    fn refuses_one_key_under_two_names() {
        let said = refused("products = \"a.npy\"\n\ncatalog = \"b.npy\"\n");
        assert!(said.contains("line 3: catalog: the same key"), "{said}");
    }

    #[test]
    fn refuses_what_belongs_to_one_run_with_its_flag() {
        assert!(
            refused("quick = true\n").contains("line 1: `quick` belongs to one run: use --quick")
        );
    }
}

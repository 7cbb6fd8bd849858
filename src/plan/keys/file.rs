//! The plan file, `tollgate.toml`: reading it, by the table of keys. What its values mean is
//! decided where they meet the flags. It may be somebody else's: it is taken aloud.

use crate::{
    lanes::suggestion::suggestion,
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
use std::ffi::OsString;
use std::{
    collections::BTreeMap,
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
    /// What it says of each key, by flag.
    entries: BTreeMap<&'static str, Entry>,
}

/// What the file says of one key.
#[derive(Debug)]
struct Entry {
    /// The name that it uses.
    name: String,
    /// From 1.
    line: usize,
    /// As they would stand behind the flag.
    values: Vec<OsString>,
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
            let line = toml_file::line_at(text, at);
            file.take_entry(name.get_ref(), value.get_ref(), line)
                .map_err(|what| toml_file::refused_at(text, path, at, &what))?;
        }
        Ok(file)
    }

    fn take_entry(&mut self, name: &str, value: &Value, line: usize) -> Result<(), String> {
        let key = of_name(name)?;
        let Some(values) = key.form.values_of_file(value) else {
            let example = key.form.file_text(&nearest_example(key, value));
            let wanted = key.form.in_words();
            return Err(format!("{name}: {wanted} is needed, as in {name} = {example}"));
        };
        let entry = Entry { name: name.into(), line, values };
        match self.entries.insert(key.flag, entry) {
            None => Ok(()),
            Some(_) => Err(format!("{name}: the same key is there under another name")),
        }
    }

    /// True where it says something of the key with this flag.
    pub(crate) fn has(&self, flag: &str) -> bool {
        self.entries.get(flag).is_some_and(|entry| !entry.values.is_empty())
    }

    /// Forgets what it says of the key with this flag.
    pub(crate) fn leave_out(&mut self, flag: &str) {
        self.entries.remove(flag);
    }

    /// Where it has the key with this flag, for an error that is found later; none where it does
    /// not have it.
    pub(crate) fn place_of(&self, flag: &str) -> Option<String> {
        let entry = self.entries.get(flag).filter(|entry| !entry.values.is_empty())?;
        Some(entry.place(&self.path, ""))
    }

    /// Reads what it says of a key into a plan.
    ///
    /// # Errors
    /// Usage: it does not fit, or a file may not say it.
    pub(crate) fn take(&self, key: &Key, plan: &mut Plan) -> Result<(), Failure> {
        let Some(entry) = self.entries.get(key.flag).filter(|entry| !entry.values.is_empty())
        else {
            return Ok(());
        };
        if let InFile::If(check) = key.file {
            check(&Written { flag: key.flag, values: &entry.values }, &self.path)?;
        }
        key.take(plan, &entry.values).map_err(|failure| {
            let place = entry.place(&self.path, &failure.to_string());
            failure.found_at(&place)
        })
    }
}

impl Entry {
    /// File, line and name: the name unless the error begins with it.
    fn place(&self, path: &Path, error: &str) -> String {
        let (file, line, name) = (path.display(), self.line, &self.name);
        let names_it = error.replace(' ', "_").starts_with(name.as_str());
        let name = if names_it { String::new() } else { format!(" {name}:") };
        format!("{file} line {line}:{name}")
    }
}

/// What a key could have in the place of a value of another form: the same number with its unit
/// where that fits, or else the example of the key.
fn nearest_example(key: &Key, value: &Value) -> String {
    let fits = |text: &String| key.take(&mut Plan::standard(), &[text.into()]).is_ok();
    let own = key.form.with_unit(value, key.example).filter(fits);
    own.unwrap_or_else(|| key.example.into())
}

/// The row of a key that stands in a plan file.
fn of_name(name: &str) -> Result<&'static Key, String> {
    let named = |key: &&Key| key.file_names().any(|own| own == name);
    if let Some(key) = table::keys_of_file().find(named) {
        return Ok(key);
    }
    if let Some(key) = table::keys().find(named) {
        return Err(format!("`{name}` cannot stand in a file: use --{}", key.flag));
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
        let said = refused("starts = 3\nbatch = 1.5\n");
        assert_eq!(
            said,
            "mine.toml line 2: batch: a list of whole numbers is needed, as in batch = [1, 8, 64]"
        );
        says_first(&refused("starts = \"7\"\n"), "starts: a whole number without quotes is needed");
        says_first(&refused("out = 3\n"), "out: a path in quotes is needed");
    }

    /// Behind file and line.
    #[track_caller]
    fn says_first(said: &str, words: &str) {
        assert!(said.starts_with(&format!("mine.toml line 1: {words}")), "{said}");
    }

    #[test]
    fn a_number_without_its_unit_is_shown_with_it() {
        let time = "a time with its unit, in quotes, is needed, as in";
        for (line, needed) in [
            ("budget = 120", format!("budget: {time} budget = \"120s\"")),
            ("visit = 200", format!("visit: {time} visit = \"200ms\"")),
            ("visit = 9000", format!("visit: {time} visit = \"150ms\"")),
            ("service_time = 2.5", format!("service_time: {time} service_time = \"2.5ms\"")),
            ("load = 3", format!("load: true, false or {time} load = \"3s\"")),
            (
                "precision = 4",
                "precision: a percentage in quotes is needed, as in precision = \"4%\"".into(),
            ),
        ] {
            says_first(&refused(line), &needed);
        }
    }

    #[test]
    fn a_value_that_does_not_fit_is_refused_with_its_line_and_its_key() {
        let refused = |text: &str| {
            let file = PlanFile::from_text(text, Path::new("mine.toml")).expect("a text");
            let flags = crate::plan::Flags::default();
            Plan::merged(&flags, file).expect_err(text).to_string()
        };
        says_first(&refused("budget = \"120\""), "budget 120: a time with its unit is needed");
        says_first(&refused("modes = \"bached\""), "modes: there is no mode `bached`.");
        says_first(&refused("calls_per_s = 0"), "calls per second 0: a number");
        says_first(&refused("service_time = \"fast\""), "service time fast: a time");
        says_first(&refused("batch = \"1,many\""), "batch many: whole numbers are needed");
    }

    #[test]
    fn refuses_one_key_under_two_names() {
        let said = refused("products = \"a.npy\"\n\ncatalog = \"b.npy\"\n");
        assert!(said.contains("line 3: catalog: the same key"), "{said}");
    }

    #[test]
    fn refuses_what_belongs_to_one_run_with_its_flag() {
        assert!(
            refused("quick = true\n")
                .contains("line 1: `quick` cannot stand in a file: use --quick")
        );
    }
}

//! What a list behind `--batch` or `--lanes` says whose items begin with + or -: not a plan of its
//! own, but what the plan of the latest record gains and loses.

use crate::shell::failure::Failure;

/// What a plan gains and loses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) batch: Steps<u32>,
    pub(crate) lanes: Steps<String>,
}

/// What a list gains and loses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Steps<T> {
    pub(crate) added: Vec<T>,
    pub(crate) removed: Vec<T>,
}

impl<T> Default for Steps<T> {
    fn default() -> Self {
        Self { added: Vec::new(), removed: Vec::new() }
    }
}

impl<T> Steps<T> {
    /// True where nothing is asked.
    pub(crate) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

/// The words of a list that changes another; none for a list of its own.
///
/// # Errors
/// Usage: only some of them begin with + or -, or one is nothing else.
pub(crate) fn steps(flag: &str, words: &[String]) -> Result<Option<Steps<String>>, Failure> {
    let mut steps = Steps::default();
    let mut plain = None;
    for word in words.iter().map(|word| word.trim()) {
        if let Some(added) = word.strip_prefix('+') {
            steps.added.push(added.to_owned());
        } else if let Some(removed) = word.strip_prefix('-') {
            steps.removed.push(removed.to_owned());
        } else {
            plain = Some(word);
        }
    }
    if steps.is_empty() {
        return Ok(None);
    }
    if let Some(plain) = plain {
        return Err(Failure::usage(format!(
            "--{flag} {}: `{plain}` has no sign; give every item + or -, which changes the latest \
            record, or none, which is a list of its own",
            words.join(",")
        )));
    }
    let mut all = steps.added.iter().chain(&steps.removed);
    if all.any(|word| word.is_empty() || word.starts_with('-')) {
        return Err(Failure::usage(format!(
            "--{flag} {}: a name or a number is needed behind each + or -",
            words.join(",")
        )));
    }
    Ok(Some(steps))
}

impl Change {
    /// True where something is asked.
    pub(crate) fn is_asked(&self) -> bool {
        !self.batch.is_empty() || !self.lanes.is_empty()
    }

    /// In words, as `batch +32,-256`.
    pub(crate) fn text(&self) -> String {
        let batch = Steps {
            added: self.batch.added.iter().map(u32::to_string).collect(),
            removed: self.batch.removed.iter().map(u32::to_string).collect(),
        };
        let lists = [("batch", &batch), ("lanes", &self.lanes)];
        let said = lists.iter().filter(|(_, steps)| !steps.is_empty());
        said.map(|(name, steps)| format!("{name} {}", signed(steps)))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

fn signed(steps: &Steps<String>) -> String {
    let added = steps.added.iter().map(|word| format!("+{word}"));
    let removed = steps.removed.iter().map(|word| format!("-{word}"));
    added.chain(removed).collect::<Vec<_>>().join(",")
}

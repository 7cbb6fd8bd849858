//! Assertions over several things that refuse to hold because there was nothing to look at. The
//! integration tests of the harness use them too. They know nothing of records and reports.

use std::fmt::Debug;

/// All of them. Panics where there is none: a loop over nothing asserts nothing.
#[track_caller]
pub(crate) fn some<T>(items: impl IntoIterator<Item = T>, what: &str) -> Vec<T> {
    let items: Vec<T> = items.into_iter().collect();
    assert!(!items.is_empty(), "no {what}: nothing was looked at");
    items
}

/// There is at least one, and this holds for each; names the first for which it does not.
#[track_caller]
pub(crate) fn each<T: Debug>(
    items: impl IntoIterator<Item = T>,
    what: &str,
    holds: impl Fn(&T) -> bool,
) {
    for item in some(items, what) {
        assert!(holds(&item), "{what}: not for {item:?}");
    }
}

/// The text has each of these words.
#[track_caller]
pub(crate) fn says(text: &str, words: &[&str]) {
    for word in some(words, "words to look for") {
        assert!(text.contains(word), "{word:?} is missing in\n{text}");
    }
}

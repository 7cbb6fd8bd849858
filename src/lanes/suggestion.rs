//! The word that somebody may have meant.

/// The nearest of these words, if one is near.
pub(crate) fn suggestion<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = words.map(|other| (strsim::jaro_winkler(word, other), other));
    near.max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(score, _)| *score > 0.7)
        .map(|(_, other)| other)
}

//! What the fuzz target `record` runs (fuzz/), and the test of what it found: bytes as a record,
//! and a record in every format. Hidden from the documentation: nothing else needs it.

use crate::{
    Format, RenderOptions, card, comparison_page, judge::comparison, record::read, render,
};

/// Every rendering that is text.
const FORMATS: [Format; 13] = [
    Format::Html,
    Format::Human,
    Format::Markdown,
    Format::Json,
    Format::Csv,
    Format::ContrastsCsv,
    Format::StagesCsv,
    Format::ResourcesCsv,
    Format::LoadsCsv,
    Format::ModelJson,
    Format::ModelCsv,
    Format::FiguresCsv,
    Format::FiguresJson,
];

/// Reads the bytes as a file; what is a record is shown in every form, and set against itself.
///
/// # Panics
/// Where something is shown that is no number, or a record that was shown cannot be read again:
/// that is what is looked for.
pub fn record(bytes: &[u8]) {
    let Ok(record) = read::from_bytes(bytes) else { return };
    let json = serde_json::to_string(&record).expect("what was read can be written");
    read::from_bytes(json.as_bytes()).expect("what was read can be read again");
    // A text of the record may hold these words: then nothing is known of those shown.
    let clean = no_number(&json).is_none();
    for format in FORMATS {
        let shown = render(&record, format, &RenderOptions::default()).expect("it renders");
        // What follows in a page is scripts and packed data: any letters may stand there.
        let text = shown.split("<script").next().unwrap_or_default();
        assert!(!clean || no_number(text).is_none(), "{format:?}: {:?}", no_number(text));
    }
    card(&record).expect("it is drawn");
    if let Ok(between) = comparison::changes(&record, &record, true) {
        comparison_page(&record, &record, &between).expect("it renders");
    }
}

/// What is written for a value that is no finite number, with what stands before it.
fn no_number(text: &str) -> Option<&str> {
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let alone = |at: usize, word: &str| {
        let (before, after) =
            (text[..at].chars().next_back(), text[at + word.len()..].chars().next());
        !is_letter(before) && !is_letter(after)
    };
    let found = ["NaN", "inf"].iter().find_map(|word| {
        let (at, _) = text.match_indices(word).find(|(at, _)| alone(*at, word))?;
        Some((at, at + word.len()))
    });
    let (at, end) = found?;
    let from = text[..at].char_indices().rev().nth(60).map_or(0, |(from, _)| from);
    Some(&text[from..end])
}

//! Sentences that hold numbers. They know no layout.

pub(crate) mod answers;
pub(crate) mod chart_sentences;
pub(crate) mod cores_at_rate;
pub mod cost_model;
pub mod findings;
pub mod folklore;
pub(crate) mod header;
pub mod interleaving;
pub mod payload_sizes;
pub mod trust;
pub mod two_records;

/// With a capital letter at its beginning.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

//! Which of HTTP and RPC is quicker between other languages than Rust alone.

use crate::{
    figures::summary::Summary,
    say::{
        answers::answer::Answer,
        findings::languages::{Contest, http_or_rpc, quicker_for_all},
    },
};

/// None where no other languages were measured over both.
pub(super) fn answer(summary: &Summary) -> Option<Answer> {
    let scene = summary.main()?;
    let contests = Contest::all(summary, scene);
    let said = http_or_rpc(&contests)?;
    Some(Answer {
        question: "Other pairs?".to_owned(),
        short: quicker_for_all(&contests).unwrap_or("it depends on the pair").to_owned(),
        text: format!("for a single call{} {said}.", scene.placed),
        is_of_work: false,
    })
}

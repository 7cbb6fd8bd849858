//! Which of HTTP and RPC is quicker between other languages than Rust alone.

use crate::{
    figures::summary::Summary,
    say::{
        answers::answer::Answer,
        findings::languages::{Contest, http_or_rpc, in_short},
    },
};

/// None where no other languages were measured over both.
pub(super) fn answer(summary: &Summary) -> Option<Answer> {
    let scene = summary.main()?;
    let contests = Contest::all(summary, scene);
    let said = http_or_rpc(&contests)?;
    Some(Answer {
        question: "Other pairs?".to_owned(),
        short: in_short(&contests),
        text: format!("for a single call{} {said}.", scene.placed),
        is_of_work: false,
    })
}

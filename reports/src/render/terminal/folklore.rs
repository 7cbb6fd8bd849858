//! What people say of boundaries, in the terminal's report.

use crate::{judge::Judged, render::terminal::screen::Screen, say::folklore};

pub(crate) fn render(out: &mut Screen, judged: &Judged) {
    let folklore = folklore::of(judged);
    if folklore.claims.is_empty() && folklore.absent.is_empty() {
        return;
    }
    out.title("What people say, and what was measured here");
    for claim in &folklore.claims {
        out.wrapped("- ", &format!("{}: {}. {}.", claim.says, claim.verdict.words(), claim.here));
    }
    for (says, missing) in &folklore.absent {
        out.wrapped("- ", &format!("{says}: not judged, {missing}."));
    }
}

//! What people say of boundaries, in the terminal's report.

use crate::{judge::Judged, render::terminal::screen::Screen, say::folklore};

pub(crate) fn render(out: &mut Screen, judged: &Judged) {
    let folklore = folklore::of(judged);
    if folklore.claims.is_empty() && folklore.absent.is_empty() {
        return;
    }
    out.title("What people say, and what was measured here");
    out.wrapped(
        "",
        "Called alternately: two lanes took turns in short bursts. By visits: from the calls of \
        the table, less precise.",
    );
    for claim in &folklore.claims {
        let here = claim.here();
        let verdict = format!("{}: {}.", claim.says, claim.words());
        if let [only] = here.as_slice() {
            out.wrapped("- ", &format!("{verdict} {only}."));
            continue;
        }
        out.wrapped("- ", &verdict);
        here.iter().for_each(|situation| out.wrapped("  - ", &format!("{situation}.")));
    }
    for (says, missing) in &folklore.absent {
        out.wrapped("- ", &format!("{says}: not judged, {missing}."));
    }
}

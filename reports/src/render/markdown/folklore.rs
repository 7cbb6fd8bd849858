//! What people say of boundaries, in a short report: a line for each claim, where there is room for
//! them.

use crate::{
    judge::Judged,
    render::markdown::lines::{MOST_LINES, escaped},
    say::folklore,
};

pub(crate) fn render(lines: &mut Vec<String>, judged: &Judged) {
    // What ends the report: a blank line and its name.
    const NEEDED: usize = 2;
    let written: usize = lines.iter().map(|line| 1 + line.matches('\n').count()).sum();
    let claims = folklore::of(judged).claims;
    if claims.is_empty() {
        return;
    }
    // A list may follow a paragraph without a blank line.
    let heading = [String::new(), "What people say (figures in the report):".into()];
    if written + heading.len() + claims.len() + NEEDED <= MOST_LINES {
        lines.extend(heading);
        let said = |claim: &folklore::Claim| format!("- {}: {}.", claim.says, claim.words());
        lines.extend(claims.iter().map(|claim| escaped(&said(claim))));
    }
}

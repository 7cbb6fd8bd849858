//! What people say of boundaries, in a short report: one line of verdicts, where there is room for
//! it.

use crate::{
    judge::Judged,
    render::markdown::lines::{MOST_LINES, escaped},
    say::folklore,
};

pub(crate) fn render(lines: &mut Vec<String>, judged: &Judged) {
    // A blank line, the line itself, and what ends the report: a blank line and its name.
    const NEEDED: usize = 4;
    let written: usize = lines.iter().map(|line| 1 + line.matches('\n').count()).sum();
    let claims = folklore::of(judged).claims;
    let said: Vec<String> = claims
        .iter()
        .map(|claim| format!("{}: {}", claim.says, claim.verdict.words()))
        .collect();
    if !said.is_empty() && written + NEEDED <= MOST_LINES {
        let line = format!("What people say (figures in the report): {}.", said.join("; "));
        lines.extend([String::new(), escaped(&line)]);
    }
}

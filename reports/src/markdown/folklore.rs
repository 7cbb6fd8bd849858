//! What people say of boundaries, in a short report: one paragraph.

use super::escaped;
use crate::folklore;
use crate::summary::Summary;

pub(super) fn render(lines: &mut Vec<String>, summary: &Summary) {
    let claims = folklore::of(summary).claims;
    let said =
        claims.iter().map(|claim| format!("{}: {} ({})", claim.says, claim.verdict.words(), claim.here));
    let said: Vec<String> = said.collect();
    if !said.is_empty() {
        lines.extend([String::new(), escaped(&format!("What people say: {}.", said.join("; ")))]);
    }
}

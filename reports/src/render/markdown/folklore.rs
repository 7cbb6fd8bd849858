//! What people say of boundaries, in a short report: a line or two for each claim, where there is
//! room for them.

use crate::{
    judge::Judged,
    render::markdown::lines::{MOST_LINES, escaped},
    say::folklore,
};

/// Widest line.
const COLUMNS: usize = 80;

pub(crate) fn render(lines: &mut Vec<String>, judged: &Judged) {
    // What ends the report: a blank line and its name.
    const NEEDED: usize = 2;
    let written: usize = lines.iter().map(|line| 1 + line.matches('\n').count()).sum();
    let mut said = Vec::new();
    for claim in folklore::of(judged).claims {
        said.extend(wrapped(&escaped(&format!("{}: {}.", claim.says, claim.words()))));
    }
    if said.is_empty() {
        return;
    }
    let heading = [String::new(), "What people say (figures in the report):".into(), String::new()];
    if written + heading.len() + said.len() + NEEDED <= MOST_LINES {
        lines.extend(heading.into_iter().chain(said));
    }
}

/// An entry of a list, broken between words.
fn wrapped(text: &str) -> Vec<String> {
    let (mut lines, mut line) = (Vec::new(), "-".to_owned());
    for word in text.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > COLUMNS {
            lines.push(std::mem::replace(&mut line, " ".to_owned()));
        }
        line = format!("{line} {word}");
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_broken_between_words_and_its_next_lines_are_set_in() {
        let lines = wrapped(&"word ".repeat(40));
        assert_eq!(lines.len(), 3);
        assert!(lines[0].starts_with("- word") && lines[1].starts_with("  word"));
        assert!(lines.iter().all(|line| line.len() <= COLUMNS), "{lines:?}");
    }
}

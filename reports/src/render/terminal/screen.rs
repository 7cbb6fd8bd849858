//! A page of text 80 columns wide: titles, rows, wrapped lines. It knows no figure.

use crate::{render::text::clean, view::table::Table};

/// Columns of a lane's name that stands before its figures.
pub(crate) const NAME: usize = 13;
/// Widest line of text, and of the first table.
pub(crate) const COLUMNS: usize = 80;

pub(crate) struct Screen {
    pub(crate) text: String,
    colour: bool,
}

impl Screen {
    pub(crate) fn new(colour: bool) -> Self {
        Self { text: String::new(), colour }
    }

    pub(crate) fn title(&mut self, text: &str) {
        let text = clean(text);
        let gap = if self.text.is_empty() { "" } else { "\n" };
        let (bold, plain) = if self.colour { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
        self.text.push_str(&format!("{gap}{bold}{text}{plain}\n"));
    }

    /// First column to the left, all others to the right, as wide as `widths` says.
    pub(crate) fn row(&mut self, cells: &[&str], widths: &[usize]) {
        for (at, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let cell = clean(cell);
            if at == 0 {
                self.text.push_str(&format!("{cell:<width$}"));
            } else {
                self.text.push_str(&format!(" {cell:>width$}"));
            }
        }
        self.end_row();
    }

    /// A name and its cells; one that is too long for the first column stands above them.
    pub(crate) fn named_row(&mut self, name: &str, cells: &[&str], widths: &[usize]) {
        let name = clean(name);
        let fits = widths.first().is_none_or(|width| name.chars().count() <= *width);
        if !fits {
            self.wrapped("", &name);
        }
        let name = if fits { name.as_str() } else { "" };
        self.row(&[&[name], cells].concat(), widths);
    }

    /// Ends a line, without spaces before its end.
    fn end_row(&mut self) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
    }

    /// The line below a heading.
    pub(crate) fn rule(&mut self) {
        self.text.push_str(&format!("{}\n", "─".repeat(COLUMNS)));
    }

    /// A table whose columns are as wide as they must be; a lane whose name is too long stands
    /// above its figures.
    pub(crate) fn columns(&mut self, table: &Table) {
        let rows = std::iter::once(&table.head).chain(&table.rows);
        let mut widths = vec![0; table.head.len() - 1];
        for row in rows.clone() {
            for (width, cell) in widths.iter_mut().zip(&row[1..]) {
                *width = cell.chars().count().max(*width);
            }
        }
        for row in rows {
            let name = clean(&row[0]);
            let inline = name.chars().count() <= NAME;
            if !inline {
                self.wrapped("", &name);
            }
            let mut line = format!("{:<1$}", if inline { &name } else { "" }, NAME);
            for (cell, width) in row[1..].iter().zip(&widths) {
                line.push_str(&format!(" {:>width$}", clean(cell)));
            }
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
    }

    /// A head, and a text beside it whose further lines stand below its beginning.
    pub(crate) fn hanging(&mut self, head: &str, indent: usize, text: &str) {
        let begin = self.text.len();
        self.wrapped(&" ".repeat(indent), text);
        let after = self.text.split_off(begin);
        let beside = after.strip_prefix(&" ".repeat(indent)).unwrap_or(&after);
        if head.chars().count() <= indent {
            self.text.push_str(head);
            self.text.push_str(beside);
        } else {
            self.text.push_str(&format!("{}\n{after}", head.trim_end()));
        }
    }

    /// Breaks between words, and within a word only where it is wider than the line.
    pub(crate) fn wrapped(&mut self, bullet: &str, text: &str) {
        let bullet_width = bullet.chars().count();
        let indent = " ".repeat(bullet_width);
        let mut line = bullet.to_owned();
        let mut width = bullet_width;
        for word in clean(text).split_whitespace().flat_map(pieces) {
            let long = word.chars().count();
            if width > bullet_width && width + 1 + long > COLUMNS {
                self.text.push_str(&line);
                self.text.push('\n');
                line = indent.clone();
                width = indent.len();
            }
            if width > bullet_width {
                line.push(' ');
                width += 1;
            }
            line.push_str(&word);
            width += long;
        }
        self.text.push_str(&line);
        self.text.push('\n');
    }
}

fn pieces(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    letters.chunks(COLUMNS - 4).map(|part| part.iter().collect()).collect()
}

//! The first screen of a terminal: at most 40 lines of 80 columns. What ran and how far it can be
//! trusted, one table, the answers, what is not here, where the rest is. It computes nothing.

use crate::{
    figures::{contrasts, summary::Summary},
    judge::Judged,
    record::Record,
    render::{
        options::RenderOptions,
        terminal::{
            screen::{COLUMNS, Screen},
            where_to_go,
        },
        text::clean,
    },
    say::{
        answers::{self, Answer},
        header,
    },
    stats::units::short,
    view::lanes::short_table::{ShortRow, ShortTable},
};

/// Most lines of the screen.
const LINES: usize = 40;
/// Most lanes of the table, and most of those that are set against another build.
const MOST_ROWS: usize = 10;
const MOST_REBUILT: usize = 6;
/// Columns of a lane's name.
const NAME: usize = 12;
/// Columns of a question.
const QUESTION: usize = 23;

/// Writes it.
pub(crate) fn render(judged: &Judged, options: &RenderOptions) -> String {
    let mut rest = Screen::new(options.colour);
    let table = ShortTable::of(&judged.summary, MOST_ROWS);
    match &table {
        Some(table) => lanes(&mut rest, table),
        None => rest.wrapped("", "Nothing was measured."),
    }
    additions(&mut rest, judged.summary.record);
    if judged.usable() {
        two_builds(&mut rest, &judged.summary);
    }
    questions(&mut rest, &answers::answers(judged));
    further(&mut rest, judged, table.as_ref());
    if options.record_path.is_none() {
        rest.wrapped("", "All of the report: tollgate report RECORD --full");
    }
    where_to_go(&mut rest, options);
    let mut out = Screen::new(options.colour);
    header::first_line(judged).iter().for_each(|line| out.wrapped("", line));
    out.wrapped("", &header::in_one_line(judged));
    header::wanted_precision(judged.summary.record)
        .iter()
        .for_each(|reached| out.wrapped("", reached));
    let room = LINES.saturating_sub(lines(&out) + lines(&rest) + 1);
    warnings(&mut out, judged, room);
    out.text.push('\n');
    out.text + &rest.text
}

fn lines(screen: &Screen) -> usize {
    screen.text.lines().count()
}

/// Reasons against the figures, as many as there is room for; the others are counted.
fn warnings(out: &mut Screen, judged: &Judged, room: usize) {
    let reasons = &judged.trust.reasons;
    let mut left = room;
    let mut shown = 0;
    for reason in reasons {
        let mut one = Screen::new(false);
        one.wrapped("! ", &format!("{}: {}", reason.grade, reason.text));
        // The first is said whatever it takes; one line is kept for what counts the others.
        if shown > 0 && lines(&one) + 1 > left {
            break;
        }
        left = left.saturating_sub(lines(&one));
        out.text.push_str(&one.text);
        shown += 1;
    }
    if shown < reasons.len() {
        let more = reasons.len() - shown;
        out.wrapped("! ", &format!("{more} more: tollgate report --full"));
    }
}

/// A column: two lines of heading, and what stands in it for a lane. Where the screen is too narrow
/// the last ones are left out first.
struct Column {
    head: [String; 2],
    cells: Vec<String>,
}

impl Column {
    fn of(head: [&str; 2], table: &ShortTable, cell: impl Fn(&ShortRow) -> &str) -> Self {
        Self {
            head: head.map(str::to_owned),
            cells: table.rows.iter().map(|row| cell(row).to_owned()).collect(),
        }
    }

    fn width(&self) -> usize {
        let all = self.head.iter().chain(&self.cells);
        all.map(|text| text.chars().count()).max().unwrap_or_default()
    }
}

fn columns(table: &ShortTable) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for (at, placement) in table.placements.iter().enumerate() {
        let above = if at == 0 { "one call:" } else { "" };
        let cell = |row: &ShortRow| row.calls.get(at).cloned().unwrap_or_default();
        columns.push(Column {
            head: [above.to_owned(), placement.clone()],
            cells: table.rows.iter().map(cell).collect(),
        });
    }
    let work = format!("{} call", table.work);
    columns.push(Column::of(["share of a", &work], table, |row| &row.share));
    if let Some(items) = &table.batch {
        let head = ["per item in", &format!("batch {items}")];
        columns.push(Column::of(head, table, |row| &row.item));
    }
    columns.push(Column::of(["CPU, both", "sides"], table, |row| &row.cpu));
    columns.push(Column::of(["bytes", "out/back"], table, |row| &row.bytes));
    let mut room = COLUMNS - NAME;
    columns
        .into_iter()
        .take_while(|column| {
            let fits = room > column.width();
            room = room.saturating_sub(column.width() + 1);
            fits
        })
        .collect()
}

fn lanes(out: &mut Screen, table: &ShortTable) {
    let columns = columns(table);
    let widths: Vec<usize> =
        std::iter::once(NAME).chain(columns.iter().map(Column::width)).collect();
    for line in 0..2 {
        let heads = columns.iter().map(|column| column.head[line].as_str());
        out.row(&std::iter::once("").chain(heads).collect::<Vec<_>>(), &widths);
    }
    for (at, row) in table.rows.iter().enumerate() {
        let cells = columns.iter().map(|column| column.cells[at].as_str());
        out.named_row(&row.name, &cells.collect::<Vec<_>>(), &widths);
    }
    if let Some(errors) = &table.errors {
        out.wrapped("", &format!("one call: median, with errors of {errors}; item, CPU: means"));
    }
}

/// The last one where it was: each takes a line or two.
fn additions(out: &mut Screen, record: &Record) {
    let said = header::additions(record);
    if said.len() > 1 {
        let (mark, earlier) = (header::ADDED, said.len() - 1);
        out.wrapped("", &format!("{mark} {earlier} before the last: tollgate report --full"));
    }
    said.last().iter().for_each(|line| out.wrapped("", line));
}

/// What a run against another build was made for.
fn two_builds(out: &mut Screen, summary: &Summary) {
    let builds = contrasts::against(summary.record);
    if builds.is_empty() {
        return;
    }
    let other = contrasts::other_build(summary.record);
    out.text.push('\n');
    out.wrapped("", &format!("This build against the other ({other}):"));
    for one in builds.iter().take(MOST_REBUILT) {
        let ratio = short::times_with_interval(&one.comparison.ratio);
        out.wrapped("- ", &format!("{}: {ratio} as long, {}", one.name(), one.words()));
    }
    if builds.len() > MOST_REBUILT {
        let more = builds.len() - MOST_REBUILT;
        out.wrapped("- ", &format!("{more} more: tollgate report --full"));
    }
}

fn questions(out: &mut Screen, answers: &[Answer]) {
    if !answers.is_empty() {
        out.text.push('\n');
    }
    for answer in answers {
        let question = clean(&answer.question);
        let gap = QUESTION.saturating_sub(question.chars().count()).max(1);
        let head = format!("{question}{}", " ".repeat(gap));
        out.hanging(&head, QUESTION, &format!("{}: {}", answer.short, answer.text));
    }
}

/// What the screen has no room for, and what was not measured.
fn further(out: &mut Screen, judged: &Judged, table: Option<&ShortTable>) {
    out.text.push('\n');
    let beyond = table.map_or(0, |table| table.further);
    if beyond > 0 {
        out.wrapped("", &format!("{beyond} more lanes were measured: tollgate report --full"));
    }
    out.wrapped("", &format!("Not measured: {}", header::not_measured(judged)));
}

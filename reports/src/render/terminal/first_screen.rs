//! The first screen of a terminal: at most 40 lines of 80 columns. What ran and how far it can be
//! trusted, one table, the answers, what is not here, where the rest is. It computes nothing.

use crate::{
    figures::summary::Summary,
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
        answers::{self, Answer, on_request},
        header,
    },
    view::lanes::{
        short_table::{ShortRow, ShortTable},
        two_builds,
    },
};

/// Most lines of the screen.
const LINES: usize = 40;
/// Most lanes of the table, and most of those that are set against another build.
const MOST_ROWS: usize = 10;
const MOST_REBUILT: usize = 6;
/// Columns of a lane's name.
const NAME: usize = 12;
/// Columns of a question.
const QUESTION: usize = 14;

/// Writes it.
pub(crate) fn render(judged: &Judged, options: &RenderOptions) -> String {
    let mut out = head(judged, options);
    let table = ShortTable::of(&judged.summary, MOST_ROWS);
    let mut found = Screen::new(options.colour);
    match &table {
        Some(table) => lanes(&mut found, table),
        None => found.wrapped("", "Nothing was measured."),
    }
    additions(&mut found, judged.summary.record);
    if judged.usable() {
        builds(&mut found, &judged.summary);
    }
    let after = after(judged, table.as_ref(), options);
    let empty = 1;
    let room = |taken: usize| LINES.saturating_sub(taken + empty + lines(&after));
    // The first warning is said whatever else there is, then answers, then further warnings.
    let mut first = Screen::new(options.colour);
    warnings(&mut first, judged, 0);
    let for_answers = room(lines(&out) + lines(&first) + lines(&found));
    questions(&mut found, &answers::answers(judged), for_answers);
    let for_warnings = room(lines(&out) + lines(&found));
    warnings(&mut out, judged, for_warnings);
    out.text.push('\n');
    out.text + &found.text + &after.text
}

/// What ran, how far it can be trusted, and the precision that was reached.
fn head(judged: &Judged, options: &RenderOptions) -> Screen {
    let mut out = Screen::new(options.colour);
    header::first_line(judged).iter().for_each(|line| out.wrapped("", line));
    out.wrapped("", &header::in_one_line(judged));
    header::wanted_precision(judged.summary.record)
        .iter()
        .for_each(|reached| out.wrapped("", reached));
    out
}

/// What is not here, and where the rest is.
fn after(judged: &Judged, table: Option<&ShortTable>, options: &RenderOptions) -> Screen {
    let mut out = Screen::new(options.colour);
    further(&mut out, judged, table);
    if options.record_path.is_none() {
        out.wrapped("", "All of the report: tollgate report RECORD --full");
    }
    where_to_go(&mut out, options);
    out
}

fn lines(screen: &Screen) -> usize {
    screen.text.lines().count()
}

/// Reasons against the figures, as many as there is room for; the others are counted.
fn warnings(out: &mut Screen, judged: &Judged, room: usize) {
    // What the first line says is not said again.
    let first = header::first_line(judged).unwrap_or_default();
    let reasons = judged.trust.reasons.iter().filter(|reason| !first.contains(&reason.text));
    let reasons: Vec<_> = reasons.collect();
    let mut left = room;
    let mut shown = 0;
    for reason in &reasons {
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
    let work = format!("{} work", table.work);
    columns.push(Column::of(["share at", &work], table, |row| &row.share));
    if let Some(items) = &table.batch {
        let head = ["per item,", &format!("batch {items}")];
        columns.push(Column::of(head, table, |row| &row.item));
    }
    columns.push(Column::of(["CPU of", "2 sides"], table, |row| &row.cpu));
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
    let mut widths: Vec<usize> = columns.iter().map(Column::width).collect();
    let spare = COLUMNS - NAME - widths.iter().map(|width| width + 1).sum::<usize>();
    if spare >= widths.len() {
        widths.iter_mut().for_each(|width| *width += 1);
    }
    widths.insert(0, NAME);
    for line in 0..2 {
        let heads = columns.iter().map(|column| column.head[line].as_str());
        out.row(&std::iter::once("").chain(heads).collect::<Vec<_>>(), &widths);
    }
    for (at, row) in table.rows.iter().enumerate() {
        let cells = columns.iter().map(|column| column.cells[at].as_str());
        out.named_row(&row.name, &cells.collect::<Vec<_>>(), &widths);
    }
    out.wrapped("", &table.note_with_cpu);
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
fn builds(out: &mut Screen, summary: &Summary) {
    let Some(builds) = two_builds::section(summary) else { return };
    let lines = builds.lines();
    out.text.push('\n');
    let other = builds.finding.unwrap_or_default();
    out.wrapped("", &format!("{}, a single call, ratios. {other}", builds.title));
    lines.iter().take(MOST_REBUILT).for_each(|line| out.wrapped("- ", line));
    if lines.len() > MOST_REBUILT {
        let more = lines.len() - MOST_REBUILT;
        out.wrapped("- ", &format!("{more} more: tollgate report --full"));
    }
}

/// As many answers as there is room for, in their order.
fn questions(out: &mut Screen, answers: &[Answer], room: usize) {
    let mut said = Screen::new(false);
    if !answers.is_empty() {
        said.text.push('\n');
    }
    for answer in answers {
        let before = said.text.len();
        let question = clean(&answer.question);
        let gap = QUESTION.saturating_sub(question.chars().count()).max(1);
        let head = format!("{question}{}", " ".repeat(gap));
        said.hanging(&head, QUESTION, &format!("{}: {}", answer.short, answer.text));
        if lines(&said) > room {
            said.text.truncate(before);
            break;
        }
    }
    out.text.push_str(&said.text);
}

/// What the screen has no room for, and what was not measured.
fn further(out: &mut Screen, judged: &Judged, table: Option<&ShortTable>) {
    out.text.push('\n');
    let beyond = table.map_or(0, |table| table.further);
    if beyond > 0 {
        out.wrapped("", &format!("{beyond} more lanes were measured: tollgate report --full"));
    }
    on_request::lines(judged).iter().for_each(|line| out.wrapped("", line));
    out.wrapped("", &format!("Not measured: {}", header::not_measured(judged)));
}

//! The tables of a page and of Markdown as text: title, headings, rows. It asserts nothing.

/// One table.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) title: String,
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// All tables of a page, each with its caption as title.
pub(crate) fn of_page(html: &str) -> Vec<Table> {
    let tables = html.split("<table").skip(1).map(|rest| rest.split("</table>").next());
    tables.flatten().map(of_html).collect()
}

fn of_html(table: &str) -> Table {
    let caption = table.split("<caption").nth(1).and_then(|rest| rest.split("</caption>").next());
    let mut rows = table.split("<tr").skip(1).map(cells);
    Table {
        title: caption.map_or_else(String::new, text),
        head: rows.next().unwrap_or_default(),
        rows: rows.collect(),
    }
}

/// The cells of a row; of one that names a lane and what it is made of, the name.
fn cells(row: &str) -> Vec<String> {
    let mut cells = Vec::new();
    for rest in row.split("<t").skip(1).filter(|rest| rest.starts_with(['h', 'd'])) {
        let cell = rest.split("</t").next().unwrap_or_default();
        let name = cell.split("class=\"name\"").nth(1);
        cells.push(match name {
            Some(name) => text(name.split("</span>").next().unwrap_or_default())
                .split(' ')
                .next()
                .unwrap_or_default()
                .to_owned(),
            None => text(cell),
        });
    }
    cells
}

/// Without tags; what stands before the first `>` belongs to one.
fn text(html: &str) -> String {
    let mut out = String::new();
    for part in html.split('<') {
        let (_, part) = part.split_once('>').unwrap_or(("", part));
        out.push_str(part);
        out.push(' ');
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// All tables of a Markdown text, each with the last line before it as title.
pub(crate) fn of_markdown(markdown: &str) -> Vec<Table> {
    let (mut tables, mut title): (Vec<Table>, String) = (Vec::new(), String::new());
    let mut within = false;
    for line in markdown.lines().filter(|line| !line.trim().is_empty()) {
        if !line.starts_with('|') {
            line.clone_into(&mut title);
            within = false;
            continue;
        }
        let cells: Vec<String> =
            line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
        match tables.last_mut().filter(|_| within) {
            None => tables.push(Table { title: title.clone(), head: cells, rows: Vec::new() }),
            Some(_) if line.starts_with("|---") => {}
            Some(table) => table.rows.push(named(cells)),
        }
        within = true;
    }
    tables
}

/// The first cell of a row names a lane and, behind a dash, what it is made of.
fn named(mut cells: Vec<String>) -> Vec<String> {
    if let Some(first) = cells.first_mut() {
        *first = first.split(" - ").next().unwrap_or_default().to_owned();
    }
    cells
}

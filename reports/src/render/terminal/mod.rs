//! The report for a terminal: one table that a person reads at a glance, then what batching buys,
//! what is doubtful and what is missing. At most 100 columns. Text from the record is stripped of
//! control characters.

pub(crate) mod cost_model;
pub(crate) mod folklore;
pub(crate) mod load;
pub(crate) mod stages;

use crate::{
    figures::{
        contrasts::{
            self, placements, smallest_difference::smallest_detectable_differences, variants,
        },
        precision,
        row::Row,
        summary::{Scene, Summary},
        tail::NO_INTERVAL,
    },
    judge::{Judged, grade::Grade, not_measured::Absent},
    render::options::RenderOptions,
    say::{findings, interleaving},
    stats::{
        comparison::{Comparison, Verdict},
        estimates::Estimate,
        units::{ABSENT, count, time, time_with_error, times_with_interval},
    },
    view::table::Table,
};

/// Widest line.
pub(crate) const COLUMNS: usize = 100;
/// Widths: lane, rank, per call, per item, p99, CPU, bytes, toll.
const WIDTHS: [usize; 8] = [13, 3, 13, 13, 13, 13, 10, 13];

/// Lanes that are named where they missed a wanted precision.
pub(crate) const MOST_MISSED: usize = 4;

/// Writes the report.
pub(crate) fn render(judged: &Judged, options: &RenderOptions) -> String {
    let (summary, trust) = (&judged.summary, &judged.trust);
    let mut out = Screen { text: String::new(), colour: options.colour };
    out.title("What each boundary costs on this machine");
    out.wrapped("", &format!("{}, trust {}", limits(summary), trust.grade));
    precision::reached(summary.record)
        .iter()
        .for_each(|reached| out.wrapped("", &reached.words(MOST_MISSED)));
    if let Some(scene) = summary.main() {
        table(&mut out, scene, judged);
        made_of(&mut out, scene, summary.record.progress.starts_done);
        interleaving::sentences(judged)
            .iter()
            .for_each(|sentence| out.wrapped("", sentence));
    }
    out.title("Findings");
    for finding in findings::findings(judged) {
        out.wrapped("- ", &finding.text);
    }
    folklore::render(&mut out, judged);
    if let Some(scene) = summary.main().filter(|_| trust.grade < Grade::DoNotUse) {
        batching(&mut out, scene);
        cost_model::render(&mut out, scene, summary);
        stages::render(&mut out, judged);
        load::render(&mut out, summary);
        one_change(&mut out, scene, summary);
        placed(&mut out, summary);
        two_builds(&mut out, summary);
    }
    if trust.grade > Grade::Ok || !summary.record.notes.is_empty() {
        out.title("Doubtful");
        trust
            .reasons
            .iter()
            .for_each(|r| out.wrapped("- ", &format!("{}: {}", r.grade, r.text)));
        summary.record.notes.iter().for_each(|n| out.wrapped("- ", &about(n)));
    }
    absent(&mut out, &judged.absent);
    where_to_go(&mut out, options);
    out.text
}

/// What limits every figure, as the head of every rendering says it.
pub(crate) fn limits(summary: &Summary) -> String {
    let (done, planned) = (summary.record.progress.starts_done, summary.record.plan.starts);
    let of = if done == planned { String::new() } else { format!(" of {planned}") };
    let plural = if done == 1 && planned == 1 { "" } else { "s" };
    let network = summary.record.network();
    let machine = clean(&summary.record.machine());
    format!("{machine}, {network}, {done}{of} restart{plural}, {}", resolution(summary))
}

/// The smallest difference that pairs asked in turns find, as `pairs in turns resolve 0.4 % direct,
/// 2.1 % async`; twice and more is said in times.
pub(crate) fn resolution(summary: &Summary) -> String {
    let classes = smallest_detectable_differences(summary.record);
    let size = |share: f64| match share {
        share if share < 1.0 => format!("{:.1} %", share * 100.0),
        share => format!("{:.1} times", 1.0 + share),
    };
    let shown: Vec<String> =
        classes.iter().map(|one| format!("{} {}", size(one.share), one.class)).collect();
    if shown.is_empty() {
        "resolution of pairs in turns not measured".to_owned()
    } else {
        format!("pairs in turns resolve {}", shown.join(", "))
    }
}

fn about(note: &crate::record::Note) -> String {
    let lane = note.lane.as_ref().map_or_else(String::new, |l| format!("{l}: "));
    format!("{lane}{}", note.text)
}

fn table(out: &mut Screen, scene: &Scene, judged: &Judged) {
    let largest = scene.rows.iter().filter_map(|r| Some(r.largest_batch()?.cell.items)).max();
    let batch =
        largest.map_or_else(|| "batched".to_owned(), |n| format!("n = {}", count(n.into())));
    let base = scene.baseline().map_or("in-process", |r| r.lane.short.as_str());
    out.title(&format!(
        "Lanes, loose to tight: engine {}, {} ids per item",
        scene.engine, scene.max_results
    ));
    out.row(&["", "", "per call", "per item", "p99", "CPU a call", "bytes", "toll"]);
    out.row(&[
        "lane",
        "",
        "p50",
        &batch,
        "closed loop",
        "both sides",
        "out/back",
        &format!("over {base}"),
    ]);
    out.text.push_str(&format!("{}\n", "─".repeat(COLUMNS)));
    for row in &scene.rows {
        let name = [clean(&row.lane.short), judged.marks(row.lane)].join(" ").trim_end().to_owned();
        let inline = name.chars().count() <= WIDTHS[0];
        if !inline {
            out.wrapped("", &name);
        }
        let mut cells = figures(row, largest);
        cells[0] = if inline { name } else { String::new() };
        out.row(&cells.each_ref().map(String::as_str));
    }
    for (mark, text) in judged.footnotes(scene) {
        out.wrapped(&format!("{mark} "), text);
    }
}

fn figures(row: &Row, largest: Option<u32>) -> [String; 8] {
    let shown = |e: Option<&Estimate>| e.map_or_else(|| ABSENT.to_owned(), time_with_error);
    // At another size than the heading names, a figure would be misread: it is left to the report.
    let batch = row.largest_batch().filter(|c| Some(c.cell.items) == largest);
    let single = row.single.as_ref();
    [
        String::new(),
        row.place().unwrap_or_default(),
        shown(single.map(|c| &c.p50)),
        shown(batch.map(|c| &c.item)),
        shown(row.percentile(0.99).ok().as_ref()),
        shown(row.cpu.both.as_ref()),
        match (single.and_then(|c| c.bytes_out), single.and_then(|c| c.bytes_back)) {
            (Some(out), Some(back)) => format!("{}/{}", compact(out), compact(back)),
            _ => ABSENT.to_owned(),
        },
        shown(row.toll.as_ref()),
    ]
}

fn compact(bytes: f64) -> String {
    if bytes < 999.5 {
        format!("{bytes:.0}")
    } else {
        format!("{:.1}k", bytes / 1e3)
    }
}

fn made_of(out: &mut Screen, scene: &Scene, done: u32) {
    out.text.push('\n');
    for row in &scene.rows {
        let made_of = match (row.lane.answers, row.lane.implementation.as_str()) {
            (false, _) => {
                "answers nothing: the harness itself; its CPU is subtracted from that of other \
                callers in its language"
            }
            (true, "") => continue,
            (true, made_of) => made_of,
        };
        out.wrapped("", &format!("{} = {made_of}", row.lane.short));
    }
    for row in &scene.rows {
        for cell in row.single.iter().chain(row.largest_batch()) {
            if let Some(restarts) = cell.restarts(done) {
                let n = count(cell.cell.items.into());
                out.wrapped("", &format!("{}, n = {n}: {restarts}", row.lane.short));
            }
        }
    }
    if scene.rows.iter().any(|row| !row.is_equal()) {
        out.wrapped(
            "",
            "L ranks lanes with a bare client, T lanes tuned as their libraries advise: apart \
            from the rest.",
        );
    }
    if scene.rows.iter().any(|row| row.lacks_interval(0.99)) {
        out.wrapped("", &format!("A p99 without ± has {NO_INTERVAL}."));
    }
    out.wrapped(
        "",
        "± is the 95 % interval over restarts. – is not observable or not measured, \
    never 0. = shares a rank. Ratios below carry the 99 % interval.",
    );
}

fn batching(out: &mut Screen, scene: &Scene) {
    out.title("What batching buys (mean per item)");
    for row in scene.rows.iter().filter(|r| r.lane.answers) {
        let (Some(single), Some(batch)) = (&row.single, row.largest_batch()) else {
            continue;
        };
        let of = |cell: &crate::CellFigures| cell.comparable(|s| Some(s.item_ns));
        let gain = Comparison::of(&of(single), &of(batch))
            .map_or_else(String::new, |g| format!(": {}", gained(&g)));
        let n = count(batch.cell.items.into());
        let (one, many) = (time(single.item.value), time(batch.item.value));
        out.wrapped("- ", &format!("{}: {one} alone, {many} at n = {n}{gain}", row.lane.short));
    }
}

fn two_builds(out: &mut Screen, summary: &Summary) {
    let builds = contrasts::against(summary.record);
    if builds.is_empty() {
        return;
    }
    out.title("This build against the other (a single call, asked in turns)");
    out.wrapped("", &format!("The other: {}.", contrasts::other_build(summary.record)));
    for one in builds {
        let ratio = times_with_interval(&one.comparison.ratio);
        out.wrapped("- ", &format!("{}: {ratio} as long, {}", one.lane, one.words()));
    }
}

fn placed(out: &mut Screen, summary: &Summary) {
    let lanes = placements::of(summary.record);
    if lanes.is_empty() {
        return;
    }
    out.title("What placement does (a single call, asked in turns)");
    lanes
        .iter()
        .for_each(|lane| out.wrapped("- ", &format!("{}: {}", lane.lane, lane.words())));
}

fn one_change(out: &mut Screen, scene: &Scene, summary: &Summary) {
    let variants = variants::of(scene, summary.record);
    if variants.is_empty() {
        return;
    }
    out.title("What one change takes (a single call by p50, a batch by mean and by visits)");
    for variant in variants {
        out.wrapped("- ", &format!("{}: {}", variant.names(), variant.ratios()));
    }
}

fn gained(gain: &Comparison) -> String {
    let ratio = times_with_interval(&gain.ratio);
    match gain.verdict() {
        Verdict::Slower => format!("{ratio} less"),
        Verdict::Faster | Verdict::Slightly => format!("a call alone takes {ratio} as long"),
        Verdict::Same => "the same within 5 %".to_owned(),
        Verdict::CannotTell => "cannot tell, repeat with more restarts".to_owned(),
    }
}

fn absent(out: &mut Screen, absent: &[Absent]) {
    if absent.is_empty() {
        return;
    }
    out.title("Not here");
    for absent in absent {
        let what = if absent.what == "lane" {
            String::new()
        } else {
            format!(" ({})", absent.what)
        };
        out.wrapped("- ", &format!("{}{what}: {}", absent.lane, absent.reason));
    }
}

fn where_to_go(out: &mut Screen, options: &RenderOptions) {
    let lines = [("Record", &options.record_path), ("Report", &options.report_path)];
    if lines.iter().any(|(_, path)| path.is_some()) {
        out.text.push('\n');
    }
    for (name, path) in lines {
        // A path is never wrapped: it is there to be copied.
        if let Some(path) = path {
            out.text.push_str(&format!("{name}: {}\n", clean(path)));
        }
    }
}

/// Text for a terminal: a lane's name must not be able to move the cursor.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

pub(crate) struct Screen {
    text: String,
    colour: bool,
}

impl Screen {
    fn title(&mut self, text: &str) {
        let gap = if self.text.is_empty() { "" } else { "\n" };
        let (bold, plain) = if self.colour { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
        self.text.push_str(&format!("{gap}{bold}{text}{plain}\n"));
    }

    /// First column to the left, all others to the right.
    fn row(&mut self, cells: &[&str; 8]) {
        let mut line = String::new();
        for (at, (cell, width)) in cells.iter().zip(WIDTHS).enumerate() {
            if at == 0 {
                line.push_str(&format!("{cell:<width$}"));
            } else {
                line.push_str(&format!(" {cell:>width$}"));
            }
        }
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// A table whose columns are as wide as they must be; a lane whose name is too long stands
    /// above its figures.
    fn columns(&mut self, table: &Table) {
        let rows = || std::iter::once(&table.head).chain(&table.rows);
        let width = |at: usize| rows().map(|row| row[at].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (1..table.head.len()).map(width).collect();
        for row in rows() {
            let name = clean(&row[0]);
            let inline = name.chars().count() <= WIDTHS[0];
            if !inline {
                self.wrapped("", &name);
            }
            let mut line = format!("{:<1$}", if inline { &name } else { "" }, WIDTHS[0]);
            for (cell, width) in row[1..].iter().zip(&widths) {
                line.push_str(&format!(" {cell:>width$}"));
            }
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
    }

    /// Breaks between words, and within a word only where it is wider than the line.
    fn wrapped(&mut self, bullet: &str, text: &str) {
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

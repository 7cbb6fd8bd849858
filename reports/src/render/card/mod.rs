//! One picture for a chat: what a single call costs over five to eight lanes, the first finding,
//! and what limits both. Drawn without a browser; it computes nothing that the report does not
//! show.

pub(crate) mod canvas;
pub(crate) mod marks;
pub(crate) mod scale;

use crate::{
    figures::{
        row::Row,
        summary::{Scene, Summary},
        withdrawn,
    },
    judge::{Judged, grade::Grade},
    record::{Lane, Record},
    render::{
        card::{
            canvas::{Anchor, Canvas, Text},
            scale::{LogScale, Tick},
        },
        options::RenderError,
        text::readable_time,
    },
    say::{findings, header::scene_name},
    stats::{estimates::Estimate, sample_times, units::time},
    view::charts::lane_mark::LaneMark,
};

/// Pixels of a card: what chats show whole.
const WIDTH: u32 = 1_200;
const HEIGHT: u32 = 630;
/// Empty pixels at either side.
const SIDE: f32 = 56.0;
/// Most lanes that a card names.
const MOST_LANES: usize = 8;
/// Where the drawing stands, pixels from the left and from above.
const PLOT: [f32; 2] = [300.0, 930.0];
const ROWS: [f32; 2] = [288.0, 530.0];

/// The colours of the page's light theme (`template/style.css`).
const PAPER: u32 = 0xfc_fb_f8;
const INK: u32 = 0x1d_1c_1a;
const SOFT: u32 = 0x5b_58_52;
const LINE: u32 = 0xde_da_d1;
const HUES: [u32; 8] = [
    0xa8_43_0a, 0x1f_5f_a8, 0x0b_72_59, 0x85_38_8b, 0x6a_5f_00, 0xb0_23_4e, 0x3f_4a_9c, 0x3f_64_70,
];

/// The card of a record, as a PNG.
///
/// # Errors
/// [`RenderError::Picture`].
pub fn card(record: &Record) -> Result<Vec<u8>, RenderError> {
    let shown = withdrawn::without(record);
    let judged = Judged::of(&shown);
    let summary = &judged.summary;
    let mut canvas = Canvas::new(WIDTH, HEIGHT, PAPER).map_err(RenderError::Picture)?;
    head(&mut canvas, &judged);
    match summary.main() {
        Some(scene) => drawing(&mut canvas, scene, &summary.lanes),
        None => canvas.text(
            &Text::new("Nothing was measured.", 24.0, SOFT),
            PLOT[0],
            ROWS[0],
            Anchor::Start,
        ),
    }
    foot(&mut canvas, summary);
    canvas.png().map_err(RenderError::Picture)
}

/// Title, machine, trust, and what was found first.
fn head(canvas: &mut Canvas, judged: &Judged) {
    let (record, right) = (judged.summary.record, WIDTH as f32 - SIDE);
    let grade = judged.trust.grade;
    let colour = match grade {
        Grade::Ok => 0x0d_6b_4f,
        Grade::Caution => 0x8a_52_00,
        Grade::DoNotUse => 0xb0_23_3a,
    };
    canvas.text(&Text::new("Tollgate", 20.0, SOFT).bold(), SIDE, 62.0, Anchor::Start);
    canvas.text(
        &Text::new(&format!("trust {grade}"), 20.0, colour).bold(),
        right,
        62.0,
        Anchor::End,
    );
    canvas.text(
        &Text::new("What each boundary costs", 46.0, INK).bold(),
        SIDE,
        116.0,
        Anchor::Start,
    );
    let about = canvas.fitted(&Text::new(&about(record), 20.0, SOFT), right - SIDE);
    canvas.text(&Text::new(&about, 20.0, SOFT), SIDE, 150.0, Anchor::Start);
    if let Some(first) = findings::findings(judged).first() {
        for (at, line) in canvas.wrapped(&first.text, 23.0, right - SIDE, 3).iter().enumerate() {
            canvas.text(&Text::new(line, 23.0, INK), SIDE, 198.0 + 32.0 * at as f32, Anchor::Start);
        }
    }
}

/// Which machine, and when.
fn about(record: &Record) -> String {
    if let Some(said) = record.wrong_on_purpose() {
        return said.to_owned();
    }
    let environment = &record.environment;
    let model = environment.cpu_model.as_deref().unwrap_or(&environment.arch);
    let label = environment
        .label
        .as_ref()
        .map_or_else(String::new, |label| format!("{label}: "));
    let cores = environment.logical_cores;
    format!("{label}{model}, {cores} logical cores · {}", readable_time(&record.started_at))
}

/// One row for each lane, loose to tight: dot and interval on logarithmic time, and the figure.
fn drawing(canvas: &mut Canvas, scene: &Scene, lanes: &[&Lane]) {
    let (rows, marks) = (chosen(scene), LaneMark::of_all(lanes));
    let figures: Vec<Estimate> =
        rows.iter().filter_map(|row| Some(row.single.as_ref()?.p50)).collect();
    let Some(scale) = LogScale::of(&figures, PLOT) else { return };
    let height = (ROWS[1] - ROWS[0]) / rows.len().max(5) as f32;
    let end = ROWS[0] + height * rows.len() as f32;
    for Tick { ns, x } in scale.ticks() {
        canvas.line([x, ROWS[0]], [x, end], 1.0, LINE);
        canvas.text(&Text::new(&tick_label(ns), 15.0, SOFT), x, end + 20.0, Anchor::Middle);
    }
    for (at, (row, figure)) in rows.iter().zip(&figures).enumerate() {
        let y = ROWS[0] + height * (at as f32 + 0.5);
        let index = lanes.iter().position(|lane| lane.name == row.lane.name).unwrap_or_default();
        let mechanism = marks[index].mechanism.unwrap_or_default();
        let colour = HUES[mechanism % HUES.len()];
        let name = Text::new(&row.lane.short, 20.0, colour).bold();
        let name = canvas.fitted(&name, PLOT[0] - SIDE - 24.0);
        canvas.text(&Text::new(&name, 20.0, colour).bold(), SIDE, y + 7.0, Anchor::Start);
        if let Some(interval) = figure.interval {
            canvas.line([scale.at(interval.low), y], [scale.at(interval.high), y], 4.0, colour);
        }
        canvas.mark(
            mechanism,
            [scale.at(figure.value), y],
            colour,
            if marks[index].filled { colour } else { PAPER },
        );
        let right = WIDTH as f32 - SIDE;
        canvas.text(
            &Text::new(&sample_times::time_with_error(figure), 20.0, INK).bold(),
            right,
            y + 7.0,
            Anchor::End,
        );
    }
}

/// A round time without the zeros behind its point, as `10 ns`.
fn tick_label(ns: f64) -> String {
    let written = time(ns);
    let (number, unit) = written.split_once(' ').unwrap_or((&written, ""));
    let number = if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    };
    format!("{number} {unit}")
}

/// The lanes that answer and have a single call, at most eight: the default ones where these are
/// too many, and of these evenly from loose to tight, both ends kept.
fn chosen<'s, 'a>(scene: &'s Scene<'a>) -> Vec<&'s Row<'a>> {
    let mut rows: Vec<&Row> = scene
        .rows
        .iter()
        .filter(|row| row.lane.answers && row.single.is_some())
        .collect();
    if rows.len() > MOST_LANES && rows.iter().filter(|row| row.lane.is_default()).count() >= 5 {
        rows.retain(|row| row.lane.is_default());
    }
    let last = rows.len().saturating_sub(1);
    if rows.len() > MOST_LANES {
        (0..MOST_LANES).map(|at| rows[at * last / (MOST_LANES - 1)]).collect()
    } else {
        rows
    }
}

/// What limits every figure above.
fn foot(canvas: &mut Canvas, summary: &Summary) {
    let record = summary.record;
    let scene = summary
        .main()
        .map_or_else(String::new, |scene| format!(" · {}", scene_name(scene)));
    let restarts = record.progress.starts_done;
    let lines = [
        format!(
            "One call, p50, one caller that waits; ± and bars are 95 % intervals over {restarts} \
            restarts{scene}"
        ),
        format!(
            "One machine, {}: the time of a network comes on top. Names are those of \
            implementations.",
            record.network()
        ),
    ];
    for (at, line) in lines.iter().enumerate() {
        let line = canvas.fitted(&Text::new(line, 15.0, SOFT), WIDTH as f32 - 2.0 * SIDE);
        canvas.text(&Text::new(&line, 15.0, SOFT), SIDE, 585.0 + 22.0 * at as f32, Anchor::Start);
    }
}

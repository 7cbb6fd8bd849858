//! The report as one page that opens from disk and asks the network for nothing: template, charts,
//! and the record itself. Scripts and styles run by their hash alone; every text from a record is
//! escaped.

mod chart_data;
pub(crate) mod comparison_page;
mod earlier_runs;
pub(crate) mod embedded_record;
pub(crate) mod page;

use crate::{
    judge::Judged,
    record::{Record, RecordHead},
    render::{
        html::{
            earlier_runs::EarlierLine,
            embedded_record::{Carried, packed},
            page::Page,
        },
        options::{RenderError, RenderOptions},
    },
    view::charts::Charts,
};
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

/// The one style that Observable Plot puts into each chart, letter by letter: its hash is allowed
/// by the policy.
pub const STYLE_OF_PLOT: &str = ":where(.plot-d6a7b5) {
  --plot-background: white;
  display: block;
  height: auto;
  height: intrinsic;
  max-width: 100%;
}
:where(.plot-d6a7b5 text),
:where(.plot-d6a7b5 tspan) {
  white-space: pre;
}";

pub(crate) const STYLE: &str = concat!(
    include_str!("../../../template/style.css"),
    include_str!("../../../template/tables.css"),
    include_str!("../../../template/box.css"),
    include_str!("../../../template/whatif.css"),
    include_str!("../../../template/choice.css"),
    include_str!("../../../template/following.css"),
    include_str!("../../../template/saving.css")
);
const D3: &str = include_str!("../../../template/vendor/d3-7.9.2.min.js");
const PLOT: &str = include_str!("../../../template/vendor/plot-0.6.17.umd.min.js");
/// What unpacks the others.
pub(crate) const BOOT: &str = include_str!("../../../template/boot.js");
const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("../../../template/figure.js"),
    include_str!("../../../template/cost.js"),
    include_str!("../../../template/batching.js"),
    include_str!("../../../template/tail.js"),
    include_str!("../../../template/predict.js"),
    include_str!("../../../template/typed.js"),
    include_str!("../../../template/whatif.js"),
    include_str!("../../../template/own.js"),
    include_str!("../../../template/batch_size.js"),
    include_str!("../../../template/following.js"),
    include_str!("../../../template/languages.js"),
    include_str!("../../../template/stages.js"),
    include_str!("../../../template/crossing.js"),
    include_str!("../../../template/load.js"),
    include_str!("../../../template/burn.js"),
    // A scope of their own: only these names are for the others.
    "const { drawDifferences, drawSelves, drawRestarts, comparing, saving } = (() => {\n",
    include_str!("../../../template/differences.js"),
    include_str!("../../../template/trust.js"),
    include_str!("../../../template/student.js"),
    include_str!("../../../template/between.js"),
    include_str!("../../../template/comparing.js"),
    include_str!("../../../template/csv.js"),
    include_str!("../../../template/saving.js"),
    "return { drawDifferences, drawSelves, drawRestarts, comparing, saving };\n})();\n",
    include_str!("../../../template/main.js"),
    "})();\n"
);

#[derive(Template)]
#[template(path = "report.html")]
struct Report<'a> {
    page: Page,
    policy: String,
    style: &'a str,
    boot: &'a str,
    libraries: [String; 3],
    charts: String,
    record: Option<String>,
    /// What the record in the page goes without.
    left_out: Option<String>,
    /// A link to criterion's own report, relative to the page. No record holds it.
    criterion_report: Option<&'a str>,
    /// The runs before this one. No record holds them either.
    earlier: Vec<EarlierLine>,
    /// Where the latest run is, on the page of an earlier one.
    latest: Option<&'a str>,
}

/// Puts the page together around the figures; it carries the whole record.
pub(crate) fn render(
    judged: &Judged,
    record: &Record,
    options: &RenderOptions,
) -> Result<String, RenderError> {
    let mut report = Report {
        page: Page::of(judged),
        policy: policy(),
        style: STYLE,
        boot: BOOT,
        libraries: libraries()?,
        charts: inert(&chart_data::json(&Charts::of(judged))?),
        record: None,
        left_out: None,
        criterion_report: options.criterion_report.as_deref(),
        earlier: earlier_runs::lines(&options.earlier.runs, &RecordHead::of(record)),
        latest: options.earlier.latest.as_deref(),
    };
    // Twice, because how much room the record has is known only then.
    let rest_bytes = report.render().map_err(RenderError::Template)?.len();
    let carried = Carried::of(record, rest_bytes)?;
    (report.record, report.left_out) = (carried.record, carried.left_out);
    report.render().map_err(RenderError::Template)
}

/// Nothing from anywhere, and of what the page holds only these scripts and styles. A `blob:` is a
/// picture that the page made itself: a chart is drawn through one into a PNG.
pub(crate) fn policy() -> String {
    format!(
        "default-src 'none'; script-src {}; style-src {}; img-src blob:; base-uri 'none'; \
        form-action 'none'",
        hashes(&[D3, PLOT, SCRIPT, BOOT]),
        hashes(&[STYLE, STYLE_OF_PLOT])
    )
}

fn hashes(texts: &[&str]) -> String {
    texts.iter().map(|text| hash(text)).collect::<Vec<_>>().join(" ")
}

fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

/// JSON that no HTML parser can mistake for the end of its element.
pub(crate) fn inert(json: &str) -> String {
    json.replace('<', "\\u003c")
}

/// The libraries and the script of the page as they travel: packed they are 360 kB smaller. Packed
/// once, because a run renders after every start.
pub(crate) fn libraries() -> Result<[String; 3], RenderError> {
    static PACKED: OnceLock<[String; 3]> = OnceLock::new();
    if let Some(packed) = PACKED.get() {
        return Ok(packed.clone());
    }
    let all = [D3, PLOT, SCRIPT].map(str::as_bytes).map(packed);
    let [d3, plot, script] = all;
    let all = [d3?, plot?, script?];
    Ok(PACKED.get_or_init(|| all).clone())
}

//! The cost model in the terminal's report: a table, what two lanes' models say together, and what
//! follows for a callee that works.

use crate::{
    figures::summary::{Scene, Summary},
    model::{self, Model, Modelled, crossover, term::Figure},
    render::{
        terminal::screen::{NAME, Screen},
        text::clean,
    },
    say::cost_model,
    stats::{
        estimates::Estimate,
        units::{ABSENT, count, error, number, time_with_error},
    },
    view::lanes::choices,
};

/// Widths: lane, a, b, knee, batch for 10 %, model error, chatty : batched.
const WIDTHS: [usize; 7] = [NAME, 15, 15, 11, 11, 8, 21];
/// Most crossings; all of them are in the report.
const MOST_CROSSINGS: usize = 6;

pub(crate) fn render(out: &mut Screen, scene: &Scene, summary: &Summary) {
    let lanes = model::of(scene);
    let placed = &scene.placed;
    if !lanes.is_empty() {
        table(out, &lanes, placed);
    }
    let crossings = crossover::cross_overs(&lanes);
    if !crossings.is_empty() {
        out.title(&format!("Crossover: from which batch size the other lane is faster{placed}"));
        crossings
            .iter()
            .take(MOST_CROSSINGS)
            .for_each(|one| out.wrapped("- ", &cost_model::crossing(one)));
        if crossings.len() > MOST_CROSSINGS {
            out.wrapped(
                "",
                &format!("and {} more: see the report", crossings.len() - MOST_CROSSINGS),
            );
        }
    }
    if let Some(table) = choices::table(&crossover::choices(scene)) {
        out.title(&format!("When the choice of a lane matters{placed}"));
        out.columns(&table);
        out.wrapped("", &cost_model::choice::reading());
    }
    let with_work = cost_model::with_service_time(scene, summary.record);
    if !with_work.is_empty() {
        out.title("With the service time that was asked for");
        with_work.iter().for_each(|one| out.wrapped("- ", one));
    }
}

fn table(out: &mut Screen, lanes: &[Modelled], placed: &str) {
    let title =
        format!("The cost model{placed}: a call with n items takes a + b n (batched, mean)");
    out.title(&title);
    out.row(&["", "a", "b", "knee", "batch for", "model", "chatty : batched"], &WIDTHS);
    out.row(&["lane", "per call", "per item", "a / b", "10 %", "error", "(n)"], &WIDTHS);
    out.rule();
    for lane in lanes {
        let Some(model) = lane.batched() else { continue };
        let chatty = lane.chatty.last();
        let chatty = chatty.map_or_else(
            || ABSENT.to_owned(),
            |c| format!("{} ({})", with_error(&c.ratio, number), count(c.items.into())),
        );
        let name = clean(&lane.row.lane.short);
        let inline = name.chars().count() <= NAME;
        if !inline {
            out.wrapped("", &name);
        }
        let [a, b, knee, tenth] = if model.holds() {
            fitted(model)
        } else {
            [ABSENT; 4].map(str::to_owned)
        };
        let error = format!("{:.1}%", model.missed.error * 100.0);
        let cells = [a, b, knee, tenth, error, chatty];
        let [a, b, knee, tenth, error, chatty] = cells.each_ref().map(String::as_str);
        out.row(&[if inline { &name } else { "" }, a, b, knee, tenth, error, chatty], &WIDTHS);
    }
    out.text.push('\n');
    notes(out, lanes);
}

/// Both costs, the knee and the batch for a tenth.
fn fitted(model: &Model) -> [String; 4] {
    [
        short(&model.call_ns, time_with_error),
        short(&model.item_ns, time_with_error),
        items_or_absent(model.knee.as_ref()),
        items_or_absent(model.batch_for_tenth.as_ref()),
    ]
}

fn items_or_absent(figure: Option<&Figure>) -> String {
    figure.map_or_else(|| ABSENT.to_owned(), |figure| short(figure, items))
}

fn notes(out: &mut Screen, lanes: &[Modelled]) {
    cost_model::quality(lanes).iter().for_each(|text| out.wrapped("", text));
    cost_model::bends(lanes).iter().for_each(|text| out.wrapped("", text));
    out.wrapped(
        "",
        "a is the fixed cost of a call: half of the call at the knee, a tenth at the batch for 10 \
        %. Model error: each size is predicted from the others; this is the root mean square of \
        the misses. <: may be 0, at most this. chatty : batched: the time of n calls one after \
        another, divided by that of one call with n items. Where n calls were not measured, n \
        times a single call is used.",
    );
}

/// A value with its relative error; `<` where only the upper end of its interval means something.
fn short(figure: &Figure, told: impl Fn(&Estimate) -> String) -> String {
    match figure {
        Figure::Told(estimate) => told(estimate),
        Figure::AtMost(Some(most)) if *most > 0.0 => {
            let most = Estimate { value: *most, ..Estimate::default() };
            format!("< {}", told(&most))
        }
        Figure::AtMost(_) => ABSENT.to_owned(),
    }
}

fn items(estimate: &Estimate) -> String {
    with_error(estimate, cost_model::items)
}

/// A value without a unit with its relative error, which is written as that of a time.
fn with_error(estimate: &Estimate, written: impl Fn(f64) -> String) -> String {
    match error(estimate) {
        Some(error) => format!("{} {error}", written(estimate.value)),
        None => written(estimate.value),
    }
}

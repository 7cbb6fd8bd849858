//! The cost model for other programs: JSON with the curve of each start, and CSV with one line for
//! each lane and mode.

use crate::{
    figures::summary::{Scene, Summary},
    model::{
        Chatty, Model, Modelled,
        crossover::{self, Choice, CrossOver},
        linearity::Form,
        payload_sizes::{self, BySize, LaneBySize},
        term::Figure,
    },
    record::{Asked, Lane},
    render::csv::lines::line,
    stats::{comparison::MARGIN, estimates::Estimate},
};
use serde_json::{Value, json};

/// All scenes with a model, and single calls by the bytes that they carry.
pub(crate) fn json(summary: &Summary) -> Value {
    let work_ns = summary.record.plan.service_time_ns;
    let scenes = summary.scenes.iter().map(|scene| of_scene(scene, work_ns));
    json!({
        "format": "tollgate-model",
        "version": 1,
        "scenes": scenes.collect::<Vec<_>>(),
        "by_size": payload_sizes::of(summary).as_ref().map(of_sizes),
    })
}

/// T(n) = a + b n with n in bytes each way.
fn of_sizes(by_size: &BySize) -> Value {
    json!({
        "workload": by_size.asked.workload,
        "placement": by_size.asked.placement,
        "sizes_bytes": by_size.sizes,
        "lanes": by_size.lanes.iter().map(of_lane_by_size).collect::<Vec<_>>(),
    })
}

fn of_sized_call(call: &crate::model::grid::SizedCell) -> Value {
    let mean_ns = of_estimate(&call.cell.item);
    json!({ "bytes": call.size, "mean_ns": mean_ns })
}

fn of_lane_by_size(of: &LaneBySize) -> Value {
    let model = of.model.as_ref().map(|model| {
        json!({
            "form": form(model),
            "bend_bytes": bend(model),
            "error": model.missed.error,
            "worst_bytes": model.missed.worst_items,
            "worst": model.missed.worst,
            "a_ns": fitted(model, Some(&model.call_ns)),
            "b_ns_per_byte": fitted(model, Some(&model.item_ns)),
            "b_beyond_ns_per_byte": fitted(model, model.item_beyond_ns.as_ref()),
            "half_bytes": fitted(model, model.knee.as_ref()),
            "curves": curves(model),
        })
    });
    let by_copy = of
        .by_copy
        .map(|copied| json!({ "bytes": copied.size, "ratio": of_estimate(&copied.ratio) }));
    json!({
        "lane": of.lane.name,
        "calls": of.calls.iter().map(of_sized_call).collect::<Vec<_>>(),
        "model": model,
        "by_copying": by_copy,
    })
}

/// The curve of each start, where the model holds.
fn curves(model: &Model) -> Vec<Value> {
    let kept = model.curves.iter().filter(|_| model.holds());
    kept.map(|(start, curve)| of_curve(*start, curve)).collect()
}

fn of_scene(scene: &Scene, work_ns: Option<u64>) -> Value {
    let lanes = crate::model::of(scene);
    let models: Vec<Value> = lanes
        .iter()
        .flat_map(|lane| lane.models.iter().map(|model| of_model(lane, model)))
        .collect();
    let chatty: Vec<Value> = lanes
        .iter()
        .flat_map(|lane| lane.chatty.iter().map(|chatty| of_chatty(lane, chatty)))
        .collect();
    let cross_overs: Vec<Value> = crossover::cross_overs(&lanes).iter().map(of_crossing).collect();
    let choices: Vec<Value> = crossover::choices(scene)
        .iter()
        .map(|choice| of_choice(choice, work_ns))
        .collect();
    json!({
        "engine": scene.asked.engine,
        "workload": scene.asked.workload,
        "size": scene.asked.size,
        "placement": scene.asked.placement,
        "models": models,
        "chatty_by_batched": chatty,
        "cross_overs": cross_overs,
        "margin": MARGIN,
        "choices": choices,
    })
}

fn of_model(lane: &Modelled, model: &Model) -> Value {
    json!({
        "lane": lane.row.lane.name,
        "mode": model.mode,
        "sizes": model.sizes,
        "form": form(model),
        "bend_items": bend(model),
        "error": model.missed.error,
        "worst_items": model.missed.worst_items,
        "worst": model.missed.worst,
        "a_ns": fitted(model, Some(&model.call_ns)),
        "b_ns": fitted(model, Some(&model.item_ns)),
        "b_beyond_ns": fitted(model, model.item_beyond_ns.as_ref()),
        "knee_items": fitted(model, model.knee.as_ref()),
        "batch_for_tenth_items": fitted(model, model.batch_for_tenth.as_ref()),
        "curves": curves(model),
    })
}

/// A figure of the fit, where the model holds.
fn fitted(model: &Model, figure: Option<&Figure>) -> Option<Value> {
    if model.holds() { figure.map(of_figure) } else { None }
}

fn of_curve(start: u32, curve: &crate::model::fit::Curve) -> Value {
    json!({
        "start": start,
        "a_ns": curve.call_ns,
        "b_ns": curve.item_ns,
        "b_beyond_ns": curve.bend.map(|bend| bend.item_beyond_ns),
    })
}

fn form(model: &Model) -> &'static str {
    match model.form {
        Form::Line => "line",
        Form::Bent(_) => "bent",
        Form::Neither => "neither",
    }
}

fn bend(model: &Model) -> Option<u32> {
    match model.form {
        Form::Bent(bend) => Some(bend),
        Form::Line | Form::Neither => None,
    }
}

/// A value with its interval; what is not told from 0 has no value and only an upper end.
fn of_figure(figure: &Figure) -> Value {
    match figure {
        Figure::Told(estimate) => of_estimate(estimate),
        Figure::AtMost(most) => json!({ "value": null, "low": null, "high": most }),
    }
}

fn of_estimate(estimate: &Estimate) -> Value {
    let (low, high) = (estimate.interval.map(|i| i.low), estimate.interval.map(|i| i.high));
    json!({ "value": estimate.value, "low": low, "high": high })
}

fn of_chatty(lane: &Modelled, chatty: &Chatty) -> Value {
    json!({
        "lane": lane.row.lane.name,
        "items": chatty.items,
        "ratio": of_estimate(&chatty.ratio),
        "chatty_measured": chatty.measured,
    })
}

fn of_crossing(crossing: &CrossOver) -> Value {
    json!({
        "quicker_for_few": crossing.few.lane.name,
        "quicker_for_many": crossing.many.lane.name,
        "most_items": crossing.most_items,
        "items": crossing.items.as_ref().map(of_estimate),
    })
}

fn of_choice(choice: &Choice, work_ns: Option<u64>) -> Value {
    let share = work_ns.and_then(|work_ns| choice.share(work_ns as f64));
    json!({
        "quicker": choice.quicker.lane.name,
        "slower": choice.slower.lane.name,
        "detected": choice.comparison.detected(),
        "break_even_service_time_ns": choice.break_even().as_ref().map(of_estimate),
        "service_time_ns": work_ns,
        "share_of_call": share.as_ref().map(of_estimate),
    })
}

const HEAD: &str = "\
    lane,engine,workload,size,placement,mode,form,bend_items,starts,error,worst_items,worst,a_ns,\
    a_ns_low,a_ns_high,b_ns,b_ns_low,b_ns_high,b_beyond_ns,b_beyond_ns_low,b_beyond_ns_high,\
    knee_items,knee_items_low,knee_items_high,batch_for_tenth_items,batch_for_tenth_items_low,\
    batch_for_tenth_items_high,n_unit";
/// The last field: what n counts. Of bytes, b is for each byte, and what is named items is bytes.
const ITEMS: &str = "items";
const BYTES: &str = "bytes";

/// One line for each lane and mode, and one for its single calls by bytes, which has no size of its
/// own. What is not told from 0 has an upper end alone.
pub(crate) fn csv(summary: &Summary) -> String {
    let mut out = String::from(HEAD);
    out.push('\n');
    for scene in &summary.scenes {
        for lane in &crate::model::of(scene) {
            for model in &lane.models {
                let size = scene.asked.size.to_string();
                out.push_str(&line(&fields(&scene.asked, size, lane.row.lane, model, ITEMS)));
            }
        }
    }
    if let Some(by_size) = payload_sizes::of(summary) {
        for one in &by_size.lanes {
            if let Some(model) = &one.model {
                let asked = &by_size.asked;
                out.push_str(&line(&fields(asked, String::new(), one.lane, model, BYTES)));
            }
        }
    }
    out
}

fn fields(asked: &Asked, size: String, lane: &Lane, model: &Model, unit: &str) -> Vec<String> {
    let missed = model.missed;
    let mut fields = vec![
        lane.name.clone(),
        asked.engine.to_owned(),
        asked.workload.to_owned(),
        size,
        asked.placement.to_owned(),
        model.mode.clone(),
        form(model).to_owned(),
        bend(model).map_or_else(String::new, |bend| bend.to_string()),
        model.curves.len().to_string(),
        missed.error.to_string(),
        missed.worst_items.to_string(),
        missed.worst.to_string(),
    ];
    let figures = [
        Some(&model.call_ns),
        Some(&model.item_ns),
        model.item_beyond_ns.as_ref(),
        model.knee.as_ref(),
        model.batch_for_tenth.as_ref(),
    ];
    for figure in figures {
        fields.extend(value_and_ends(figure.filter(|_| model.holds())));
    }
    fields.push(unit.to_owned());
    fields
}

/// Value, lower and upper end.
fn value_and_ends(figure: Option<&Figure>) -> [String; 3] {
    let numbers = match figure {
        Some(Figure::Told(estimate)) => {
            let interval = estimate.interval;
            [Some(estimate.value), interval.map(|i| i.low), interval.map(|i| i.high)]
        }
        Some(Figure::AtMost(most)) => [None, None, *most],
        None => [None; 3],
    };
    numbers.map(|number| number.map_or_else(String::new, |number| number.to_string()))
}

//! The model in words: cells of its table and its sentences, the same in every rendering. Never
//! more than the intervals carry.

pub mod choice;
pub mod prediction;

use crate::{
    figures::{contrasts::service_time, summary::Scene},
    model::{
        Chatty, Model, Modelled,
        crossover::{self, Choice, CrossOver},
        linearity::{Form, MOST_ERROR},
        term::Figure,
    },
    record::Record,
    stats::{
        comparison::MARGIN,
        estimates::{Estimate, Interval},
        units::{
            ABSENT, count, interval_behind, number, time, time_with_interval, times_with_interval,
        },
    },
};

/// What the model is, above its table.
pub const ABOUT: &str = "A call that carries n items takes T(n) = a + b n, fitted in each restart \
on relative errors. a is the fixed cost of a call, b the cost of each item. With \
     a / b items (the knee) a is half of the call. With 9 a / b items (batch for 10 %) it is a \
     tenth. Model error: each size is predicted from the others; this is the root mean square of \
     the misses. Above 10 % there is no linear model. 95 % intervals.";

/// The heading of the table of [`cells`].
pub const HEAD: [&str; 7] = [
    "lane",
    "a, per call",
    "b, per item",
    "knee",
    "batch for 10 %",
    "model error",
    "chatty : batched",
];

/// One lane and mode in a table: lane, a, b, knee, batch for 10 % overhead, model error, chatty :
/// batched.
pub fn cells(lane: &Modelled, model: &Model) -> [String; 7] {
    let name = match model.mode.as_str() {
        "batched" => lane.row.lane.short.clone(),
        mode => format!("{}, {mode}", lane.row.lane.short),
    };
    let [per_call, per_item, knee, batch_for_tenth] = fitted(model);
    let largest = lane.chatty.last().filter(|_| model.mode == "batched");
    [
        name,
        per_call,
        per_item,
        knee,
        batch_for_tenth,
        error(model),
        largest.map_or_else(|| ABSENT.to_owned(), ratio),
    ]
}

/// What follows from the fit: a, b, knee, batch for 10 % overhead; absent where it does not hold.
fn fitted(model: &Model) -> [String; 4] {
    if !model.holds() {
        return [ABSENT; 4].map(str::to_owned);
    }
    [
        shown(&model.call_ns, time_with_interval, time),
        per_item(model),
        items_or_absent(model.knee.as_ref()),
        items_or_absent(model.batch_for_tenth.as_ref()),
    ]
}

fn items_or_absent(figure: Option<&Figure>) -> String {
    match figure {
        Some(figure) => shown(figure, items_with_interval, items),
        None => ABSENT.to_owned(),
    }
}

fn per_item(model: &Model) -> String {
    let first = shown(&model.item_ns, time_with_interval, time);
    match (model.form, &model.item_beyond_ns) {
        (Form::Bent(bend), Some(beyond)) => {
            let second = shown(beyond, time_with_interval, time);
            format!("{first} up to n = {}, {second} beyond", count(bend.into()))
        }
        _ => first,
    }
}

fn error(model: &Model) -> String {
    let missed = model.missed;
    let error = percent(missed.error);
    if model.holds() {
        error
    } else {
        format!("{error}: no linear model")
    }
}

fn ratio(chatty: &Chatty) -> String {
    let how = if chatty.measured { "" } else { ", predicted" };
    format!(
        "{} at n = {}{how}",
        times_with_interval(&chatty.ratio),
        count(chatty.items.into())
    )
}

/// A figure as text: its value, or that it is not told from 0.
pub(crate) fn shown(
    figure: &Figure,
    with_interval: impl Fn(&Estimate) -> String,
    alone: impl Fn(f64) -> String,
) -> String {
    match figure {
        Figure::Told(estimate) => with_interval(estimate),
        Figure::AtMost(Some(most)) if *most > 0.0 => {
            format!("not told from 0, at most {}", alone(*most))
        }
        Figure::AtMost(_) => "not told from 0".to_owned(),
    }
}

/// A number of items: whole ones where there are many.
pub(crate) fn items(items: f64) -> String {
    number(items)
}

fn items_with_interval(estimate: &Estimate) -> String {
    format!("{}{}", items(estimate.value), interval_behind(estimate, items))
}

/// A share as `0.52 %`.
pub(crate) fn percent(share: f64) -> String {
    format!("{} %", number(share * 100.0))
}

/// A limit of ours, as `5 %`.
fn whole_percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// The same with its interval, as `0.52 % (0.41 to 0.63)`.
pub(crate) fn percent_with_interval(share: &Estimate) -> String {
    let percent_of = share.scaled(100.0);
    format!("{} %{}", number(percent_of.value), interval_behind(&percent_of, number))
}

/// How well the models hold, for a reader who looks at nothing else.
pub fn quality(lanes: &[Modelled]) -> Option<String> {
    let without: Vec<&str> = lanes
        .iter()
        .filter(|lane| lane.batched().is_some_and(|model| !model.holds()))
        .map(|lane| lane.row.lane.short.as_str())
        .collect();
    if without.is_empty() {
        return None;
    }
    let limit = whole_percent(MOST_ERROR);
    Some(format!(
        "No single line fits all batch sizes over {} within {limit}. Between two measured sizes \
        their times are interpolated; beyond the largest they are not known.",
        without.join(", ")
    ))
}

/// Lanes whose items take something else from a size on.
pub fn bends(lanes: &[Modelled]) -> Vec<String> {
    let mut bent = Vec::new();
    for lane in lanes {
        let Some(model) = lane.batched() else { continue };
        if matches!(model.form, Form::Bent(_)) {
            bent.push(format!("{}: {} an item.", lane.row.lane.short, per_item(model)));
        }
    }
    bent
}

/// What the service time that was asked for means for the widest choices, the slowest lane against
/// the in-process one and against the quickest that leaves the process; and how well such a
/// prediction held, where a callee worked.
pub fn with_service_time(scene: &Scene, record: &Record) -> Vec<String> {
    let Some(work_ns) = record.plan.service_time_ns else { return Vec::new() };
    let choices = crossover::widest(scene);
    let said = choices.iter().filter_map(|choice| with_work(choice, work_ns as f64));
    said.chain(service_time::sentences(record)).collect()
}

/// Where two lanes cross.
pub fn crossing(crossing: &CrossOver) -> String {
    let (few, many) = (crossing.few.lane, crossing.many.lane);
    let most = count(crossing.most_items.into());
    let at = match crossing.items {
        Some(at) => {
            format!("cross at about {} items{}", items(at.value), interval_behind(&at, items))
        }
        None => format!("cross between 1 and {most} items, where is not known"),
    };
    format!(
        "{} and {} {at}: {} is quicker for fewer, {} for more, up to {most}.",
        few.named(),
        many.named(),
        few.short,
        many.short
    )
}

/// Whether the choice between two lanes matters for this work in the callee.
pub fn with_work(choice: &Choice, work_ns: f64) -> Option<String> {
    let share = choice.share(work_ns)?;
    let Interval { low, high } = share.interval?;
    let (quick, slow) = (choice.quicker.lane.named(), choice.slower.lane.named());
    let margin = whole_percent(MARGIN);
    let verdict = if high < MARGIN {
        format!("under {margin}, so the choice does not matter")
    } else if low > MARGIN && choice.comparison.detected() {
        format!("more than {margin}, so the choice matters")
    } else {
        format!("this run cannot tell whether that is {margin}")
    };
    let begins = choice.break_even().and_then(|work| Some((work, work.interval?)));
    let begins = match begins {
        Some((_, i)) if i.high <= 0.0 => " It does not even without any work.".to_owned(),
        Some((work, i)) if i.low > 0.0 && choice.comparison.detected() => {
            format!(" It starts to matter below {}.", time_with_interval(&work))
        }
        Some((_, i)) => format!(" If it matters at all, then below {}.", time(i.high)),
        None => String::new(),
    };
    Some(format!(
        "With {} of work in the callee, {quick} and {slow} differ by {} of the call: \
        {verdict}.{begins}",
        time(work_ns),
        percent_with_interval(&share),
    ))
}

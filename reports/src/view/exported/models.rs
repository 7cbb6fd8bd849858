//! The cost model and what follows from it: fits, cross-overs, break-even service times, the
//! quickest lanes.

use crate::{
    figures::{
        row::Row,
        summary::{Scene, Summary},
    },
    model::{
        self, Model, Modelled,
        batch_sizes::{self, Against},
        crossover::{self, Choice, CrossOver},
        payload_sizes::{self, LaneBySize},
        term::Figure,
    },
    record::{Asked, Record},
    view::exported::figure::Exported,
};

pub(super) fn of(scene: &Scene, record: &Record) -> Vec<Exported> {
    let asked = &scene.asked;
    let modelled = model::of(scene);
    let mut all = Vec::new();
    for lane in modelled.iter().filter(|lane| lane.row.is_of(scene.asked)) {
        for model in &lane.models {
            all.extend(of_model(&lane.row.lane.name, model, asked, "ns", "items"));
        }
        all.extend(chatty(lane, asked));
    }
    let here = |rows: [&Row; 2]| rows.iter().any(|row| row.is_of(scene.asked));
    let crossings = crossover::cross_overs(&modelled);
    let crossings = crossings.iter().filter(|one| here([one.few, one.many]));
    all.extend(crossings.map(|one| cross_over(one, asked)));
    let choices = crossover::choices(scene).into_iter();
    for choice in choices.filter(|one| here([one.quicker, one.slower])) {
        all.extend(of_choice(&choice, asked, record.plan.service_time_ns));
    }
    all
}

/// Of single calls by the bytes that they carry.
pub(super) fn by_bytes(summary: &Summary) -> Vec<Exported> {
    let Some(by_size) = payload_sizes::of(summary) else { return Vec::new() };
    let (mut all, asked) = (Vec::new(), &by_size.asked);
    for one in &by_size.lanes {
        if let Some(model) = &one.model {
            let fitted = of_model(&one.lane.name, model, asked, "ns/byte", "bytes");
            // The model spans all sizes.
            all.extend(fitted.into_iter().map(|figure| Exported { size: None, ..figure }));
        }
        all.extend(by_copying(one, asked));
    }
    all
}

fn by_copying(one: &LaneBySize, asked: &Asked) -> Option<Exported> {
    let copied = one.by_copy?;
    let ratio = Exported::new("call_by_copying", "times").over(&one.lane.name).asking(asked);
    Some(Exported { size: Some(copied.size), ..ratio }.estimated(&copied.ratio))
}

/// Terms of a fit; only how far it misses where it does not hold.
fn of_model(
    lane: &str,
    model: &Model,
    asked: &Asked,
    slope: &'static str,
    sizes: &'static str,
) -> Vec<Exported> {
    let figure =
        |name, unit| Exported::new(name, unit).over(lane).asking(asked).of_mode(&model.mode);
    let mut all = vec![figure("model_error", "share").counted(model.missed.error)];
    if !model.holds() {
        return all;
    }
    let terms: [(&'static str, &'static str, Option<&Figure>); 5] = [
        ("model_a", "ns", Some(&model.call_ns)),
        ("model_b", slope, Some(&model.item_ns)),
        ("model_b_beyond_bend", slope, model.item_beyond_ns.as_ref()),
        ("knee", sizes, model.knee.as_ref()),
        ("batch_for_tenth", sizes, model.batch_for_tenth.as_ref()),
    ];
    for (name, unit, term) in terms {
        all.extend(term.map(|term| figure(name, unit).fitted(term)));
    }
    all
}

fn chatty(lane: &Modelled, asked: &Asked) -> Vec<Exported> {
    let mut all = Vec::new();
    for one in &lane.chatty {
        let how = if one.measured {
            "chatty measured"
        } else {
            "chatty as single calls"
        };
        let ratio = Exported::new("chatty_by_batched", "times").over(&lane.row.lane.name);
        let ratio = ratio.asking(asked).of_items(one.items).given(how.to_owned());
        all.push(ratio.estimated(&one.ratio));
    }
    all
}

/// `lane` is quicker for fewer items, the other for more.
fn cross_over(one: &CrossOver, asked: &Asked) -> Exported {
    let figure = Exported::new("cross_over", "items")
        .over(&one.few.lane.name)
        .against(&one.many.lane.name)
        .asking(asked)
        .of_mode("batched")
        .given(format!("within 1 to {} items", one.most_items));
    match &one.items {
        Some(items) => figure.estimated(items),
        None => figure,
    }
}

/// `lane` is the slower.
fn of_choice(choice: &Choice, asked: &Asked, work_ns: Option<u64>) -> Vec<Exported> {
    let figure = |name, unit| {
        let pair = Exported::new(name, unit).over(&choice.slower.lane.name);
        pair.against(&choice.quicker.lane.name).asking(asked)
    };
    let mut all = Vec::new();
    let break_even = choice.break_even();
    all.extend(break_even.map(|ns| figure("break_even_service_time", "ns").estimated(&ns)));
    if let Some(work_ns) = work_ns {
        let share = choice.share(work_ns as f64);
        let figure = figure("difference_as_share_of_call", "share");
        let figure = figure.given(format!("callee works {work_ns} ns"));
        all.extend(share.map(|share| figure.estimated(&share)));
    }
    all
}

/// Items in batches of each two lanes that are drawn, the one by the other, with the main engine
/// and size; and of each field of the map what the next lane takes by the quickest.
pub(super) fn quickest(summary: &Summary) -> Vec<Exported> {
    let mut all = Vec::new();
    for contest in batch_sizes::contests(summary) {
        for cell in &contest.cells {
            let Some((next, found)) = &cell.next else { continue };
            let Some((first, _)) = cell.first.first() else { continue };
            let ratio = Exported::new("next_by_quickest", "times").over(&next.lane.name);
            let ratio = ratio.against(&first.lane.name).asking(&cell.asked);
            all.push(ratio.of_items(cell.items).compared(&found.ratio));
        }
    }
    for scene in summary.scenes.iter().take(1) {
        let rows = batch_sizes::drawable(scene);
        for base in &rows {
            let against = batch_sizes::against(&rows, base);
            all.extend(against.iter().flat_map(|one| ratios(one, base, &scene.asked)));
        }
    }
    all
}

fn ratios(one: &Against, base: &Row, asked: &Asked) -> Vec<Exported> {
    let mut all = Vec::new();
    for (items, found) in &one.points {
        let ratio = Exported::new("item_mean_ratio", "times").over(&one.row.lane.name);
        let ratio = ratio.against(&base.lane.name).asking(asked).of_items(*items);
        all.push(ratio.compared(&found.ratio));
    }
    all
}

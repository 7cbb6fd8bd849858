//! Section 5: lanes against each other over batch sizes and payloads, as figures with their notes.

use crate::{
    figures::summary::{Scene, Summary},
    judge::Judged,
    model::{
        self,
        batch_sizes::{self, Contest, Quickest},
        crossover::{self, CrossOver},
    },
    render::html::page::chart_sections,
    say::{chart_sentences, findings::batches::order_turns, header::scene_name},
    stats::{
        estimates::Estimate,
        units::{ABSENT, count, time_with_interval, times_with_interval},
    },
    view::{
        figure::{Figure, Section},
        table::Table,
    },
};

/// Both figures, where there are lanes to compare.
pub(crate) fn section(judged: &Judged) -> Section {
    let summary = &judged.summary;
    let contests = batch_sizes::contests(summary);
    let ratios = ratios_in_placements(summary);
    let quickest = summary
        .main()
        .zip(contests.first())
        .map(|(scene, first)| quickest(scene, first, &contests));
    let figures = ratios
        .into_iter()
        .chain(quickest)
        .map(|figure| chart_sections::unless_forbidden(judged, figure));
    Section {
        figures: figures.collect(),
        notes: summary.main().map_or_else(Vec::new, not_drawn),
    }
}

/// One figure for all placements of the main scene, against the lane that suits the first.
fn ratios_in_placements(summary: &Summary) -> Option<Figure> {
    let placed = summary.placed();
    let main = ratios(placed.first()?, None)?;
    if placed.len() < 2 {
        return Some(main);
    }
    let base = main.table.head.first().map(|head| head.trim_start_matches("by ").to_owned());
    let mut each = Vec::new();
    for scene in placed {
        let title = summary.record.plan.placement_title(scene.asked.placement);
        each.extend(ratios(scene, base.as_deref()).map(|figure| (title, figure)));
    }
    Some(chart_sections::in_placements(each, main))
}

/// Against the lane of this name, or the one that suits most.
fn ratios(scene: &Scene, base: Option<&str>) -> Option<Figure> {
    let rows = batch_sizes::drawable(scene);
    let modelled = model::of(scene);
    let crossings = crossover::cross_overs(&modelled);
    let first = batch_sizes::first_base(&rows, &crossings).filter(|_| rows.len() > 1)?;
    let named = base.map(|base| rows.iter().position(|row| row.lane.short == base));
    let base = named.unwrap_or(Some(first))?;
    let against = batch_sizes::against(&rows, rows[base]);
    let mut sizes: Vec<u32> =
        against.iter().flat_map(|one| one.points.iter().map(|(n, _)| *n)).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let mut head = vec![format!("by {}", rows[base].lane.short)];
    head.extend(sizes.iter().map(|n| format!("n = {}", count((*n).into()))));
    let mut cells = Vec::new();
    for one in &against {
        let mut row = vec![one.row.lane.short.clone()];
        for n in &sizes {
            let point = one.points.iter().find(|(other, _)| other == n);
            row.push(point.map_or_else(|| ABSENT.to_owned(), |(_, c)| ratio(&c.ratio)));
        }
        cells.push(row);
    }
    Some(Figure {
        kind: "ratios",
        scene: 0,
        drawn: !sizes.is_empty(),
        title: scene_name(scene),
        finding: crossing_or_order(scene, &crossings),
        reading: "Time of an item divided by its time over the chosen lane, by batch size; \
        both axes are logarithmic. Above 1 it takes longer. Bands are 99 % intervals over \
        restarts. Each is judged alone, so a few exclude 1 by chance; the map below \
        corrects for that. A bar on the line of 1 is where the cost models of two lanes cross, \
        with its 95 % interval. Lanes in process are drawn only if the chosen one is in process. A \
        lane drawn hollow has another language on one side.",
        table: Table { head, rows: cells, ..Table::default() },
    })
}

/// Where lanes cross; where no model says so, which order turns between the measured ends.
fn crossing_or_order(scene: &Scene, crossings: &[CrossOver]) -> String {
    let turns = order_turns(scene).filter(|_| crossings.is_empty());
    let turns = turns.map(|turns| format!("{turns} At which size they cross is not known."));
    turns.unwrap_or_else(|| chart_sentences::crossing(crossings, &scene.placed))
}

/// `1.23 (1.20 to 1.26)`.
fn ratio(ratio: &Estimate) -> String {
    times_with_interval(ratio).replacen(" times", "", 1)
}

fn quickest(scene: &Scene, first: &Contest, contests: &[Contest]) -> Figure {
    let rows = contests
        .iter()
        .flat_map(|contest| contest.cells.iter().map(|cell| quickest_row(contest, cell)));
    Figure {
        kind: "quickest",
        scene: 0,
        drawn: !first.cells.is_empty(),
        title: scene.asked.of_whom(),
        finding: chart_sentences::quickest(first),
        reading: "Each field is one batch size and one item size, and names the fastest lane \
        there: single calls by the median, as the first table ranks them, batches by the mean. \
        Hatched fields have no single winner: the lanes named there cannot be told apart. Batches \
        are judged together, over all pairs of all fields (Holm, 1 %). Lanes with a bare client \
        and tuned lanes are left out.",
        table: Table::new(
            &["among", "n", "size of an item", "fastest, per item (= not told apart)", "next"],
            rows.collect(),
        ),
    }
}

fn quickest_row(contest: &Contest, cell: &Quickest) -> Vec<String> {
    let lanes: Vec<String> = cell
        .first
        .iter()
        .map(|(row, ns)| format!("{} {}", row.lane.short, time_with_interval(ns)))
        .collect();
    let next = cell.next.as_ref().map_or_else(
        || ABSENT.to_owned(),
        |(row, by)| {
            let (words, times) = (by.words_with_size(), times_with_interval(&by.ratio));
            format!("{}: {words}, {times} as long", row.lane.short)
        },
    );
    let (n, asked) = (count(cell.items.into()), cell.asked.amount());
    let tie = cell.tie.map_or_else(String::new, |tie| format!(" ({tie})"));
    let quickest = format!("{}{tie}", lanes.join(" = "));
    vec![chart_sentences::among(contest), n, asked, quickest, next]
}

/// Lanes of the scene that the ratios leave out, with the reason.
fn not_drawn(scene: &Scene) -> Vec<String> {
    let drawn = batch_sizes::drawable(scene);
    let (mut without_batch, mut others) = (Vec::new(), Vec::new());
    for row in scene.rows.iter().filter(|row| row.lane.answers) {
        if drawn.iter().any(|other| other.lane.name == row.lane.name) {
            continue;
        }
        let batched = row.cells.iter().any(|cell| cell.cell.mode == "batched");
        let left_out = if batched { &mut others } else { &mut without_batch };
        left_out.push(row.lane.short.as_str());
    }
    let mut notes = Vec::new();
    if !without_batch.is_empty() {
        let names = without_batch.join(", ");
        notes.push(format!("No ratios, because no batch was measured: {names}."));
    }
    if !others.is_empty() {
        notes.push(format!(
            "Not drawn, because there are more than {} lanes, or no restart was complete: {}.",
            batch_sizes::MOST_LANES,
            others.join(", ")
        ));
    }
    notes
}

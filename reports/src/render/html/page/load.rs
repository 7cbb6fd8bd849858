//! Section 8, and the open loop of section 7: lanes under load as figures with their notes.

use crate::{
    figures::summary::Summary,
    judge::Judged,
    model::{
        load_curves::{self, Curves, Point},
        usl::{self, Usl},
    },
    record::{Loads, Plan},
    render::html::page::chart_sections,
    say::chart_sentences,
    stats::{
        sample_times,
        units::{ABSENT, count, number},
    },
    view::{
        charts::points::MARKS,
        figure::{Figure, Section},
        load_table,
        table::Table,
    },
};

/// Latency against offered load, and throughput against calls in flight; nothing where the run had
/// no loads.
pub(crate) fn section(judged: &Judged) -> Section {
    let summary = &judged.summary;
    let Some(loads) = &summary.record.loads else { return Section::default() };
    let lanes = load_curves::of(summary.record, &summary.lanes);
    let title = what(loads, &summary.record.plan);
    let both = [latency(&lanes, loads), throughput(&lanes)];
    let figures = both
        .map(|figure| Figure { title: title.clone(), ..figure })
        .into_iter()
        .map(|figure| chart_sections::unless_forbidden(judged, figure))
        .collect();
    Section { figures, notes: load_table::notes(summary) }
}

/// Capacity and latency of each lane in figures, with what the table is called.
pub(crate) fn table(summary: &Summary) -> Option<(String, Table)> {
    Some((load_table::title(summary), load_table::table(summary)?))
}

/// The tails of open loops at the lowest rate that all lanes are asked for.
pub(crate) fn open_tail(judged: &Judged) -> Option<Figure> {
    let summary = &judged.summary;
    let loads = summary.record.loads.as_ref()?;
    let lanes = load_curves::of(summary.record, &summary.lanes);
    let rows: Vec<Vec<String>> = lanes.iter().filter_map(open_tail_row).collect();
    if rows.is_empty() {
        return None;
    }
    let figure = Figure {
        kind: "open-tail",
        scene: 0,
        drawn: lanes
            .iter()
            .any(|one| one.common_tail().is_some_and(|tail| tail.nines() >= MARKS[0].1)),
        title: format!("under load, {}", what(loads, &summary.record.plan)),
        finding: chart_sentences::open_tail(&lanes, loads),
        reading: "As above, but calls are sent by a schedule, whether or not earlier ones are \
        answered (open loop, Poisson arrivals). Latency runs from when a call was due, so it \
        contains the wait for other calls.",
        table: Table::new(&["lane", "p50", "p90", "p99", "p99.9", "calls"], rows),
    };
    Some(chart_sections::unless_forbidden(judged, figure))
}

fn open_tail_row(one: &Curves) -> Option<Vec<String>> {
    let tail = one.common_tail()?;
    let mut cells = vec![one.lane.short.clone()];
    for (quantile, ..) in MARKS {
        cells.push(match tail.percentile(quantile) {
            Ok(estimate) => sample_times::time_with_interval(&estimate),
            Err(why) => why.to_string(),
        });
    }
    cells.push(count(tail.samples()));
    Some(cells)
}

fn what(loads: &Loads, plan: &Plan) -> String {
    format!("{}, {}", loads.asked().text(), plan.placement_title(&loads.placement))
}

fn latency(lanes: &[Curves], loads: &Loads) -> Figure {
    let rows = lanes
        .iter()
        .flat_map(|one| one.points.iter().map(|point| latency_row(one, point)));
    Figure {
        kind: "latency",
        scene: 0,
        drawn: lanes.iter().any(|one| !one.points.is_empty()),
        title: String::new(),
        finding: chart_sentences::latency(lanes, loads),
        reading: "Calls are sent by a schedule, whether or not earlier ones are answered; latency \
        runs from when a call was due. Rates are shares of a lane's own capacity, and rates that \
        all lanes have in common. Bars are 95 % intervals; over few restarts they are wide, and \
        end at the frame. A hollow mark at the upper edge is a rate at which the lane did not \
        keep up in some restart. It has no latency, since that would only say how long the load \
        lasted. Both axes are logarithmic.",
        table: Table::new(
            &["lane", "asked for", "offered", "answered", "p50", "p99"],
            rows.collect(),
        ),
    }
}

fn latency_row(one: &Curves, point: &Point) -> Vec<String> {
    let asked = match point.share {
        Some(share) => format!("{:.0} % of its capacity", share * 100.0),
        None => "shared rate".to_owned(),
    };
    vec![
        one.lane.short.clone(),
        asked,
        chart_sentences::per_s(point.offered_per_s),
        chart_sentences::per_s(point.achieved_per_s),
        latency_at(point, 0.5),
        latency_at(point, 0.99),
    ]
}

fn latency_at(point: &Point, quantile: f64) -> String {
    match &point.latency {
        Ok(tail) => match tail.percentile(quantile) {
            Ok(estimate) => sample_times::time_with_interval(&estimate),
            Err(why) => why.to_string(),
        },
        Err(why) => (*why).to_owned(),
    }
}

fn throughput(lanes: &[Curves]) -> Figure {
    Figure {
        kind: "throughput",
        scene: 0,
        drawn: lanes.iter().any(|one| one.steps.len() > 1),
        title: String::new(),
        finding: chart_sentences::throughput(lanes),
        reading: "Closed loop: a fixed number of calls is in flight, and each is sent when another \
        is answered. Marks are measured, with 95 % intervals over restarts. Lines are fits of the \
        universal scalability law X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)): lambda \
        is the rate with one call in flight, sigma is contention (the share that waits its turn), \
        kappa is crosstalk (what calls in flight cost each other). Lines end where measurements \
        end, and need four numbers of calls in flight. Both axes are logarithmic.",
        table: Table::new(
            &[
                "lane",
                "calls in flight: calls/s",
                "at most",
                "lambda",
                "sigma",
                "kappa",
                "most at",
                "the fit misses by",
            ],
            lanes.iter().map(throughput_row).collect(),
        ),
    }
}

fn throughput_row(one: &Curves) -> Vec<String> {
    let steps = one.steps.iter().map(|(n, rate)| {
        format!("{}: {}", count((*n).into()), chart_sentences::rounded(rate.value))
    });
    let most = one
        .load
        .capacity_per_s()
        .as_ref()
        .map_or_else(|| ABSENT.to_owned(), chart_sentences::per_s_with_interval);
    let mut cells = vec![one.lane.short.clone(), steps.collect::<Vec<_>>().join(", "), most];
    cells.extend(match &one.law {
        Some(law) => {
            law_cells(law, one.steps.iter().map(|(in_flight, _)| *in_flight).max().unwrap_or(0))
        }
        None => {
            let why = format!(
                "no fit: {} of at least {} numbers of calls in flight",
                one.steps.len(),
                usl::FEWEST
            );
            [why.as_str(), ABSENT, ABSENT, ABSENT, ABSENT].map(str::to_owned)
        }
    });
    cells
}

/// The curve says nothing beyond the most calls in flight that were measured.
fn law_cells(law: &Usl, most: u32) -> [String; 5] {
    let peak = match law.peak() {
        None => "does not fall".to_owned(),
        Some(n) if n > f64::from(most) => format!("beyond {most} in flight, not measured"),
        Some(n) => format!("{} in flight", number(n)),
    };
    let missed = format!("{} %", number(law.missed * 100.0));
    [
        chart_sentences::per_s(law.rate_per_s),
        number(law.contention),
        number(law.crosstalk),
        peak,
        missed,
    ]
}

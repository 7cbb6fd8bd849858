//! The first section of the page: which lanes stand in its table, what they give for the toll, and
//! whether the choice matters.

use crate::assertions::{says, some};
use crate::changes::{loads_mut, single};
use crate::record;
use reports::judge::Judged;
use reports::record::{Cell, Lane, Record};
use reports::say::findings;
use reports::{Format, RenderOptions, render};

fn page(record: &Record) -> String {
    let html = render(record, Format::Html, &RenderOptions::default()).expect("renders");
    html.split("<script").next().expect("text").to_owned()
}

/// More lanes that are no default ones, as loose as grpc.
fn with_more(lanes: usize) -> Record {
    let mut record = record();
    let grpc = record.lanes.iter().find(|lane| lane.short == "grpc").cloned().expect("a lane");
    let cells: Vec<Cell> =
        record.cells.iter().filter(|cell| cell.lane == grpc.name).cloned().collect();
    for number in 0..lanes {
        let name = format!("rust/other-{number}/rust");
        record
            .cells
            .extend(cells.iter().cloned().map(|cell| Cell { lane: name.clone(), ..cell }));
        record.lanes.push(Lane {
            short: format!("other-{number}"),
            name,
            sets: Vec::new(),
            ..grpc.clone()
        });
    }
    record
}

fn lanes_of(table: &str) -> Vec<&str> {
    let names = table.split("<span class=\"name\">").skip(1);
    names.map(|rest| rest.split([' ', '<']).next().expect("a name")).collect()
}

#[test]
fn ten_lanes_stand_in_the_first_table_default_ones_chosen_first_and_all_others_below() {
    let html = page(&with_more(7));
    let tables: Vec<&str> = html.split("<table class=\"lanes\"").skip(1).collect();
    assert_eq!(tables.len(), 2);
    let first = tables[0].split("</table>").next().expect("a table");
    let first = lanes_of(first);
    assert_eq!(
        first,
        [
            "rest", "grpc", "other-0", "other-1", "other-2", "other-3", "uds", "ffi-c", "inproc",
            "null"
        ]
    );
    assert!(html.contains("10 of 13 lanes") && html.contains("The other 3 lanes"));
    let further = lanes_of(tables[1].split("</table>").next().expect("a table"));
    assert_eq!(further, ["other-4", "other-5", "other-6"]);
    let few = page(&record());
    assert_eq!(few.matches("<table class=\"lanes\"").count(), 1);
    assert!(few.contains("All lanes that were measured"));
}

#[test]
fn the_base_of_each_role_stands_in_the_first_table_however_many_default_lanes_there_are() {
    let mut record = with_more(7);
    for lane in record.lanes.iter_mut().filter(|lane| lane.short.starts_with("other-")) {
        lane.sets.push("default".into());
        lane.variant_of = Some("grpc".into());
    }
    let html = page(&record);
    let first = html.split("<table class=\"lanes\"").nth(1).expect("a table");
    let first = lanes_of(first.split("</table>").next().expect("a table"));
    let bases = ["rest", "grpc", "uds", "ffi-c", "inproc"];
    assert_eq!(first.len(), 10);
    assert!(bases.iter().all(|base| first.contains(base)), "{first:?}");
}

/// The row of a lane under "What one gets for the toll": a word for each heading.
fn given<'h>(html: &'h str, lane: &str) -> Vec<&'h str> {
    let after = html.split("<h3>What one gets for the toll</h3>").nth(1).expect("the heading");
    let table = after.split("</table>").next().expect("a table");
    let row = table
        .split("<tr>")
        .find(|row| row.contains(&format!(">{lane}</th>")))
        .expect("a row");
    row.split("<td")
        .skip(1)
        .map(|cell| cell.split(['>', '<']).nth(1).expect("a word"))
        .collect()
}

#[test]
fn what_a_lane_gives_is_tested_where_this_run_did_it_and_declared_elsewhere() {
    let html = page(&record());
    // Contract, deadline, multiplexing, streaming, crash, curl, other languages, another machine.
    let [yes, no, seen] = ["declared", "no", "tested"];
    assert_eq!(given(&html, "grpc"), [yes, yes, yes, seen, yes, no, yes, yes]);
    assert_eq!(given(&html, "uds"), [yes, yes, yes, no, yes, no, yes, yes]);
    assert_eq!(given(&html, "inproc"), [yes, no, no, no, no, no, no, no]);
    assert_eq!(given(&html, "ffi-c")[6], seen, "Rust calls C, and the answers were checked");
    let mut loaded = record();
    loaded.loads = Some(crate::synthetic::loads(5));
    for start in &mut loads_mut(&mut loaded, "rust/grpc/rust").starts {
        for point in &mut start.points {
            (point.connections, point.in_flight_most) = (1, 4);
        }
    }
    assert_eq!(
        given(&page(&loaded), "grpc")[2],
        seen,
        "several calls in flight on one connection"
    );
    let mut unseen = record();
    unseen.cells.retain(|cell| cell.mode != "streamed");
    assert_eq!(given(&page(&unseen), "grpc")[3], yes);
}

#[test]
fn columns_that_need_a_rate_are_there_where_the_record_has_it_and_a_line_says_how_to_get_them() {
    let mut with = record();
    with.plan.calls_per_s = Some(2_000.0);
    with.loads = Some(crate::synthetic::loads(5));
    let html = page(&with);
    let common = reports::figures::load::sweep::lowest_common_per_s(&with)
        .expect("the invented record has loads");
    assert!(
        html.contains(&format!(
            "open loop, {} calls/s",
            reports::stats::units::count(common as u64)
        )),
        "{common}"
    );
    assert!(html.contains("both sides, 2,000 calls/s") && !html.contains("--calls-per-s N</code>"));
    let found = findings::findings(&Judged::of(&with));
    let begin = "At 2,000 single calls per second, caller and callee together keep ";
    let busy = found.iter().find(|one| one.text.starts_with(begin)).expect("a finding");
    assert_eq!(busy.section, "rate");
    says(&busy.text, &["of the 2 cores of this machine"]);
    let mut without = record();
    without.loads = None;
    let html = page(&without);
    assert!(
        !html.contains("open loop, ")
            && html.contains("tollgate run --load</code>")
            && html.contains("tollgate run --calls-per-s N</code>")
    );
}

#[test]
fn the_first_finding_says_whether_the_choice_matters() {
    let mut record = record();
    let general = first_finding(&record);
    says(
        &general,
        &["The upper end is 1 % of call plus service if your service computes for "],
    );
    says(
        &general,
        &[
            "Choosing between grpc and uds matters (more than 5 % of a call) only if the callee \
        works for less than",
        ],
    );
    record.plan.service_time_ns = Some(8_000_000);
    let asked = first_finding(&record);
    assert!(
        asked.starts_with("With 8.00 ms of work in the callee, uds (")
            && asked.contains("does not matter"),
        "{asked}"
    );
    assert!(asked.contains("It starts to matter below"), "{asked}");
    let second = findings::findings(&Judged::of(&record))[1].text.clone();
    assert!(second.starts_with("With 8.00 ms of work in the callee, inproc ("), "{second}");
}

#[test]
fn the_largest_toll_is_called_so_by_medians_and_not_by_means() {
    let mut by_medians = record();
    others(&mut by_medians, 1.0, 0.5);
    let said = first_finding(&by_medians);
    assert!(said.starts_with("grpc (tonic 0.14.9) is the most expensive lane"), "{said}");
    let mut by_means = record();
    others(&mut by_means, 0.5, 0.999);
    let said = first_finding(&by_means);
    let open = "grpc (tonic 0.14.9) has the highest median, but is not shown to be slower";
    assert!(said.starts_with(open), "{said}");
}

fn first_finding(record: &Record) -> String {
    findings::findings(&Judged::of(record))[0].text.clone()
}

/// Gives single calls of other lanes than grpc, which leave the process, this share of what grpc's
/// take.
fn others(record: &mut Record, mean: f64, median: f64) {
    let grpc = single(record, "rust/grpc/rust").starts.clone();
    let remote =
        |lane: &str| !["inproc", "ffi", "grpc", "null"].iter().any(|name| lane.contains(name));
    let others = record.cells.iter_mut().filter(|cell| cell.items == 1 && remote(&cell.lane));
    for cell in some(others, "single calls that leave the process") {
        for (start, grpc) in cell.starts.iter_mut().zip(&grpc) {
            start.mean_ns = grpc.mean_ns.map(|ns| mean * ns);
            start.p50_ns = grpc.p50_ns.map(|ns| median * ns);
        }
    }
}

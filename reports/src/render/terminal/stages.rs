//! Where the time of a call goes, what it burns, and what that means at the user's own rate, in the
//! terminal's report.

use crate::{
    judge::Judged,
    render::terminal::screen::Screen,
    say::cores_at_rate,
    view::{lanes::servers, stages_tables},
};

pub(crate) fn render(out: &mut Screen, judged: &Judged) {
    stages(out, judged);
    resources(out, judged);
    allocations(out, judged);
    at_rate(out, judged);
}

/// Where stages, resources and allocations were measured: in the first placement alone.
fn placed<'j>(judged: &'j Judged) -> &'j str {
    judged.summary.main().map_or("", |scene| scene.placed.as_str())
}

fn stages(out: &mut Screen, judged: &Judged) {
    if let Some(left_out) = stages_tables::stages_left_out(judged.summary.record) {
        out.title("Where the time of a single call goes");
        out.wrapped("", &left_out);
    }
    if let Some(table) = stages_tables::stages(judged) {
        out.title(&format!(
            "Where the time of a single call goes{} (arithmetic means)",
            placed(judged)
        ));
        out.columns(&table);
        stages_tables::stages_notes(judged)
            .iter()
            .for_each(|note| out.wrapped("", note));
        out.wrapped(
            "",
            "± is half the 95 % interval. Unattributed: the whole minus all parts; in a function \
        call it is the call itself. Below zero, the parts add up to more than the whole.",
        );
    }
}

fn resources(out: &mut Screen, judged: &Judged) {
    if let Some(table) = stages_tables::resources(judged) {
        out.title(&format!("What a single call burns{}", placed(judged)));
        out.columns(&table);
        out.wrapped("", stages_tables::READING_RESOURCES);
        stages_tables::floors(judged.summary.record)
            .iter()
            .for_each(|floors| out.wrapped("", floors));
    }
    let summary = &judged.summary;
    let between = summary.main().and_then(|scene| servers::table(scene, summary.record));
    if let Some(table) = between {
        out.title("What stands between");
        // Settings are words: a column of them would be wider than the screen.
        table.lines(", ").iter().for_each(|line| out.wrapped("", line));
        out.wrapped("", servers::READING);
    }
}

fn allocations(out: &mut Screen, judged: &Judged) {
    if let Some(table) = stages_tables::allocations(&judged.summary) {
        out.title(&format!("What a single call allocates{}", placed(judged)));
        out.columns(&table);
        out.wrapped("", stages_tables::READING_ALLOCATIONS);
    }
}

fn at_rate(out: &mut Screen, judged: &Judged) {
    if let Some((scene, calls_per_s)) =
        judged.summary.main().zip(judged.summary.record.plan.calls_per_s)
    {
        out.title(&cores_at_rate::title(scene, calls_per_s));
        out.columns(&crate::view::cores_at_rate::table(scene, calls_per_s));
        out.wrapped("", cores_at_rate::READING);
    }
}

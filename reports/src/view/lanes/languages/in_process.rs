//! Calls into another language within one process, from each language: what each takes over a
//! function call of its caller's own, and from which rate on a socket in its place would cost more
//! than a share of a core that one notices.

use crate::{
    figures::{
        row::{Row, difference},
        summary::{Scene, Summary},
    },
    record::{FFI, Lane, SOCKET},
    say::{
        findings::hot_calls::{self, HotCalls},
        folklore::{lanes::usable, mechanisms},
    },
    stats::{
        estimates::Estimate,
        units::{ABSENT, time_with_interval},
    },
    view::{
        lanes::languages::medians::{FIRST, ID, median},
        table::{Table, TableSection},
    },
};

/// A lane into a library, and what it is compared with.
struct Measured<'s, 'r> {
    row: &'s Row<'r>,
    /// What a call takes more than a function call of its caller's own.
    toll: Option<Estimate>,
    /// The socket in its place, and how much more CPU time of both sides a call over that takes.
    socket: Option<(&'s Row<'r>, Estimate)>,
}

/// None where no language but Rust calls into a library.
pub(super) fn section(summary: &Summary) -> Option<TableSection> {
    let scene = summary.main()?;
    if !mechanisms::are_asked(scene) {
        return None;
    }
    let mut lanes: Vec<Measured> = scene
        .rows
        .iter()
        .filter(|row| row.lane.role == FFI && usable(row))
        .map(|row| Measured::of(scene, row))
        .collect();
    lanes.sort_by_key(|one| order(one.row.lane));
    let hot: Vec<HotCalls> = lanes.iter().filter_map(|one| one.hot()).collect();
    Some(TableSection {
        id: format!("{ID}-in-process"),
        title: format!("Into another language within one process{}", scene.placed),
        finding: hot_calls::sentence(&hot),
        reading: "More: than a call of a function of the caller's own, in the caller's own \
        language; means of the differences of medians. Socket: how much more CPU time of both \
        sides a call takes over a socket from the same language. From the rate in the last column \
        on that is over 5 % of a core: less often called, a library in the process saves nothing \
        that one notices, and takes its caller with it when it crashes."
            .to_owned(),
        table: Table::new(
            &["lane", "one call", "more", "socket", "CPU over it", "5 % of a core from"],
            lanes.iter().map(Measured::cells).collect(),
        ),
    })
}

/// By caller, Rust first; then as the run has them.
fn order(lane: &Lane) -> (bool, &str, u8, &str) {
    (lane.caller != FIRST, &lane.caller, lane.looseness, &lane.short)
}

impl<'s, 'r> Measured<'s, 'r> {
    fn of(scene: &'s Scene<'r>, row: &'s Row<'r>) -> Self {
        let toll = mechanisms::toll_at_home(scene, row).map(|(toll, _)| toll);
        let socket = socket_of(scene, row)
            .and_then(|other| Some((other, difference(&other.cpu_starts(), &row.cpu_starts())?)));
        Self { row, toll, socket }
    }

    fn hot(&self) -> Option<HotCalls<'_>> {
        let (socket, more_cpu) = self.socket.as_ref()?;
        HotCalls::of(&self.row.lane.short, &socket.lane.short, *more_cpu)
    }

    fn cells(&self) -> Vec<String> {
        let absent = || ABSENT.to_owned();
        let socket = self.socket.as_ref();
        vec![
            self.row.lane.short.clone(),
            median(self.row),
            self.toll.as_ref().map_or_else(absent, time_with_interval),
            socket.map_or_else(absent, |(row, _)| row.lane.short.clone()),
            socket.map_or_else(absent, |(_, more_cpu)| time_with_interval(more_cpu)),
            self.hot().map_or_else(absent, |hot| hot.rate()),
        ]
    }
}

/// The socket from the same language of which a call takes the least: into the same language where
/// there is one, else into another.
fn socket_of<'s, 'r>(scene: &'s Scene<'r>, row: &Row) -> Option<&'s Row<'r>> {
    let is_socket = |other: &&Row| {
        other.lane.role == SOCKET && other.lane.caller == row.lane.caller && usable(other)
    };
    let median_ns = |other: &Row| other.single.as_ref().map_or(f64::MAX, |one| one.p50.value);
    scene.rows.iter().filter(is_socket).min_by(|one, other| {
        let elsewhere = |of: &Row| of.lane.callee != row.lane.callee;
        let by_callee = elsewhere(one).cmp(&elsewhere(other));
        by_callee.then(median_ns(one).total_cmp(&median_ns(other)))
    })
}

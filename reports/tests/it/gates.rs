//! Gates that cannot tell: restarts that are too few, or that do not differ at all.

use crate::changes::slowed;
use crate::record;
use reports::judge::{
    comparison::changes,
    gate::records::{Gate, gate},
};
use reports::record::Record;

#[test]
fn two_restarts_and_restarts_that_do_not_differ_leave_a_gate_open() {
    let alike = |starts: usize, scatter: f64| {
        let mut record = record();
        for start in record.cells.iter_mut().flat_map(|cell| &mut cell.starts) {
            let factor = 1.0 + scatter * f64::from(start.start);
            (start.p50_ns, start.mean_ns) = (Some(1e5 * factor), Some(1e5 * factor));
        }
        record.cells.iter_mut().for_each(|cell| cell.starts.truncate(starts));
        record.progress.starts_done = starts as u32;
        record
    };
    let slowed_down = |record: &Record| {
        let mut slower = record.clone();
        slowed(&mut slower, 3.0);
        slower
    };
    for (starts, scatter, words) in [(2, 0.01, "needs 3 restarts"), (5, 0.0, "slower")] {
        let old = alike(starts, scatter);
        let between = changes(&old, &slowed_down(&old), false).expect("comparable");
        let gated = gate(&between, 0.1);
        let here = format!("{starts} restarts that scatter by {scatter}");
        assert_eq!(gated.outcome, Gate::CannotTell, "{here}");
        let grpc = between.changes.iter().find(|one| one.lane == "grpc").expect("compared");
        assert_eq!(grpc.words(), words, "{here}");
        let same = changes(&old, &old, false).expect("comparable");
        assert_eq!(gate(&same, 0.1).outcome, Gate::CannotTell, "{here}");
    }
}

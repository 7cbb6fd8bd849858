//! Every figure that is computed of a record, as one flat list with its interval: what tables,
//! charts and sentences show, for other programs. What stands in the record itself is not repeated.

mod calls;
mod figure;
mod loads;
mod models;
mod pairs;
mod parts;
mod visits;

use crate::judge::Judged;
pub(crate) use crate::view::exported::figure::Exported;

/// Every computed figure, in the order of the report.
pub(crate) fn of(judged: &Judged) -> Vec<Exported> {
    let summary = &judged.summary;
    let mut all = Vec::new();
    for scene in &summary.scenes {
        all.extend(calls::of(scene, summary.record));
    }
    all.extend(pairs::of(summary));
    for scene in &summary.scenes {
        all.extend(models::of(scene, summary.record));
    }
    all.extend(visits::of(summary.record));
    all.extend(models::by_bytes(summary));
    all.extend(models::quickest(summary));
    all.extend(parts::of(judged));
    all.extend(loads::of(summary));
    all
}

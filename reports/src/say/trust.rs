//! The grade of a record in a sentence.

use crate::{
    figures::contrasts,
    judge::{Judged, trust::Trust},
    stats::{comparison::DETECTION, estimates::TOO_FEW},
};

/// The grade and why, with what lanes against themselves say.
pub fn sentence(judged: &Judged) -> String {
    let Trust { grade, reasons } = &judged.trust;
    let why = match reasons.as_slice() {
        [] => "nothing was found that asks for caution.".to_owned(),
        // Said once, at the head.
        [_] if judged.usable() => "1 warning stands at the head of the report.".to_owned(),
        all if judged.usable() => {
            format!("{} warnings stand at the head of the report.", all.len())
        }
        [only] => only.text.clone(),
        [first, rest @ ..] => {
            let stand = if rest.len() == 1 {
                "more reason stands"
            } else {
                "more reasons stand"
            };
            format!("{} {} {stand} at the head of the report.", first.text, rest.len())
        }
    };
    let (hits, tried) = contrasts::false_alarms(judged.summary.record);
    let nominal = (1.0 - DETECTION) * 100.0;
    let selves = match tried {
        0 if contrasts::of_kind(judged.summary.record, "self").next().is_some() => {
            format!("A/A test: not judged, {TOO_FEW}.")
        }
        0 => "A/A test: no lane was compared with itself.".to_owned(),
        1 => format!(
            "A/A test: one comparison of a lane with itself showed {} ({nominal:.0} % do by \
                chance).",
            if hits == 0 { "no difference" } else { "a difference" }
        ),
        _ => {
            format!(
                "A/A test: {hits} of {tried} comparisons of a lane with itself showed a difference \
                ({nominal:.0} % do by chance)."
            )
        }
    };
    format!("{grade}: {why} {selves}")
}

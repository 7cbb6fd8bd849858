//! How a lane is drawn everywhere: the hue and shape of its mechanism.

use crate::{figures::summary::Summary, record::Lane};

use serde::Serialize;

/// How a lane is drawn everywhere.
#[derive(Debug, Serialize)]
pub(crate) struct LaneMark {
    short: String,
    /// With what it is made of: for sentences that the script puts together from texts made here.
    full: String,
    /// Index of its mechanism, which chooses hue and shape; absent for a lane that answers nothing.
    pub(crate) mechanism: Option<usize>,
    /// Languages of the caller and of the callee; absent where nothing is chosen by them, so
    /// that a page of many lanes stays small.
    #[serde(skip_serializing_if = "Option::is_none")]
    languages: Option<[String; 2]>,
    /// Filled where the lane has a short name, hollow where it goes by its full one (other
    /// languages).
    pub(crate) filled: bool,
}

impl LaneMark {
    /// How these lanes, all that a record knows, are drawn.
    pub(crate) fn of_all(lanes: &[&Lane]) -> Vec<Self> {
        let mechanisms = mechanisms(lanes);
        lanes.iter().map(|lane| Self::of(lane, &mechanisms)).collect()
    }

    /// The same on a page that has a choice by language, where there are several.
    pub(crate) fn of_page(summary: &Summary) -> Vec<Self> {
        let mut marks = Self::of_all(&summary.lanes);
        if summary.has_several_languages() {
            for (mark, lane) in marks.iter_mut().zip(&summary.lanes) {
                mark.languages = Some([lane.caller.clone(), lane.callee.clone()]);
            }
        }
        marks
    }

    fn of(lane: &Lane, mechanisms: &[&str]) -> Self {
        Self {
            short: lane.short.clone(),
            full: lane.named(),
            languages: None,
            mechanism: mechanisms.iter().position(|m| *m == lane.transport),
            filled: lane.short != lane.name,
        }
    }
}

/// Mechanisms in the order of the lanes, known ones all, so that a colour does not depend on what
/// was measured. Those of default lanes come first: hues repeat beyond the eighth, and these are
/// seen together most often.
fn mechanisms<'a>(lanes: &[&'a Lane]) -> Vec<&'a str> {
    let mut known: Vec<&str> = Vec::new();
    let answering = lanes.iter().filter(|lane| lane.answers);
    let (default, others): (Vec<&Lane>, Vec<&Lane>) = answering.partition(|lane| lane.is_default());
    for lane in default.into_iter().chain(others) {
        if !known.contains(&lane.transport.as_str()) {
            known.push(&lane.transport);
        }
    }
    known
}

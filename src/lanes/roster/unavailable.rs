//! Lanes that cannot run here, by what is missing for them.

use reports::record::Lane;

/// Lanes that cannot run here for one reason.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unavailable<'a> {
    /// What is missing, and what to do.
    pub(crate) reason: &'a str,
    /// As they are shown.
    pub(crate) lanes: Vec<&'a str>,
}

impl<'a> Unavailable<'a> {
    /// Those of these lanes that cannot run here, in the order of their first ones.
    pub(crate) fn of(lanes: impl Iterator<Item = &'a Lane>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for lane in lanes.filter(|lane| !lane.available) {
            let reason = lane.reason.as_deref().unwrap_or("the reason is not known");
            match all.iter_mut().find(|one| one.reason == reason) {
                Some(one) => one.lanes.push(&lane.short),
                None => all.push(Self { reason, lanes: vec![&lane.short] }),
            }
        }
        all
    }

    /// In one line.
    pub(crate) fn text(&self) -> String {
        let (names, reason) = (self.lanes.join(", "), self.reason);
        match self.lanes.len() {
            1 => format!("1 lane cannot run here ({names}): {reason}"),
            many => format!("{many} lanes cannot run here ({names}): {reason}"),
        }
    }
}

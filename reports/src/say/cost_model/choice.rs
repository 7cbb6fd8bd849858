//! Below how much work of the callee the choice between two lanes matters: as a row of a table, and
//! as a sentence.

use crate::{
    model::crossover::Choice,
    say::cost_model::whole_percent,
    stats::{
        comparison::MARGIN,
        estimates::Estimate,
        units::{time, time_with_interval},
    },
};

/// The heading of the table of [`cells`].
pub const HEAD: [&str; 3] = ["lane", "instead of", "matters if the callee works for less than"];

/// How that table is read.
pub fn reading() -> String {
    format!(
        "A choice matters if the slower lane makes a single call more than {} longer. 95 % \
        intervals.",
        whole_percent(MARGIN)
    )
}

/// What is known of the work below which a choice matters.
enum Matters {
    /// Even without any work the difference is below the margin.
    Never,
    /// It is not shown to matter; if it does, then below this, ns.
    AtMost(f64),
    /// Below this.
    Below(Estimate),
}

impl Matters {
    fn of(choice: &Choice) -> Option<Self> {
        let work = choice.break_even()?;
        let interval = work.interval?;
        Some(if interval.high <= 0.0 {
            Self::Never
        } else if !choice.comparison.detected() || interval.low <= 0.0 {
            Self::AtMost(interval.high)
        } else {
            Self::Below(work)
        })
    }
}

/// Slower lane, quicker lane, the work below which the choice matters.
pub fn cells(choice: &Choice) -> Option<[String; 3]> {
    let matters = match Matters::of(choice)? {
        Matters::Never => "never".to_owned(),
        Matters::AtMost(most_ns) => format!("0 to {}", time(most_ns)),
        Matters::Below(work) => time_with_interval(&work),
    };
    Some([choice.slower.lane.short.clone(), choice.quicker.lane.short.clone(), matters])
}

/// The same as a sentence.
pub fn sentence(choice: &Choice) -> Option<String> {
    let (quick, slow) = (&choice.quicker.lane.short, &choice.slower.lane.short);
    let margin = whole_percent(MARGIN);
    Some(match Matters::of(choice)? {
        Matters::Never => format!(
            "Choosing between {slow} and {quick} makes less than {margin} of a call, even if the \
            callee does no work."
        ),
        Matters::AtMost(most_ns) => format!(
            "Choosing between {slow} and {quick} can matter only if the callee works for less than \
            {}.",
            time(most_ns)
        ),
        Matters::Below(work) => format!(
            "Choosing between {slow} and {quick} matters (more than {margin} of a call) only if \
            the callee works for less than {}.",
            time_with_interval(&work)
        ),
    })
}

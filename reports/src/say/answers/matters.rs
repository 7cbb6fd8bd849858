//! Whether the choice of a way out of the process matters beside the work of one's own service.

use crate::{
    figures::summary::Summary,
    model::crossover::{self, Choice},
    say::answers::answer::Answer,
    stats::{
        comparison::MARGIN,
        estimates::Interval,
        units::{percent, short},
    },
};

/// The work of a service whose author named none, ns.
pub(crate) const USUAL_WORK_NS: f64 = 5e6;

/// The work of the user's own service, ns: what the plan names, or the usual one.
pub(crate) fn work_ns(summary: &Summary) -> f64 {
    summary.record.plan.service_time_ns.map_or(USUAL_WORK_NS, |ns| ns as f64)
}

/// What the choice makes of a call whose callee works, in each placement. The page says it anew for
/// the work that its reader types (`own.js`).
pub(crate) struct Matters {
    pub(crate) work_ns: f64,
    /// The first placement first.
    pub(crate) choices: Vec<WidestChoice>,
}

/// The quickest and the slowest default lane that leaves the process, in one placement.
pub(crate) struct WidestChoice {
    /// ` on one core`; empty where the run has one placement.
    pub(crate) placed: String,
    pub(crate) quicker: String,
    pub(crate) slower: String,
    /// The mean of a single call over the quicker, ns.
    pub(crate) quicker_ns: f64,
    /// What the slower takes longer, ns.
    pub(crate) more_ns: f64,
    /// Below this work the difference passes the margin: its 95 % interval, ns.
    pub(crate) break_even_ns: Interval,
}

impl Matters {
    /// None where no two lanes leave the process, or too few restarts tell.
    pub(crate) fn of(summary: &Summary) -> Option<Self> {
        let mut choices = Vec::new();
        for scene in summary.placed() {
            let widest = crossover::widest(scene);
            let choice = widest.iter().rev().find(|choice| !choice.quicker.lane.in_process);
            choices.extend(choice.and_then(|choice| WidestChoice::of(choice, &scene.placed)));
        }
        (!choices.is_empty()).then(|| Self { work_ns: work_ns(summary), choices })
    }

    pub(super) fn answer(&self) -> Answer {
        Answer {
            question: format!("{} service?", short::named_time(self.work_ns)),
            short: self.verdict().to_owned(),
            text: format!("{} {}", self.longer(), self.below_which_work()),
            is_of_work: true,
        }
    }

    fn verdict(&self) -> &'static str {
        if self.choices.iter().all(|choice| self.work_ns >= choice.break_even_ns.high) {
            "the choice does not matter"
        } else if self.choices.iter().any(|choice| self.work_ns < choice.break_even_ns.low) {
            "the choice matters"
        } else {
            "the choice may matter"
        }
    }

    /// By how much the slower makes a whole call longer.
    pub(crate) fn longer(&self) -> String {
        let mut said = String::new();
        for (at, choice) in self.choices.iter().enumerate() {
            let share = short::percent(choice.more_ns / (choice.quicker_ns + self.work_ns));
            let WidestChoice { placed, quicker, slower, .. } = choice;
            let before = at.checked_sub(1).map(|before| &self.choices[before]);
            match before {
                None => said.push_str(&format!(
                    "the mean call takes {share} longer over {slower} than over {quicker}{placed}"
                )),
                Some(one) if (&one.quicker, &one.slower) == (quicker, slower) => {
                    said.push_str(&format!(", {share}{placed}"));
                }
                Some(_) => said.push_str(&format!(
                    ", {share} longer over {slower} than over {quicker}{placed}"
                )),
            }
        }
        said + "."
    }

    /// Below which work it matters.
    pub(crate) fn below_which_work(&self) -> String {
        let margin = percent(MARGIN);
        let ever = self.choices.iter().filter(|choice| choice.break_even_ns.high > 0.0);
        let said: Vec<String> = ever
            .enumerate()
            .map(|(at, choice)| {
                let of_work = if at == 0 { " of work" } else { "" };
                let most = short::time(choice.break_even_ns.high);
                format!("{most}{of_work}{}", choice.placed)
            })
            .collect();
        if said.is_empty() {
            return format!("However short its work, the difference stays below {margin}.");
        }
        format!("It reaches {margin} only below {} (upper ends).", said.join(", "))
    }
}

impl WidestChoice {
    fn of(choice: &Choice, placed: &str) -> Option<Self> {
        let count = choice.starts.len().max(1) as f64;
        let mean = |side: usize| choice.starts.iter().map(|start| start[side]).sum::<f64>() / count;
        Some(Self {
            placed: placed.to_owned(),
            quicker: choice.quicker.lane.short.clone(),
            slower: choice.slower.lane.short.clone(),
            quicker_ns: mean(0),
            more_ns: mean(1),
            break_even_ns: choice.break_even()?.interval?,
        })
    }
}

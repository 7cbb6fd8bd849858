//! What a driver may answer at most: each answer is held to its bounds here before anything is made
//! of it. A driver is a program in any language, which may be broken; its figures go into sums that
//! must not overflow, and into a record that must be readable.

use crate::protocol::{
    Asked, Done, Echoed, Hello, Loaded, MeanStamps, Opened, Order, Refused, Stamps, Visited,
};
use serde::de::DeserializeOwned;

/// Calls, samples, items, errors of one answer: a call of a tenth of a nanosecond, for a second.
const COUNT: u64 = 10_000_000_000;
/// Bytes of one answer's calls.
const BYTES: u64 = 1_000_000_000_000;
/// ns: a day, the longest deadline.
const NS: u64 = 86_400_000_000_000;
/// A clock read and an empty call, ns: a second, as a record may hold.
const FLOOR_NS: u64 = 1_000_000_000;
/// CPU time of one answer, ns: sixteen minutes of ten cores. Thousands of answers stay within what
/// a record may hold.
const CPU_NS: u64 = 10_000_000_000_000;
/// Actions per sample: 20 reads of a slow clock, of the shortest calls.
const GROUP: u64 = 1_000_000;
/// Lines that a program says of itself.
pub(crate) const SETTINGS: usize = 32;
/// Bytes of words for a person that are kept.
const WORDS: usize = 1_000;

/// Longest lines, bytes: an answer without a list, one with samples or histograms, one with data.
const SHORT_LINE: usize = 64 << 10;
const FIGURES_LINE: usize = 16 << 20;
const DATA_LINE: usize = 64 << 20;

impl Order {
    /// The longest line that may answer it, bytes. That of `ask` holds the answers of 1,024 items
    /// of 1,000 ids.
    pub(crate) fn longest_answer(&self) -> usize {
        match self {
            Self::Hello { .. } | Self::Open(_) | Self::Stop | Self::Close { .. } => SHORT_LINE,
            Self::Visit(_) | Self::Load(_) => FIGURES_LINE,
            Self::Ask(_) | Self::Echo { .. } | Self::Raw { .. } => DATA_LINE,
        }
    }
}

/// An answer that knows its bounds.
pub(crate) trait Answer: DeserializeOwned {
    /// The name of a field beyond its bound, what it holds, and the bound; words for a person are
    /// cut instead.
    fn hold(&mut self) -> Result<(), String>;
}

/// The answer in a line.
///
/// # Errors
/// The line is no such answer, or a field of it is beyond its bound.
pub(crate) fn read<T: Answer>(line: &str) -> Result<T, String> {
    let mut answer: T = serde_json::from_str(line).map_err(|error| error.to_string())?;
    answer.hold()?;
    Ok(answer)
}

fn at_most(field: &str, value: impl Into<Option<u64>>, most: u64) -> Result<(), String> {
    match value.into() {
        Some(value) if value > most => Err(format!("{field}: {value} is more than {most}")),
        _ => Ok(()),
    }
}

fn each_at_most(field: &str, values: Option<&Vec<u64>>, most: u64) -> Result<(), String> {
    at_most(field, values.and_then(|values| values.iter().max()).copied(), most)
}

/// From 0 to so much, which no NaN is.
fn float_at_most(field: &str, value: f64, most: u64) -> Result<(), String> {
    if (0.0..=most as f64).contains(&value) {
        Ok(())
    } else {
        Err(format!("{field}: {value:e} is not from 0 to {most}"))
    }
}

/// Words as they may be printed and kept: short, and without what moves a terminal's cursor.
fn cut(words: &mut String) {
    if words.len() > WORDS || words.contains(char::is_control) {
        let shown = |c: char| if c.is_control() { ' ' } else { c };
        *words = words.chars().map(shown).take(WORDS).collect();
    }
}

impl Answer for Refused {
    fn hold(&mut self) -> Result<(), String> {
        cut(&mut self.kind);
        cut(&mut self.detail);
        Ok(())
    }
}

impl Answer for Hello {
    fn hold(&mut self) -> Result<(), String> {
        cut(&mut self.language);
        cut(&mut self.implementation);
        self.transports.iter_mut().for_each(cut);
        Ok(())
    }
}

impl Answer for Opened {
    fn hold(&mut self) -> Result<(), String> {
        at_most("open_ns", self.open_ns, NS)?;
        at_most("first_call_ns", self.first_call_ns, NS)?;
        hold_settings(&mut self.settings);
        self.floor.as_ref().map_or(Ok(()), |floor| {
            float_at_most("floor.clock_read_ns", floor.clock_read_ns, FLOOR_NS)?;
            float_at_most("floor.empty_call_ns", floor.empty_call_ns, FLOOR_NS)
        })
    }
}

/// What a program says of itself, as it may be kept: no more lines, and no longer words, than a
/// person reads.
pub(crate) fn hold_settings(settings: &mut Vec<(String, String)>) {
    settings.truncate(SETTINGS);
    for (what, value) in settings {
        cut(what);
        cut(value);
    }
}

impl Answer for Visited {
    fn hold(&mut self) -> Result<(), String> {
        self.kind.iter_mut().for_each(cut);
        self.detail.iter_mut().for_each(cut);
        at_most("group", u64::from(self.group), GROUP)?;
        for (field, count) in [
            ("samples", self.samples),
            ("items", self.items),
            ("lead_in_items", self.lead_in_items),
            ("wrong", self.wrong),
            ("errors", self.errors),
            ("gc_cycles", self.gc_cycles.unwrap_or_default()),
        ] {
            at_most(field, count, COUNT)?;
        }
        for (field, ns) in [("elapsed_ns", Some(self.elapsed_ns)), ("p50_ns", self.p50_ns)] {
            at_most(field, ns, NS)?;
        }
        at_most("cpu_caller_ns", self.cpu_caller_ns, CPU_NS)?;
        at_most("cpu_callee_ns", self.cpu_callee_ns, CPU_NS)?;
        at_most("bytes_out", self.bytes_out, BYTES)?;
        at_most("bytes_back", self.bytes_back, BYTES)?;
        each_at_most("samples_ns", self.samples_ns.as_ref(), NS)?;
        each_at_most("first_ns", self.first_ns.as_ref(), NS)?;
        each_at_most("slices_p50_ns", self.slices_p50_ns.as_ref(), NS)?;
        self.stamps.as_ref().map_or(Ok(()), mean_stamps)
    }
}

fn mean_stamps(stamps: &MeanStamps) -> Result<(), String> {
    float_at_most("stamps.decode_ns", stamps.decode_ns, NS)?;
    float_at_most("stamps.compute_ns", stamps.compute_ns, NS)?;
    float_at_most("stamps.encode_ns", stamps.encode_ns, NS)
}

impl Answer for Loaded {
    fn hold(&mut self) -> Result<(), String> {
        self.kind.iter_mut().for_each(cut);
        self.detail.iter_mut().for_each(cut);
        for (field, count) in [
            ("sent", self.sent),
            ("dropped", self.dropped),
            ("answered_in_window", self.answered_in_window),
            ("calls", self.calls),
            ("wrong", self.wrong),
            ("errors", self.errors),
            ("in_flight_most", self.in_flight_most),
        ] {
            at_most(field, count, COUNT)?;
        }
        for (field, ns) in [
            ("elapsed_ns", Some(self.elapsed_ns)),
            ("window_ns", Some(self.window_ns)),
            ("cpu_caller_ns", self.cpu_caller_ns),
            ("cpu_callee_ns", self.cpu_callee_ns),
        ] {
            at_most(field, ns, NS)?;
        }
        // Many calls in flight, for as long as the load lasted.
        float_at_most("in_flight_call_ns", self.in_flight_call_ns, NS * 1_000)?;
        for (count, ns) in &self.parts {
            at_most("parts", *count, COUNT)?;
            // The shortest of no latency at all is the largest number there is.
            at_most("parts", Some(*ns).filter(|_| *count > 0), NS)?;
        }
        Ok(())
    }
}

impl Answer for Asked {
    fn hold(&mut self) -> Result<(), String> {
        let Some(Stamps { decode_ns, compute_ns, encode_ns }) = self.stamps else {
            return Ok(());
        };
        at_most("stamps.decode_ns", decode_ns, NS)?;
        at_most("stamps.compute_ns", compute_ns, NS)?;
        at_most("stamps.encode_ns", encode_ns, NS)
    }
}

impl Answer for Echoed {
    fn hold(&mut self) -> Result<(), String> {
        Ok(())
    }
}

impl Answer for Done {
    fn hold(&mut self) -> Result<(), String> {
        Ok(())
    }
}

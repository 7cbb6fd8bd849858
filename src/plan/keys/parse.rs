//! Reading what a user wrote: sizes, times, names. Every error says what was found and what is
//! needed.

use crate::{
    lanes::suggestion::suggestion, machine::placement::Placement, shell::failure::Failure,
};
use api::{EngineKind, Mode};
use std::{ops::RangeInclusive, time::Duration};

/// Most characters of a machine's label.
const MOST_LABEL: usize = 40;
/// What one point of a load may last.
const SHORTEST_LOAD: Duration = Duration::from_millis(200);
const LONGEST_LOAD: Duration = Duration::from_secs(60);

/// Whole numbers, of which the key has this name.
pub(crate) fn numbers(name: &str, texts: &[String]) -> Result<Vec<i64>, Failure> {
    let mut numbers = Vec::new();
    for text in texts {
        numbers.push(text.trim().parse().map_err(|_| {
            Failure::usage(format!("{name} {text}: whole numbers are needed, as in 1,8,64"))
        })?);
    }
    Ok(numbers)
}

/// Sizes within these bounds, in order, each once. The first stays first: it is the main one.
pub(crate) fn sizes(
    name: &str,
    values: &[i64],
    bounds: RangeInclusive<u32>,
) -> Result<Vec<u32>, Failure> {
    let (least, most) = bounds.into_inner();
    let size = |value: i64| {
        let fits = u32::try_from(value).ok().filter(|size| (least..=most).contains(size));
        fits.ok_or_else(|| Failure::usage(format!("{name} {value}: it must be {least} to {most}")))
    };
    each_once(values.iter().map(|value| size(*value)))
}

/// What these give, each value once, in order.
pub(crate) fn each_once<T: PartialEq>(
    values: impl Iterator<Item = Result<T, Failure>>,
) -> Result<Vec<T>, Failure> {
    let mut once = Vec::new();
    for value in values {
        let value = value?;
        if !once.contains(&value) {
            once.push(value);
        }
    }
    Ok(once)
}

pub(crate) fn mode(name: &str) -> Result<Mode, Failure> {
    Mode::from_name(name).ok_or_else(|| unknown("mode", name, &Mode::ALL.map(Mode::name)))
}

pub(crate) fn engine(name: &str) -> Result<EngineKind, Failure> {
    EngineKind::from_name(name).ok_or_else(|| unknown("engine", name, &["stub", "catalog"]))
}

pub(crate) fn placements(name: &str) -> Result<Vec<Placement>, Failure> {
    Placement::columns(name)
        .map_err(|names| Failure::usage(format!("there is no placement `{name}`; {names}")))
}

/// There is no such thing of this name: what there is, and which of it is near.
pub(crate) fn unknown(what: &str, name: &str, names: &[&str]) -> Failure {
    let nearest =
        suggestion(name, names.iter().copied()).map(|near| format!(" Did you mean {near}?"));
    Failure::usage(format!(
        "there is no {what} `{name}`.{} There are {}.",
        nearest.unwrap_or_default(),
        names.join(", ")
    ))
}

/// `90s`, `5m`, `500ms`, `1.5h`; more than a day is a slip.
pub(crate) fn duration(name: &str, text: &str) -> Result<Duration, Failure> {
    let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let scale = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3_600.0,
        _ => f64::NAN,
    };
    let seconds = number.trim().parse::<f64>().unwrap_or(f64::NAN) * scale;
    if !(0.001..=86_400.0).contains(&seconds) {
        let line = format!(
            "{name} {text}: a time with its unit is needed, from 1ms to 24h, as in 90s or 5m"
        );
        return Err(Failure::usage(line));
    }
    Ok(Duration::from_secs_f64(seconds))
}

/// The time that a callee works for an item: as [`duration`], and `us`, from 1us to 1h.
pub(crate) fn service_time(text: &str) -> Result<Duration, Failure> {
    let us = text
        .trim()
        .strip_suffix("us")
        .and_then(|number| number.trim().parse::<f64>().ok());
    let time = match us {
        Some(us) if (1.0..=3.6e9).contains(&us) => Duration::from_secs_f64(us / 1e6),
        _ => duration("service time", text).map_err(|_| refused(text))?,
    };
    if time > Duration::from_secs(3_600) {
        Err(refused(text))
    } else {
        Ok(time)
    }
}

/// What a user calls a machine: one short line.
pub(crate) fn label(text: &str) -> Result<String, Failure> {
    let text = text.trim();
    let fits = (1..=MOST_LABEL).contains(&text.chars().count()) && !text.contains(char::is_control);
    if fits {
        return Ok(text.to_owned());
    }
    Err(Failure::usage(format!(
        "label {text:?}: 1 to {MOST_LABEL} characters on one line are needed, as in \"build \
        server\""
    )))
}

/// How long a load lasts at each point.
pub(crate) fn load(text: &str) -> Result<Duration, Failure> {
    let point = duration("load", text)?;
    if SHORTEST_LOAD <= point && point <= LONGEST_LOAD {
        return Ok(point);
    }
    let range = format!("{} ms to {} s", SHORTEST_LOAD.as_millis(), LONGEST_LOAD.as_secs());
    Err(Failure::usage(format!("load {text}: {range} at each point, as in 1s")))
}

/// `3%`, `2.5 %`.
pub(crate) fn percent(text: &str) -> Result<f64, Failure> {
    let number = text
        .trim()
        .strip_suffix('%')
        .and_then(|number| number.trim().parse::<f64>().ok());
    number.filter(|percent| (0.1..=50.0).contains(percent)).ok_or_else(|| {
        Failure::usage(format!(
            "precision {text}: a percentage is needed, from 0.1% to 50%, as in 3%"
        ))
    })
}

/// The seed of a run.
pub(crate) fn seed(text: &str) -> Result<u64, Failure> {
    text.trim().parse().map_err(|_| {
        Failure::usage(format!("seed {text}: a whole number from 0 is needed, as in 5"))
    })
}

/// A lane and its endpoint.
pub(crate) fn endpoint_of_lane(pair: &str) -> Result<(&str, &str), Failure> {
    pair.split_once('=').ok_or_else(|| {
        Failure::usage(format!("--endpoint {pair}: write LANE=ENDPOINT, as in LANE=unix:/path"))
    })
}

/// Calls per second: above 0, and no more than a machine could ever make.
pub(crate) fn calls_per_s(text: &str) -> Result<f64, Failure> {
    match text.trim().parse::<f64>() {
        Ok(rate) if (1e-3..=1e12).contains(&rate) => Ok(rate),
        _ => Err(Failure::usage(format!(
            "calls per second {text}: a number from 0.001 to 1e12 is needed, as in 2000 or 0.5"
        ))),
    }
}

fn refused(text: &str) -> Failure {
    Failure::usage(format!(
        "service time {text}: a time with its unit is needed, from 1us to 1h, as in 8ms or 250us"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_times_with_their_units() {
        for (text, ms) in [("90s", 90_000), ("1.5m", 90_000), ("500ms", 500), ("2h", 7_200_000)] {
            assert_eq!(duration("budget", text).expect(text).as_millis(), ms);
        }
        for text in ["", "5", "m", "-5s", "0s", "5 parsecs", "1000h", "nan s"] {
            assert!(duration("budget", text).is_err(), "{text}");
        }
    }

    #[test]
    fn reads_service_times_down_to_a_microsecond() {
        for (text, us) in [("8ms", 8_000), ("250us", 250), ("1 us", 1), ("1s", 1_000_000)] {
            assert_eq!(service_time(text).expect(text).as_micros(), us);
        }
        for text in ["", "8", "0us", "-1us", "2h", "nanus", "fast"] {
            let failure = service_time(text).expect_err(text).to_string();
            assert!(failure.contains("8ms"), "{failure}");
        }
    }

    #[test]
    fn a_point_of_a_load_that_is_too_short_or_too_long_is_refused_with_what_fits() {
        assert_eq!(load("500ms").expect("fits").as_millis(), 500);
        for text in ["100ms", "61s", "1", "soon"] {
            let failure = load(text).expect_err(text).to_string();
            assert!(failure.starts_with(&format!("load {text}:")), "{failure}");
        }
    }

    #[test]
    fn a_label_is_one_short_line() {
        assert_eq!(label(" build server ").expect("fits"), "build server");
        for text in ["", "  ", "two\nlines", &"x".repeat(41)] {
            let failure = label(text).expect_err(text).to_string();
            assert!(failure.contains("as in \"build server\""), "{failure}");
        }
    }

    #[test]
    fn reads_a_rate_and_refuses_what_is_none() {
        for (text, rate) in [("2000", 2_000.0), ("0.5", 0.5), (" 1e6 ", 1e6)] {
            assert_eq!(calls_per_s(text).expect(text), rate);
        }
        for text in ["", "0", "-5", "2000/s", "inf", "nan", "1e300"] {
            let failure = calls_per_s(text).expect_err(text).to_string();
            assert!(failure.contains("as in 2000"), "{failure}");
        }
    }
}

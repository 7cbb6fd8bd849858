//! Whether a run puts loads on its lanes, and for how long: `--load`.

use crate::{plan::input::parse::duration, shell::failure::Failure};
use serde::Deserialize;
use std::time::Duration;

/// One point of a load where nothing else is said, and what it may be.
const USUAL: &str = "1s";
const SHORTEST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(60);

/// The flag.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct LoadFlag {
    /// Find how many calls per second each lane takes, and what a call takes below that, for this
    /// long at each point [default: not done; 1s with no time]
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = USUAL)]
    pub(crate) load: Option<String>,
}

/// `load = true`, or `load = "2s"`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "`load` is true, false, or a time as in \"2s\"")]
pub(crate) enum LoadKey {
    Whether(bool),
    Time(String),
}

/// How long a load lasts at each point; none where there are no loads.
pub(crate) fn point(flag: &LoadFlag, file: Option<&LoadKey>) -> Result<Option<Duration>, Failure> {
    let text = match (&flag.load, file) {
        (Some(text), _) | (None, Some(LoadKey::Time(text))) => text,
        (None, Some(LoadKey::Whether(true))) => USUAL,
        (None, Some(LoadKey::Whether(false)) | None) => return Ok(None),
    };
    let point = duration("load", text)?;
    if !(SHORTEST..=LONGEST).contains(&point) {
        let range = format!("{} ms to {} s", SHORTEST.as_millis(), LONGEST.as_secs());
        return Err(Failure::usage(format!("load {text}: {range} at each point, as in 1s")));
    }
    Ok(Some(point))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(flag: Option<&str>, file: Option<&LoadKey>) -> Result<Option<u128>, String> {
        let flag = LoadFlag { load: flag.map(Into::into) };
        let read = point(&flag, file).map_err(|failure| failure.to_string());
        read.map(|point| point.map(|point| point.as_millis()))
    }

    #[test]
    fn loads_are_off_unless_the_flag_or_the_file_asks_for_them() {
        assert_eq!(read(None, None), Ok(None));
        assert_eq!(read(None, Some(&LoadKey::Whether(false))), Ok(None));
        assert_eq!(read(None, Some(&LoadKey::Whether(true))), Ok(Some(1_000)));
        assert_eq!(read(None, Some(&LoadKey::Time("2s".into()))), Ok(Some(2_000)));
        assert_eq!(read(Some("500ms"), Some(&LoadKey::Whether(false))), Ok(Some(500)));
    }

    #[test]
    fn a_point_that_is_too_short_or_too_long_is_refused_with_what_fits() {
        for text in ["100ms", "61s", "1", "soon"] {
            assert!(
                read(Some(text), None)
                    .is_err_and(|line| line.starts_with(&format!("load {text}:"))),
                "{text}"
            );
        }
    }
}

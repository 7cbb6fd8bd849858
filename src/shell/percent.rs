//! A percentage on the command line.

/// A percentage as a share, for clap: 0.1 for `10%` and for `10`.
pub(crate) fn share(text: &str) -> Result<f64, String> {
    let percent = text.trim().trim_end_matches('%').trim().parse::<f64>();
    match percent {
        Ok(percent) if percent.is_finite() && percent >= 0.0 => Ok(percent / 100.0),
        _ => Err("a percentage is needed, as in 10%".into()),
    }
}

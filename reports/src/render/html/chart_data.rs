//! The figures of charts as JSON, in as few letters as they take.

use crate::render::options::RenderError;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};
use std::io;

/// Below it a whole number is written as one: a script reads `34500` as it reads `34500.0`.
const MOST_WHOLE: f64 = 1e15;

/// Writes no fraction where there is none.
struct WholeNumbers;

impl Formatter for WholeNumbers {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        if value.fract() == 0.0 && value.abs() < MOST_WHOLE {
            write!(writer, "{value:.0}")
        } else {
            CompactFormatter.write_f64(writer, value)
        }
    }
}

/// As JSON.
pub(crate) fn json(figures: &impl Serialize) -> Result<String, RenderError> {
    let mut bytes = Vec::new();
    figures.serialize(&mut Serializer::with_formatter(&mut bytes, WholeNumbers))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_have_no_fraction_and_others_are_as_they_were() {
        let written = json(&[34_500.0, 0.5, -2.0, 1e300, 0.1 + 0.2]).expect("numbers");
        assert_eq!(written, "[34500,0.5,-2,1e+300,0.30000000000000004]");
        assert_eq!(json(&[f64::NAN]).expect("null"), "[null]");
    }
}

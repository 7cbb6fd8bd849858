//! Writes an invented record, or a rendering of it, to stdout: `cargo run -p tollgate-reports
//! --example synthetic -- html`. For looking at the report without measuring. It measures nothing.
//! `-- html bytes` is a record of workload `bytes`, `-- html two` one in two placements.
//! `-- predictions` writes the cases that hold the page's what-if model to the one in Rust.

#[path = "../tests/support/predictions.rs"]
mod predictions;
#[path = "../tests/support/synthetic.rs"]
mod synthetic;

use reports::{Format, RenderOptions, render};
use std::io::Write as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let wanted = std::env::args().nth(1).unwrap_or_else(|| "json".to_owned());
    if wanted == "predictions" {
        // One line a case: a change shows as the cases that it changes.
        let text = predictions::vectors().to_string();
        writeln!(std::io::stdout(), "{}", text.replace("},{\"expected\"", "},\n{\"expected\""))?;
        return Ok(());
    }
    let format: Format = wanted.parse()?;
    let invented = synthetic::Synthetic { samples: 20_000, blocks: 6, ..Default::default() };
    let loaded =
        || reports::record::Record { loads: Some(synthetic::loads(2)), ..invented.record() };
    let record = match std::env::args().nth(2).as_deref() {
        Some("bytes") => invented.of_bytes(&synthetic::BYTE_SIZES),
        Some("two") => synthetic::in_two_placements(loaded()),
        _ => loaded(),
    };
    let text = render(&record, format, &RenderOptions::default())?;
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

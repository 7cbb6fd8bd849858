//! Writes an invented record, or a rendering of it, to stdout: `cargo run -p tollgate-reports --example synthetic -- html`.
//! For looking at the report without measuring. It measures nothing.

#[path = "../tests/support/synthetic.rs"]
mod synthetic;

use reports::{Format, RenderOptions, render};
use std::io::Write as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let wanted = std::env::args().nth(1).unwrap_or_else(|| "json".to_owned());
    let format: Format = wanted.parse()?;
    let mut record = synthetic::Synthetic { samples: 20_000, blocks: 6, ..Default::default() }.record();
    record.loads = Some(synthetic::loads(2));
    let text = render(&record, format, &RenderOptions::default())?;
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

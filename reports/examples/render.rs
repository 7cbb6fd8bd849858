//! Renders a record, or a report that carries one: `cargo run -p tollgate-reports --example render
//! -- html r.json`. For working on the renderings; users have `tollgate report`.

use reports::{Format, RenderOptions, record::read, render};
use std::io::Write as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [format, path] = arguments.as_slice() else {
        return Err("usage: render FORMAT RECORD".into());
    };
    let text = render(&read::load(path)?, format.parse::<Format>()?, &RenderOptions::default())?;
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

//! Renders the quarterly document of the sample release of the tests: `cargo run -p reports --example apercu -- out/apercu`.

#[path = "../tests/sample/mod.rs"]
mod sample;

use std::path::PathBuf;

fn main() -> Result<(), reports::ReportError> {
    let out = std::env::args()
        .nth(1)
        .map_or_else(|| PathBuf::from("out/apercu"), PathBuf::from);
    let rendered = reports::render(&sample::release(), "trimestriel", &out, None)?;
    for warning in &rendered.warnings {
        eprintln!("{warning}");
    }
    println!("{}", rendered.files[0].display());
    Ok(())
}

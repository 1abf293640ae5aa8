//! The page of a report that was kept: `report.json` on standard input, `report.html` on standard
//! output.
//!
//! `cargo run -p kzg-pipeline --example report_page < out/report.json > report.html`

use std::error::Error;
use std::io;

use kzg_pipeline::ProcessingReport;

fn main() -> Result<(), Box<dyn Error>> {
    let text = io::read_to_string(io::stdin())?;
    let report: ProcessingReport = serde_json::from_str(&text)?;
    print!("{}", report.to_html());
    Ok(())
}

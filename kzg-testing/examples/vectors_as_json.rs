//! Writes the official test vectors as JSON Lines, for runners in languages that read no YAML:
//!
//! ```text
//! cargo run -p kzg-testing --features vectors --example vectors_as_json -- VECTORS OUTPUT
//! ```
//!
//! Each line is an object with `handler`, `case`, `input` and `output`, in the order of handlers and
//! names. `output` is null where the input has to be refused. VECTORS is a folder or an archive.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};

use kzg_testing::vectors::Vectors;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [vectors, output] = arguments.as_slice() else {
        return Err("usage: vectors_as_json VECTORS OUTPUT".into());
    };
    let mut output = BufWriter::new(File::create(output)?);
    let vectors = Vectors::load(vectors)?;
    vectors
        .is_complete()
        .map_err(|failure| failure.to_string())?;
    for case in vectors.cases() {
        let mut line = case.to_json().map_err(|failure| failure.to_string())?;
        line["handler"] = case.handler().into();
        line["case"] = case.name().into();
        writeln!(output, "{line}")?;
    }
    output.flush()?;
    Ok(())
}

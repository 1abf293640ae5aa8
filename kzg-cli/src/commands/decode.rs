//! `kzg decode`.

use anyhow::Result;
use kzg_pipeline::decode;

use crate::args::Decode;
use crate::backend::load;
use crate::exit::Exit;
use crate::progress::Bars;
use crate::{interrupt, output};

pub(crate) fn run(arguments: &Decode) -> Result<Exit> {
    let settings = load(&arguments.computing)?.settings;
    let report = decode(
        &*settings,
        &arguments.dir,
        &arguments.out,
        &Bars::default(),
        &interrupt::token(),
    )?;
    for failure in &report.verification.failures {
        output::note(&format!("{}: {}", failure.item, failure.reason));
    }
    for renamed in &report.renamed {
        let path = renamed.path.as_deref().unwrap_or("a lost name");
        output::note(&format!(
            "input {} ({path:?}) became {:?}",
            renamed.input, renamed.restored
        ));
    }
    output::print(arguments.json, &report, || {
        let plural = if report.files == 1 { "" } else { "s" };
        format!("{} file{plural}, {} bytes", report.files, report.bytes)
    });
    Ok(Exit::verdict(report.verification.passed()))
}

//! `kzg backends`.

use std::time::Duration;

use anyhow::Result;
use comfy_table::Table;
use kzg_advanced::BackendId;
use serde::Serialize;

use super::calibration::{self, Measured};
use crate::args::Backends;
use crate::backend::trusted_setup;
use crate::exit::Exit;
use crate::{output, table};

#[derive(Serialize)]
struct Document {
    backends: Vec<Row>,
    #[serde(flatten)]
    measured: Measured,
}

#[derive(Serialize)]
struct Row {
    name: BackendId,
    compiled_in: bool,
    available: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    engine: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

pub(crate) fn run(arguments: &Backends) -> Result<Exit> {
    let setup = trusted_setup(&arguments.settings.configuration()?)?;
    let document = Document {
        backends: kzg_advanced::backends()
            .into_iter()
            .map(|status| Row {
                name: status.id,
                compiled_in: status.compiled_in,
                available: status.available.is_ok(),
                engine: status.engine,
                reason: status.available.err().as_ref().map(output::unavailable),
            })
            .collect(),
        measured: if arguments.calibrate {
            calibration::measure(Duration::from_secs(arguments.limit), &setup)?
        } else {
            calibration::recall(&setup)?
        },
    };
    output::print(arguments.json, &document, || {
        format!(
            "{}\n{}",
            table::text(&rows(&document)),
            calibration::text(&document.measured)
        )
    })?;
    Ok(Exit::Done)
}

fn rows(document: &Document) -> Table {
    let yes_no = |yes| if yes { "yes" } else { "no" };
    let mut table = table::table();
    table.set_header(["backend", "compiled in", "available", "engine", "why not"]);
    for row in &document.backends {
        table.add_row([
            row.name.name(),
            yes_no(row.compiled_in),
            yes_no(row.available),
            row.engine.as_deref().unwrap_or_default(),
            row.reason.as_deref().unwrap_or_default(),
        ]);
    }
    table
}

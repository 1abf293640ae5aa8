//! `kzg selftest`.

use anyhow::Result;
use comfy_table::{Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use kzg_advanced::testing::vectors::{HandlerReport, Vectors};
use kzg_advanced::{
    BackendId, KzgAdvancedError, SettingsOptions, SetupError, TrustedSetup, backends, load,
};
use serde::Serialize;

use crate::args::Selftest;
use crate::exit::Exit;
use crate::output;

#[derive(Serialize)]
struct Document {
    backends: Vec<Tested>,
}

/// What one backend gave.
#[derive(Serialize)]
struct Tested {
    name: BackendId,
    conformance: Count,
    handlers: Vec<HandlerReport>,
}

#[derive(Default, Serialize)]
struct Count {
    passed: usize,
    failed: usize,
}

pub(crate) fn run(arguments: &Selftest) -> Result<Exit> {
    let vectors = arguments.vectors.as_ref().map(|path| {
        Vectors::load(path).map_err(|error| KzgAdvancedError::DataValidation {
            item: path.display().to_string(),
            source: error.into(),
        })
    });
    let vectors = vectors.transpose()?;
    if let Some(vectors) = &vectors {
        if let Err(missing) = vectors.is_complete() {
            output::note(&format!("these are not all the vectors: {missing}"));
        }
        for (handler, cases) in vectors.unsupported() {
            output::note(&format!("not run: {cases} cases of {handler}"));
        }
    }
    let mut document = Document {
        backends: Vec::new(),
    };
    for status in backends() {
        match status.available {
            Ok(()) => document.backends.push(test(status.id, vectors.as_ref())?),
            Err(error) => output::note(&error.to_string()),
        }
    }
    if document.backends.is_empty() {
        return Err(SetupError::BackendUnavailable {
            backend: "auto".to_owned(),
            reason: "there is none to test".to_owned(),
        }
        .into());
    }
    output::print(arguments.json, &document, || table(&document).to_string());
    let all_passed = document.backends.iter().all(|tested| {
        tested.conformance.failed == 0 && tested.handlers.iter().all(|report| report.failed == 0)
    });
    Ok(Exit::verdict(all_passed))
}

fn test(id: BackendId, vectors: Option<&Vectors>) -> Result<Tested> {
    let laws = id.conformance()?;
    let bar = ProgressBar::new(laws.len() as u64).with_style(
        ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len} {msg}")
            .expect("a constant template"),
    );
    bar.set_prefix(id.name());
    let mut conformance = Count::default();
    for law in laws {
        let name = law.name().to_owned();
        bar.set_message(name.clone());
        match law.holds() {
            Ok(()) => conformance.passed += 1,
            Err(failure) => {
                conformance.failed += 1;
                bar.suspend(|| output::note(&format!("{id}: {name}: {failure}")));
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();

    let settings = load(
        id.into(),
        &TrustedSetup::mainnet(),
        SettingsOptions::default(),
    )?;
    let handlers = vectors.map_or_else(Vec::new, |vectors| vectors.run_all(&*settings));
    for report in &handlers {
        for (case, failure) in &report.failures {
            output::note(&format!("{id}: {}: {case}: {failure}", report.handler));
        }
    }
    Ok(Tested {
        name: id,
        conformance,
        handlers,
    })
}

fn table(document: &Document) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL_CONDENSED)
        .set_header(["backend", "tests", "passed", "failed"]);
    for tested in &document.backends {
        let mut row = |tests: &str, passed: usize, failed: usize| {
            table.add_row([
                tested.name.name(),
                tests,
                &passed.to_string(),
                &failed.to_string(),
            ]);
        };
        let conformance = &tested.conformance;
        row("conformance suite", conformance.passed, conformance.failed);
        for report in &tested.handlers {
            row(report.handler, report.passed, report.failed);
        }
    }
    table
}

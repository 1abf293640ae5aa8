//! `kzg selftest`.

use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::Result;
use comfy_table::{Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use kzg_advanced::{Backend, BackendId, BackendVisitor, KzgAdvancedError, SetupError, backends};
use kzg_testing::vectors::{HandlerReport, Vectors};
use kzg_testing::{Failure, Law};
use serde::Serialize;

use crate::args::Selftest;
use crate::backend::{load_into, threads};
use crate::config::{Configuration, keys};
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
    let configuration = arguments.settings.configuration()?;
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
        let chosen = arguments.backend == Some(status.id);
        if !chosen && arguments.backend.is_some() {
            continue;
        }
        match status.available {
            Ok(()) => {
                let tested = test(status.id, &configuration, vectors.as_ref())?;
                document.backends.push(tested);
            }
            Err(error) if chosen => return Err(error.into()),
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

fn test(id: BackendId, configuration: &Configuration, vectors: Option<&Vectors>) -> Result<Tested> {
    let laws = id.visit(Conformance)??;
    let bar = ProgressBar::new(laws.len() as u64).with_style(
        ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len} {msg}")
            .expect("a constant template"),
    );
    bar.set_prefix(id.name());
    let conformance = Mutex::new(Count::default());
    let threads = threads(configuration.value(&keys::THREADS));
    check_all(laws, threads, |name, outcome| {
        let mut count = conformance.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Ok(()) => count.passed += 1,
            Err(failure) => {
                count.failed += 1;
                bar.suspend(|| output::note(&format!("{id}: {name}: {failure}")));
            }
        }
        bar.set_message(name.to_owned());
        bar.inc(1);
    });
    bar.finish_and_clear();
    let conformance = conformance
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);

    let settings = load_into(id.into(), configuration)?;
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

/// Gives the laws of a backend's algebra and of the protocol over it.
struct Conformance;

impl BackendVisitor for Conformance {
    type Output = core::result::Result<Vec<Law>, SetupError>;

    fn visit<B: Backend>(self) -> Self::Output {
        kzg_testing::conformance::<B>()
    }
}

/// Checks laws on so many threads, each taking the next that is left, and reports on each law
/// when it is done.
fn check_all(
    laws: Vec<Law>,
    threads: usize,
    done: impl Fn(&str, core::result::Result<(), Failure>) + Sync,
) {
    let left = Mutex::new(laws.into_iter());
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(law) = next() {
                    let name = law.name().to_owned();
                    done(&name, law.holds());
                }
            });
        }
    });
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

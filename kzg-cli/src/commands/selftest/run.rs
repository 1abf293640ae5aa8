//! The conformance suite and the official vectors on every backend.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use anyhow::Result;
use comfy_table::Table;
use kzg_advanced::{
    BackendId, IoAction, KzgAdvancedError, SettingsOptions, SetupError, TrustedSetup, backends,
};
use kzg_testing::{CheckFailure, Law, Load};
use serde::Serialize;

use super::vectors::{HandlerReport, Vectors};
use crate::args::Selftest;
use crate::backend::{check_threads, load_into, threads};
use crate::config::{Configuration, keys};
use crate::exit::Exit;
use crate::output;
use crate::progress::Steps;
use crate::table::{self, table};

/// The threads that a check of the suite starts: pools of two and of three, and their caller.
const THREADS_PER_CHECK: usize = 6;

#[derive(Serialize)]
struct Document {
    /// The folder or the archive of the test vectors.
    #[serde(skip_serializing_if = "Option::is_none")]
    vectors: Option<String>,
    backends: Vec<Tested>,
}

/// The results of one backend.
#[derive(Serialize)]
struct Tested {
    name: BackendId,
    seconds: f64,
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
    let vectors = arguments
        .vectors
        .as_deref()
        .map(Vectors::load)
        .transpose()?;
    if cfg!(not(feature = "algebra")) {
        output::note(
            "not run: the checks of fields, groups and pairings, which the feature algebra adds",
        );
    }
    let path = arguments.vectors.as_ref();
    let mut document = Document {
        vectors: path.map(|path| path.display().to_string()),
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
            Err(error) => output::note(&output::unavailable(&error)),
        }
    }
    if document.backends.is_empty() {
        return Err(SetupError::BackendUnavailable {
            backend: "auto".to_owned(),
            reason: "no backend can run here".to_owned(),
        }
        .into());
    }
    output::print(arguments.json, &document, || {
        table::text(&results(&document))
    })?;
    let all_passed = document.backends.iter().all(|tested| {
        tested.conformance.failed == 0 && tested.handlers.iter().all(|report| report.failed == 0)
    });
    Ok(Exit::verdict(all_passed))
}

fn test(id: BackendId, configuration: &Configuration, vectors: Option<&Vectors>) -> Result<Tested> {
    let start = Instant::now();
    let threads = threads(configuration.value(&keys::THREADS));
    check_threads(threads * THREADS_PER_CHECK)?;
    let setup = TrustedSetup::mainnet();
    // Later loads of the same backend and setup do not fail either.
    kzg_advanced::load(id.into(), &setup, SettingsOptions::default())?;
    let laws = laws(id)?;
    let conformance = Mutex::new(Count::default());
    let steps = Steps::new(format!("{id}, conformance checks"), laws.len() as u64);
    check_all(laws, threads, |name, outcome| {
        let mut count = conformance.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Ok(()) => count.passed += 1,
            Err(failure) => {
                count.failed += 1;
                steps.suspend(|| output::finding(&format!("{id}: {name}: {failure}")));
            }
        }
        steps.reach((count.passed + count.failed) as u64, name);
    })?;
    drop(steps);
    let conformance = conformance
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);

    let handlers = match vectors {
        None => Vec::new(),
        Some(vectors) => {
            let settings = load_into(id.into(), configuration.clone())?.settings;
            let steps = Steps::new(format!("{id}, test vectors"), vectors.len());
            vectors.run(&*settings, &|done| steps.reach(done, ""))
        }
    };
    for report in &handlers {
        for (case, failure) in &report.failures {
            output::finding(&format!("{id}: {}: {case}: {failure}", report.handler));
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    output::note(&format!("{id}: tested in {seconds:.1} s"));
    Ok(Tested {
        name: id,
        seconds,
        conformance,
        handlers,
    })
}

/// The checks of the protocol over a backend; in a build with the feature `algebra`, those of the
/// backend's algebra before them.
fn laws(id: BackendId) -> Result<Vec<Law>> {
    let load: Load = Arc::new(move |options| {
        let loaded = kzg_advanced::load(id.into(), &TrustedSetup::mainnet(), options);
        loaded.expect("loaded before with other options")
    });
    let mut laws = algebra(id)?;
    laws.extend(kzg_testing::conformance_of_settings(&load));
    Ok(laws)
}

#[cfg(feature = "algebra")]
fn algebra(id: BackendId) -> Result<Vec<Law>> {
    use kzg_advanced::{Backend, BackendVisitor};

    struct Algebra;

    impl BackendVisitor for Algebra {
        type Output = Vec<Law>;

        fn visit<B: Backend>(self) -> Self::Output {
            kzg_testing::algebra::laws::<B>()
        }
    }

    Ok(id.visit(Algebra)?)
}

/// No checks: they are generic code, which takes long to compile for each backend.
#[cfg(not(feature = "algebra"))]
fn algebra(_: BackendId) -> Result<Vec<Law>> {
    Ok(Vec::new())
}

/// Runs checks on the given number of threads, and reports on each when it is done.
///
/// # Errors
///
/// [`KzgAdvancedError::Io`] if a thread cannot be started.
fn check_all(
    laws: Vec<Law>,
    threads: usize,
    done: impl Fn(&str, core::result::Result<(), CheckFailure>) + Sync,
) -> Result<()> {
    let left = Mutex::new(laws.into_iter());
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    thread::scope(|scope| {
        for _ in 0..threads {
            let worker = thread::Builder::new().spawn_scoped(scope, || {
                while let Some(law) = next() {
                    let name = law.name().to_owned();
                    done(&name, law.holds());
                }
            });
            worker.map_err(KzgAdvancedError::io(
                IoAction::Start,
                format!("{threads} threads"),
            ))?;
        }
        Ok(())
    })
}

fn results(document: &Document) -> Table {
    let mut table = table();
    table.set_header(["backend", "tests", "passed", "failed"]);
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

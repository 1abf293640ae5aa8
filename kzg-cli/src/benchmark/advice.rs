//! The configuration that the figures advise, each value with its reasons.

use core::fmt::Write;

use kzg_advanced::BackendId;
use kzg_traits::{Operation, Precompute};
use serde::Serialize;

use super::report::{BenchmarkReport, Candidate, Measurement};

/// The fewest blobs in the calls that compare backends and threads.
const BATCH: usize = 8;
/// Blobs for each thread in these calls, so that no thread idles for long.
const BLOBS_PER_THREAD: usize = 4;
/// A cheaper value is preferred while it is at most this many times slower.
const TOLERANCE: f64 = 1.03;
/// The same for tables, which take memory.
const TABLES_TOLERANCE: f64 = 1.05;
const MEGABYTE: f64 = 1e6;

/// The advised configuration; `None` for a value whose calls did not fit into the time limit.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Advice {
    /// The fastest backend.
    pub(crate) backend: Option<Advised<BackendId>>,
    /// The fewest threads that are as fast as any number.
    pub(crate) threads: Option<Advised<usize>>,
    /// The smallest tables that are as fast as any within the memory budget, as the setting
    /// `precompute` is written.
    pub(crate) precompute: Option<Advised<String>>,
    /// The fewest blobs at once that are as fast as any number.
    pub(crate) chunk_blobs: Option<Advised<usize>>,
    /// Number of blobs in the calls that compared backends and threads.
    pub(crate) compared_blobs: usize,
}

/// Number of blobs in the calls that compare backends on up to `threads` threads.
pub(super) fn compared_blobs(threads: usize) -> usize {
    BATCH.max(BLOBS_PER_THREAD * threads)
}

/// A value and the reasons for it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Advised<T> {
    /// The value.
    pub(crate) value: T,
    /// The figures that led to the value, one line each.
    pub(crate) reasons: Vec<String>,
}

impl Advice {
    /// The operations of a pipeline on a chunk.
    pub(super) const CHUNK_OPERATIONS: [Operation; 3] = [
        Operation::BlobsToKzgCommitments,
        Operation::ComputeBlobKzgProofs,
        Operation::VerifyBlobKzgProofBatch,
    ];
}

/// Advises a backend and a number of threads.
pub(super) fn advise_machine(report: &mut BenchmarkReport, blobs: usize) {
    report.advice.compared_blobs = blobs;
    let mut candidates: Vec<Candidate> = Vec::new();
    for measurement in &report.measurements {
        if !candidates.contains(&measurement.candidate) {
            candidates.push(measurement.candidate.clone());
        }
    }
    let scored: Vec<(Candidate, f64)> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let seconds = per_blob(&report.measurements, &candidate, blobs)?;
            Some((candidate, seconds))
        })
        .collect();
    let Some((best, _)) = scored.iter().min_by(|one, other| one.1.total_cmp(&other.1)) else {
        return;
    };
    let reason = |(candidate, seconds): &(Candidate, f64)| {
        format!(
            "{}, {} thread{}: {} a blob of {blobs}, committed, proved and verified{}",
            candidate.backend,
            candidate.threads,
            if candidate.threads == 1 { "" } else { "s" },
            milliseconds(*seconds),
            match find(
                &report.measurements,
                candidate,
                Operation::ComputeCellsAndKzgProofs,
                1
            ) {
                Some(cells) => format!("; cells and proofs {}", milliseconds(cells)),
                None => String::new(),
            }
        )
    };
    // Each backend by its best number of threads.
    let mut by_backend: Vec<&(Candidate, f64)> = Vec::new();
    for entry in &scored {
        match by_backend
            .iter_mut()
            .find(|known| known.0.backend == entry.0.backend)
        {
            None => by_backend.push(entry),
            Some(known) if entry.1 < known.1 => *known = entry,
            Some(_) => {}
        }
    }
    by_backend.sort_by(|one, other| one.1.total_cmp(&other.1));
    let backend = Advised {
        value: best.backend,
        reasons: by_backend.into_iter().map(reason).collect(),
    };
    let own = scored
        .iter()
        .filter(|(candidate, _)| candidate.backend == best.backend);
    let by_threads = own.clone();
    let by_threads: Vec<(usize, f64)> = by_threads
        .map(|(candidate, seconds)| (candidate.threads, *seconds))
        .collect();
    let threads = cheapest(&by_threads, TOLERANCE);
    report.advice.threads = threads.map(|value| Advised {
        value,
        reasons: own.map(reason).collect(),
    });
    report.advice.backend = Some(backend);
}

/// Advises a size of the tables of a backend.
pub(super) fn advise_tables(report: &mut BenchmarkReport, backend: BackendId, budget: u64) {
    let mut reasons = vec![format!(
        "tables may take {:.0} MB of memory",
        budget as f64 / MEGABYTE
    )];
    let mut measured = Vec::new();
    let mut before: Option<(f64, f64)> = None;
    for tables in report
        .tables
        .iter()
        .filter(|tables| tables.bytes as u64 <= budget)
    {
        let candidate = Candidate {
            backend,
            threads: 1,
            precompute: tables.precompute.clone(),
        };
        let find = |operation| find(&report.measurements, &candidate, operation, 1);
        let (Some(commitment), Some(cells)) = (
            find(Operation::BlobToKzgCommitment),
            find(Operation::ComputeCellsAndKzgProofs),
        ) else {
            continue;
        };
        let megabytes = tables.bytes as f64 / MEGABYTE;
        let mut reason = format!(
            "{}: {megabytes:.1} MB, built in {}: a commitment {}, cells and proofs {}",
            tables.precompute,
            milliseconds(tables.build_seconds),
            milliseconds(commitment),
            milliseconds(cells)
        );
        let total = commitment + cells;
        if let Some((megabytes_before, total_before)) = before {
            let gain = (total_before - total) * 1e3 / (megabytes - megabytes_before);
            let _ = write!(reason, "; {gain:.3} ms gained a MB");
        }
        before = Some((megabytes, total));
        reasons.push(reason);
        measured.push((tables.precompute.clone(), total));
    }
    if report
        .tables
        .iter()
        .all(|tables| tables.bytes as u64 > budget)
    {
        reasons.push("too little for any table".to_owned());
        let value = Precompute::NONE.to_string();
        report.advice.precompute = Some(Advised { value, reasons });
        return;
    }
    report.advice.precompute =
        cheapest(&measured, TABLES_TOLERANCE).map(|value| Advised { value, reasons });
}

/// Advises a size of chunks; `sizes` ascend.
pub(super) fn advise_chunk(report: &mut BenchmarkReport, candidate: &Candidate, sizes: &[usize]) {
    let measured: Vec<(usize, f64)> = sizes
        .iter()
        .filter_map(|&size| Some((size, per_blob(&report.measurements, candidate, size)?)))
        .collect();
    let reasons = measured.iter().map(|(size, seconds)| {
        format!(
            "{size} blobs at once: {} each, committed, proved and verified",
            milliseconds(*seconds)
        )
    });
    let reasons = reasons.collect();
    report.advice.chunk_blobs =
        cheapest(&measured, TOLERANCE).map(|value| Advised { value, reasons });
}

/// The first value whose time is within `tolerance` of the shortest; values ascend by cost.
fn cheapest<T: Clone>(measured: &[(T, f64)], tolerance: f64) -> Option<T> {
    let times = measured.iter().map(|(_, seconds)| *seconds);
    let least = times.reduce(f64::min)?;
    let mut measured = measured.iter();
    let (value, _) = measured.find(|(_, seconds)| *seconds <= least * tolerance)?;
    Some(value.clone())
}

/// The time to commit to, prove and verify a blob, in calls of `blobs` blobs.
fn per_blob(measurements: &[Measurement], candidate: &Candidate, blobs: usize) -> Option<f64> {
    let mut total = 0.0;
    for operation in Advice::CHUNK_OPERATIONS {
        total += find(measurements, candidate, operation, blobs)?;
    }
    Some(total / blobs as f64)
}

/// The shortest time of a call in its last measurement. Other work on the machine makes calls
/// longer, never shorter.
fn find(
    measurements: &[Measurement],
    candidate: &Candidate,
    operation: Operation,
    blobs: usize,
) -> Option<f64> {
    let mut all = measurements.iter();
    all.rfind(|measurement| {
        measurement.candidate == *candidate
            && measurement.operation == operation.name()
            && measurement.blobs == blobs
    })
    .map(|measurement| measurement.min_seconds)
}

fn milliseconds(seconds: f64) -> String {
    format!("{:.2} ms", seconds * 1e3)
}

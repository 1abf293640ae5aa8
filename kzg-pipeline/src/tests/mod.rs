//! The pipeline over a fake backend: runs that are killed at every step, and damage to every stored
//! file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kzg_advanced::{CancellationToken, KzgAdvancedError, KzgAdvancedResult as Result};
use kzg_testing::fake::Fake;
use kzg_traits::{Blob, KzgSettings};

use super::*;
use crate::folder::disk::Disk;
use crate::folder::layout;
use crate::manifest::ManifestReader;

mod blobs;
mod bounds;
mod changing;
mod damage;
mod damaged_lines;
mod inputs;
mod locks;
mod lost_header;
mod merge;
mod names;
mod panics;
mod report_pages;
mod report_samples;
mod restore;
mod resume;
mod resume_damaged;
mod resume_refused;
mod shards;
mod stages;
mod trusted_setup;

/// Three inputs: more blobs than fit in a chunk, none, one byte.
struct Fixture {
    dir: tempfile::TempDir,
    inputs: Vec<PathBuf>,
    contents: Vec<Vec<u8>>,
}

const CAPACITY: usize = 126_945;

impl Fixture {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let contents = vec![
            (0..6 * CAPACITY + 1000).map(|i| (i / 7) as u8).collect(),
            vec![],
            vec![0x5a],
        ];
        let inputs = ["large", "empty", "one byte"].map(|name| dir.path().join(name));
        for (path, content) in inputs.iter().zip(&contents) {
            fs::write(path, content).unwrap();
        }
        Self {
            dir,
            inputs: inputs.to_vec(),
            contents,
        }
    }

    fn out(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn inputs(&self) -> Vec<Input> {
        self.inputs.iter().map(Input::file).collect()
    }

    /// Runs a job over these inputs.
    fn run(&self, out: &Path, options: &PipelineOptions) -> Result<ProcessingReport> {
        pipeline(options).run(self.inputs(), out)
    }
}

/// A job that has finished, and the files that it wrote.
struct Finished {
    fixture: Fixture,
    options: PipelineOptions,
    out: PathBuf,
    expected: BTreeMap<PathBuf, Vec<u8>>,
}

impl Finished {
    /// A job with two kinds of artefacts, in chunks of six blobs.
    fn new() -> Self {
        let fixture = Fixture::new();
        let options = every_kind().remove(0);
        let out = fixture.out("out");
        fixture.run(&out, &options).unwrap();
        let expected = contents(&out);
        Self {
            fixture,
            options,
            out,
            expected,
        }
    }
}

/// A backend without mathematics.
fn fake() -> Fake {
    Fake::new("hashing")
}

fn pipeline(options: &PipelineOptions) -> DataProcessingPipeline {
    DataProcessingPipeline::new(Arc::new(fake()), options.clone())
}

fn every_kind() -> Vec<PipelineOptions> {
    let options = PipelineOptions {
        chunk_blobs: 6,
        ..PipelineOptions::default()
    };
    vec![
        options
            .clone()
            .with_emit([Artefact::Blobs, Artefact::Bundles]),
        options.clone().with_emit([Artefact::Bundles]),
        options.clone().with_proofs(Proofs::None),
        options
            .clone()
            .with_proofs(Proofs::Cells)
            .with_emit([Artefact::Cells]),
        options.clone().with_proofs(Proofs::Both).with_emit([
            Artefact::Blobs,
            Artefact::Cells,
            Artefact::Bundles,
        ]),
        options.with_emit([Artefact::Blobs, Artefact::Cells]),
    ]
}

/// Every file of a folder with its content, without the file of the lock, without `report.html`, which
/// shows measurements, and without the measurements of `report.json`.
fn contents(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    fn walk(dir: &Path, root: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, found);
            } else if !(path.ends_with(layout::REPORT_PAGE) || path.ends_with(layout::JOB_LOCK)) {
                let content = if path.ends_with(layout::REPORT) {
                    stored_report(dir).without_measurements().to_json().into()
                } else {
                    fs::read(&path).unwrap()
                };
                found.insert(path.strip_prefix(root).unwrap().to_owned(), content);
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(dir, dir, &mut found);
    found
}

/// Asserts that the stored report equals `report`, both without measurements.
fn assert_is_stored(report: &ProcessingReport, out: &Path) {
    assert_eq!(
        stored_report(out).without_measurements(),
        report.without_measurements()
    );
}

fn stored_report(out: &Path) -> ProcessingReport {
    serde_json::from_slice(&fs::read(out.join(layout::REPORT)).unwrap()).unwrap()
}

fn verify(out: &Path) -> Verification {
    pipeline(&PipelineOptions::default()).verify(out).unwrap()
}

fn restore(out: &Path, back: &Path) -> Result<DecodeReport> {
    let settings = fake();
    decode(
        &settings,
        out,
        back,
        &NoProgress,
        &CancellationToken::default(),
    )
}

fn decoded(fixture: &Fixture, out: &Path) -> Vec<Vec<u8>> {
    let back = tempfile::tempdir().unwrap();
    let report = restore(out, back.path()).unwrap();
    assert!(report.verification.passed(), "{report:?}");
    let root = fixture.dir.path().strip_prefix("/").unwrap();
    let names = ["large", "empty", "one byte"];
    names
        .iter()
        .map(|name| fs::read(back.path().join(root).join(name)).unwrap())
        .collect()
}

#[test]
fn every_input_comes_back_from_every_kind_of_artefact() {
    let fixture = Fixture::new();
    for (index, options) in every_kind().iter().enumerate() {
        let out = fixture.out(&format!("out{index}"));
        let report = fixture.run(&out, options).unwrap();
        assert!(report.verification.passed());
        assert_eq!((report.inputs, report.blobs), (3, 8));
        assert_eq!(
            (report.verification.inputs, report.verification.blobs),
            (3, 8)
        );
        assert_eq!(verify(&out), report.verification);
        assert_eq!(decoded(&fixture, &out), fixture.contents);
        assert_is_stored(&report, &out);
    }
}

#[test]
fn the_output_does_not_depend_on_the_chunks() {
    let fixture = Fixture::new();
    let options = &every_kind()[0];
    let mut expected = None;
    for chunk_blobs in [0, 1, 7, 100] {
        let mut options = options.clone();
        options.chunk_blobs = chunk_blobs;
        let out = fixture.out(&format!("out{chunk_blobs}"));
        fixture.run(&out, &options).unwrap();
        let found = contents(&out);
        assert_eq!(*expected.get_or_insert_with(|| found.clone()), found);
    }
}

#[test]
fn without_measurements_reports_differ_only_where_the_jobs_do() {
    let fixture = Fixture::new();
    let options = &every_kind()[0];
    let whole = fixture.run(&fixture.out("whole"), options).unwrap();

    let out = fixture.out("resumed");
    let failing = fake().with_fault_at(6);
    let failing = DataProcessingPipeline::new(Arc::new(failing), options.clone());
    let failed = failing.attempt(fixture.inputs(), &out).report.unwrap();
    let mut resuming = options.clone().with_resume(true);
    resuming.chunk_blobs = 1;
    let mut resumed = fixture.run(&out, &resuming).unwrap();
    (resumed.retries, resumed.fallbacks) = (2, 1);
    assert_ne!(resumed, whole);
    assert_eq!(
        resumed.without_measurements(),
        whole.without_measurements(),
        "how it was run"
    );
    assert_eq!(
        whole.without_measurements().without_measurements(),
        whole.without_measurements()
    );

    let wrong = fake().with_wrong_proofs();
    let wrong = DataProcessingPipeline::new(Arc::new(wrong), options.clone());
    let others = [
        ("a failure", failed),
        (
            "wrong proofs",
            wrong
                .attempt(fixture.inputs(), &fixture.out("wrong"))
                .report
                .unwrap(),
        ),
        (
            "other inputs",
            pipeline(options)
                .run(fixture.inputs().split_off(1), &fixture.out("fewer"))
                .unwrap(),
        ),
        (
            "other artefacts",
            fixture
                .run(&fixture.out("bundles"), &every_kind()[1])
                .unwrap(),
        ),
    ];
    for (what, other) in others {
        assert_ne!(
            other.without_measurements(),
            whole.without_measurements(),
            "{what}"
        );
    }
}

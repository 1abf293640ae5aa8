//! The pipeline with a backend that only hashes, killed at every step and damaged everywhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kzg_traits::{
    Blob, Blobs, Bytes32, Cell, Error, Items, KzgCommitment, KzgProof, KzgSettings,
    Result as KzgResult,
};
use sha2::{Digest, Sha256};

use super::disk::Disk;
use super::*;

/// Commitments and proofs are hashes, so that a run takes no time; counts the blobs that are
/// committed to.
#[derive(Debug, Default)]
struct Hashing {
    committed: AtomicUsize,
    wrong_proofs: bool,
    fault_at: Option<usize>,
}

fn hash48(parts: &[&[u8]]) -> [u8; 48] {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    let mut out = [0; 48];
    out[..32].copy_from_slice(&hash.finalize());
    out
}

impl KzgSettings for Hashing {
    fn backend(&self) -> &str {
        "hashing"
    }

    fn blob_to_kzg_commitment(&self, blob: &Blob) -> KzgResult<KzgCommitment> {
        let count = self.committed.fetch_add(1, Ordering::Relaxed);
        if self.fault_at == Some(count) {
            return Err(Error::Fault {
                backend: "hashing".to_owned(),
                message: "scripted".to_owned(),
            });
        }
        Ok(KzgCommitment(hash48(&[&blob.0])))
    }

    fn compute_kzg_proof(&self, _: &Blob, _: &Bytes32) -> KzgResult<(KzgProof, Bytes32)> {
        unreachable!("the pipeline proves blobs only")
    }

    fn compute_blob_kzg_proof(&self, blob: &Blob, c: &KzgCommitment) -> KzgResult<KzgProof> {
        let mut proof = KzgProof(hash48(&[&blob.0, &c.0]));
        proof.0[0] ^= u8::from(self.wrong_proofs);
        Ok(proof)
    }

    fn verify_kzg_proof(
        &self,
        _: &KzgCommitment,
        _: &Bytes32,
        _: &Bytes32,
        _: &KzgProof,
    ) -> KzgResult<bool> {
        unreachable!("the pipeline verifies blobs only")
    }

    fn verify_blob_kzg_proof(
        &self,
        blob: &Blob,
        commitment: &KzgCommitment,
        proof: &KzgProof,
    ) -> KzgResult<bool> {
        Ok(commitment.0 == hash48(&[&blob.0]) && proof.0 == hash48(&[&blob.0, &commitment.0]))
    }

    fn verify_blob_kzg_proof_batch(
        &self,
        _: Blobs<'_>,
        _: &[KzgCommitment],
        _: &[KzgProof],
    ) -> KzgResult<bool> {
        unreachable!("the pipeline asks for each verdict")
    }

    fn compute_challenge(&self, _: &Blob, _: &KzgCommitment) -> KzgResult<Bytes32> {
        unreachable!("the pipeline does not ask for challenges")
    }

    /// The second half repeats the first with a bit flipped.
    fn compute_cells_into(&self, blob: &Blob, cells: &mut [Cell]) -> KzgResult<()> {
        for (index, cell) in cells.iter_mut().enumerate() {
            let start = index % 64 * Cell::LENGTH;
            cell.0.copy_from_slice(&blob.0[start..][..Cell::LENGTH]);
            cell.0[0] ^= u8::from(index >= 64);
        }
        Ok(())
    }

    fn compute_cells_and_kzg_proofs_into(
        &self,
        blob: &Blob,
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> KzgResult<()> {
        self.compute_cells_into(blob, cells)?;
        let commitment = hash48(&[&blob.0]);
        for (index, (cell, proof)) in cells.iter().zip(proofs).enumerate() {
            *proof = KzgProof(hash48(&[&commitment, &[index as u8], &cell.0]));
        }
        Ok(())
    }

    fn recover_cells_and_kzg_proofs_into(
        &self,
        indices: &[u64],
        cells: Items<'_, Cell>,
        out: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> KzgResult<()> {
        let mut blob = Blob::zeroed_on_heap();
        for (&index, cell) in indices.iter().zip(cells.iter()) {
            let start = index as usize % 64 * Cell::LENGTH;
            blob.0[start..][..Cell::LENGTH].copy_from_slice(&cell.0);
            blob.0[start] ^= u8::from(index >= 64);
        }
        self.compute_cells_and_kzg_proofs_into(&blob, out, proofs)
    }

    fn verify_cell_kzg_proof_batch(
        &self,
        commitments: &[KzgCommitment],
        indices: &[u64],
        cells: Items<'_, Cell>,
        proofs: &[KzgProof],
    ) -> KzgResult<bool> {
        let expected = cells
            .iter()
            .zip(commitments)
            .zip(indices)
            .map(|((cell, commitment), &k)| hash48(&[&commitment.0, &[k as u8], &cell.0]));
        Ok(expected.eq(proofs.iter().map(|proof| proof.0)))
    }

    fn compute_verify_cell_kzg_proof_batch_challenge(
        &self,
        _: &[KzgCommitment],
        _: &[u64],
        _: &[u64],
        _: Items<'_, Cell>,
        _: &[KzgProof],
    ) -> KzgResult<Bytes32> {
        unreachable!("the pipeline does not ask for challenges")
    }
}

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

fn pipeline(options: &PipelineOptions) -> DataProcessingPipeline {
    DataProcessingPipeline::new(Arc::new(Hashing::default()), options.clone())
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

/// Every file of a folder with its content; of the report only what does not tell the time.
fn contents(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    fn walk(dir: &Path, root: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, found);
            } else {
                let mut content = fs::read(&path).unwrap();
                if path.ends_with(store::REPORT) {
                    content = without_times(&content);
                }
                found.insert(path.strip_prefix(root).unwrap().to_owned(), content);
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(dir, dir, &mut found);
    found
}

fn without_times(report: &[u8]) -> Vec<u8> {
    let mut report: serde_json::Value = serde_json::from_slice(report).unwrap();
    report["seconds"] = 0.into();
    report["bytes_per_second"] = 0.into();
    for stage in report["stages"].as_array_mut().unwrap() {
        stage["seconds"] = 0.into();
    }
    serde_json::to_vec(&report).unwrap()
}

fn verify(out: &Path) -> Verification {
    pipeline(&PipelineOptions::default()).verify(out).unwrap()
}

fn decoded(fixture: &Fixture, out: &Path) -> Vec<Vec<u8>> {
    let back = tempfile::tempdir().unwrap();
    let report = decode(
        &Hashing::default(),
        out,
        back.path(),
        &NoProgress,
        &CancelToken::default(),
    )
    .unwrap();
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
        let stored: ProcessingReport =
            serde_json::from_slice(&fs::read(out.join(store::REPORT)).unwrap()).unwrap();
        assert_eq!((stored.bytes, stored.blobs), (report.bytes, 8));
        assert_eq!(stored.verification, report.verification);
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
fn killed_at_every_step_and_resumed_the_output_is_the_same() {
    let fixture = Fixture::new();
    for options in every_kind() {
        let undisturbed = tempfile::tempdir().unwrap();
        let undisturbed = undisturbed.path().join("out");
        fixture.run(&undisturbed, &options).unwrap();
        let expected = contents(&undisturbed);
        let resumed = options.clone().with_resume(true);
        let mut steps = 0;
        loop {
            let root = tempfile::tempdir().unwrap();
            let out = root.path().join("out");
            let killed =
                pipeline(&options).run_on(fixture.inputs(), &out, Disk::killed_after(steps));
            if killed.is_ok() {
                break;
            }
            assert!(
                matches!(killed, Err(KzgAdvancedError::ResourceExhausted { .. })),
                "{killed:?}"
            );
            // The resumed run is killed too, at another step each time.
            let _ = pipeline(&resumed).run_on(
                fixture.inputs(),
                &out,
                Disk::killed_after(steps % 7 + 1),
            );
            let report = fixture.run(&out, &resumed).unwrap();
            assert!(report.verification.passed());
            let taken_up = report.resumed.unwrap();
            assert_eq!(taken_up.mended, 0, "{steps} steps: {taken_up:?}");
            assert_eq!(contents(&out), expected, "killed after {steps} steps");
            steps += 1;
        }
        assert!(steps > 15, "{steps}");
    }
}

#[test]
fn a_resumed_run_does_nothing_twice() {
    let fixture = Fixture::new();
    let options = every_kind().remove(0);
    let out = fixture.out("out");
    let failing = Hashing {
        fault_at: Some(6),
        ..Hashing::default()
    };
    let pipeline = DataProcessingPipeline::new(Arc::new(failing), options.clone());
    let error = pipeline.run(fixture.inputs(), &out).unwrap_err();
    assert!(
        matches!(&error, KzgAdvancedError::Backend { call, .. } if call.index == Some(6)),
        "{error}"
    );
    let counting = Arc::new(Hashing::default());
    let pipeline = DataProcessingPipeline::new(counting.clone(), options.with_resume(true));
    let report = pipeline.run(fixture.inputs(), &out).unwrap();
    assert_eq!(report.resumed.unwrap().kept_blobs, 6);
    assert_eq!(counting.committed.load(Ordering::Relaxed), 2);
}

/// Flips one bit at several places of a file.
fn damage(path: &Path, places: impl IntoIterator<Item = usize>, mut check: impl FnMut(usize)) {
    let good = fs::read(path).unwrap();
    for place in places {
        let mut bad = good.clone();
        bad[place] ^= 1;
        fs::write(path, &bad).unwrap();
        check(place);
        fs::write(path, &good).unwrap();
    }
}

#[test]
fn a_flipped_bit_is_found_wherever_it_is_and_mended_by_resuming() {
    let fixture = Fixture::new();
    for options in every_kind() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("out");
        fixture.run(&out, &options).unwrap();
        let expected = contents(&out);
        let resumed = options.clone().with_resume(true);
        for (name, content) in &expected {
            if name == Path::new(store::REPORT) || name == Path::new(manifest::MANIFEST) {
                continue;
            }
            let step = content.len() / 5;
            damage(&out.join(name), (0..content.len()).step_by(step), |place| {
                let found = verify(&out);
                let name = name.to_str().unwrap();
                assert!(
                    found.failures.iter().any(|f| f.item.contains(name)),
                    "byte {place} of {name}: {found:?}"
                );
                let report = fixture.run(&out, &resumed).unwrap();
                assert_eq!(report.resumed.unwrap().mended_items, [name.to_owned()]);
                assert_eq!(contents(&out), expected);
            });
        }
    }
}

#[test]
fn a_flipped_bit_in_the_manifest_is_found_and_what_can_be_is_mended() {
    let fixture = Fixture::new();
    let options = every_kind().remove(0);
    let out = fixture.out("out");
    fixture.run(&out, &options).unwrap();
    let expected = contents(&out);
    let path = out.join(manifest::MANIFEST);
    let text = fs::read_to_string(&path).unwrap();
    // No byte of the manifest can change unnoticed; the reader's own test tries them all.
    damage(&path, (0..text.len()).step_by(11), |place| {
        let found = verify(&out);
        assert!(!found.passed(), "byte {place}");
    });
    // Every value is named by its blob or input, and made again.
    let line = text.lines().nth(4).unwrap();
    assert!(line.contains("\"blob\":2"), "{line}");
    for (key, item) in [
        ("\"commitment\":\"0x", "blob 2 "),
        ("\"versioned_hash\":\"0x", "blob 2 "),
        ("\"proof\":\"0x", "blob 2 "),
        ("\"sha256\":\"0x", "input 0 "),
    ] {
        let line = text.lines().position(|line| {
            line.contains(key) && (line.contains("\"blob\":2") || key.contains("\"sha"))
        });
        let line_start: usize = text
            .split_inclusive('\n')
            .take(line.unwrap())
            .map(str::len)
            .sum();
        let place = line_start + text[line_start..].find(key).unwrap() + key.len() + 4;
        damage(&path, [place], |_| {
            let found = verify(&out);
            assert!(
                found.failures.iter().any(|f| f.item.starts_with(item)),
                "{key}: {found:?}"
            );
            let report = fixture
                .run(&out, &options.clone().with_resume(true))
                .unwrap();
            assert_eq!(report.resumed.unwrap().mended, 1);
            assert_eq!(contents(&out), expected);
        });
    }
}

#[test]
fn what_is_missing_is_named_and_made_again() {
    let fixture = Fixture::new();
    let options = every_kind().remove(0);
    let out = fixture.out("out");
    fixture.run(&out, &options).unwrap();
    let expected = contents(&out);
    for name in ["blobs/00000003.blob", "bundles/00000001.json"] {
        fs::remove_file(out.join(name)).unwrap();
        let found = verify(&out);
        assert!(
            found.failures.iter().any(|f| f.item.contains(name)),
            "{found:?}"
        );
        // The other kind of artefact still holds the blob.
        assert_eq!(decoded(&fixture, &out), fixture.contents);
        fixture
            .run(&out, &options.clone().with_resume(true))
            .unwrap();
        assert_eq!(contents(&out), expected);
    }
}

#[test]
fn a_wrong_proof_is_found_by_reading_back() {
    let fixture = Fixture::new();
    let wrong = Hashing {
        wrong_proofs: true,
        ..Hashing::default()
    };
    let report = DataProcessingPipeline::new(Arc::new(wrong), PipelineOptions::default())
        .run(fixture.inputs(), &fixture.out("out"))
        .unwrap();
    assert_eq!(report.verification.failed, 8);
    assert_eq!(
        report.verification.failures[7].item,
        "blob 7 (blobs/00000007.blob)"
    );
}

#[test]
fn other_inputs_or_options_are_not_resumed() {
    let fixture = Fixture::new();
    let options = PipelineOptions::default();
    let out = fixture.out("out");
    fixture.run(&out, &options).unwrap();
    let expected = contents(&out);
    let resumed = options.clone().with_resume(true);
    let refused = |outcome: Result<ProcessingReport>, what: &str| {
        let error = outcome.unwrap_err();
        assert!(
            matches!(error, KzgAdvancedError::Configuration { .. }),
            "{what}: {error}"
        );
        assert_eq!(contents(&out), expected, "{what}");
    };
    refused(fixture.run(&out, &options), "not resumed");
    refused(
        fixture.run(&out, &resumed.clone().with_proofs(Proofs::None)),
        "other proofs",
    );
    refused(
        fixture.run(&out, &resumed.clone().with_emit([Artefact::Bundles])),
        "other artefacts",
    );
    let rerun = |inputs: Vec<Input>| pipeline(&resumed).run(inputs, &out);
    refused(rerun(fixture.inputs().split_off(1)), "one input less");
    let mut more = fixture.inputs();
    more.push(Input::file(&fixture.inputs[1]));
    refused(rerun(more), "one input more");
    let mut reordered = fixture.inputs();
    reordered.reverse();
    refused(rerun(reordered), "another order");
    for changed in [
        [&fixture.contents[0][..], b"more"].concat(),
        fixture.contents[0][..CAPACITY].to_vec(),
        vec![1; fixture.contents[0].len()],
    ] {
        fs::write(&fixture.inputs[0], changed).unwrap();
        refused(rerun(fixture.inputs()), "another content");
    }
}

#[test]
fn a_foreign_folder_is_left_alone() {
    let fixture = Fixture::new();
    let resumed = PipelineOptions::default().with_resume(true);
    let foreign = fixture.out("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("letter.txt"), "dear").unwrap();
    assert!(fixture.run(&foreign, &resumed).is_err());
    fs::remove_file(foreign.join("letter.txt")).unwrap();
    fs::write(foreign.join(manifest::MANIFEST), "{\"type\":\"other\"}\n").unwrap();
    let before = contents(&foreign);
    assert!(fixture.run(&foreign, &resumed).is_err());
    assert_eq!(contents(&foreign), before);
}

#[test]
fn a_cancelled_run_can_be_resumed() {
    #[derive(Debug)]
    struct CancelAfter(CancelToken);
    impl Progress for CancelAfter {
        fn begin(&self, _: Phase, _: Option<u64>) {}
        fn advance(&self, _: u64, _: u64) {
            self.0.cancel();
        }
    }
    let fixture = Fixture::new();
    let options = every_kind().remove(0);
    let out = fixture.out("out");
    let token = CancelToken::default();
    let stopped = pipeline(&options)
        .with_cancel(token.clone())
        .with_progress(Arc::new(CancelAfter(token)))
        .run(fixture.inputs(), &out);
    assert!(matches!(stopped, Err(KzgAdvancedError::Cancelled)));
    assert!(!verify(&out).passed(), "not complete");
    let report = fixture.run(&out, &options.with_resume(true)).unwrap();
    assert!(report.verification.passed());
    assert_eq!(report.resumed.unwrap().kept_blobs, 6);
}

#[test]
fn an_input_whose_blob_is_lost_does_not_keep_the_others_back() {
    let fixture = Fixture::new();
    let out = fixture.out("out");
    fixture.run(&out, &PipelineOptions::default()).unwrap();
    fs::remove_file(out.join("blobs/00000002.blob")).unwrap();
    let back = fixture.out("back");
    let report = decode(
        &Hashing::default(),
        &out,
        &back,
        &NoProgress,
        &CancelToken::default(),
    )
    .unwrap();
    assert_eq!(report.files, 2);
    let items: Vec<&str> = report
        .verification
        .failures
        .iter()
        .map(|failure| failure.item.as_str())
        .collect();
    assert_eq!(items[0], "blob 2 (blobs/00000002.blob)");
    assert!(items[1].starts_with("input 0 "), "{items:?}");
    assert_eq!(contents(&back).len(), 2);
}

#[test]
fn a_single_input_becomes_a_file() {
    let fixture = Fixture::new();
    for (index, content) in fixture.contents.iter().enumerate() {
        let out = fixture.out(&format!("out{index}"));
        let input = Input::reader("../../not here", std::io::Cursor::new(content.clone()));
        pipeline(&PipelineOptions::default())
            .run(vec![input], &out)
            .unwrap();
        let back = fixture.out(&format!("back{index}"));
        decode(
            &Hashing::default(),
            &out,
            &back,
            &NoProgress,
            &CancelToken::default(),
        )
        .unwrap();
        assert_eq!(fs::read(&back).unwrap(), *content);
        assert_eq!(contents(&out).len(), 2 + content.len().div_ceil(CAPACITY));
    }
}

/// Overwrites cells of the first blob.
fn spoil(out: &Path, cells: impl IntoIterator<Item = usize>, byte: u8) {
    let path = out.join("cells/00000000.cells");
    let mut content = fs::read(&path).unwrap();
    for cell in cells {
        content[cell * Cell::LENGTH..][..Cell::LENGTH].fill(byte);
    }
    fs::write(path, content).unwrap();
}

#[test]
fn lost_and_false_cells_do_not_keep_a_blob_from_being_decoded() {
    let fixture = Fixture::new();
    let out = fixture.out("out");
    let options = PipelineOptions::default()
        .with_proofs(Proofs::Cells)
        .with_emit([Artefact::Cells]);
    fixture.run(&out, &options).unwrap();
    // For this backend cells k and k + 64 hold the same.
    spoil(&out, 0..40, 0xff);
    spoil(&out, 104..128, 7);
    assert_eq!(decoded(&fixture, &out), fixture.contents);
    let found = verify(&out);
    assert_eq!(found.failed, 2, "{found:?}");
    assert_eq!(found.failures[1].item, "blob 0 (cells/00000000.cells)");
    let reason = &found.failures[1].reason;
    assert!(reason.starts_with("cell 0: lost; and 63 more"), "{found:?}");

    // One cell too few for the first blob; everything else still decodes.
    spoil(&out, [41], 0xff);
    let back = fixture.out("back");
    let report = decode(
        &Hashing::default(),
        &out,
        &back,
        &NoProgress,
        &CancelToken::default(),
    );
    let report = report.unwrap();
    assert_eq!(report.files, 2);
    assert_eq!(
        report.verification.failures[0].item,
        "blob 0 (cells/00000000.cells)"
    );
    assert_eq!(
        report.verification.failures[0].reason,
        "63 good cells, 64 are needed; 41 are lost, 24 fail their proof"
    );
}

#[test]
fn a_damaged_artefact_is_passed_over_where_another_holds_the_blob() {
    let fixture = Fixture::new();
    let out = fixture.out("out");
    let every = [Artefact::Blobs, Artefact::Cells, Artefact::Bundles];
    let options = PipelineOptions::default()
        .with_proofs(Proofs::Both)
        .with_emit(every);
    fixture.run(&out, &options).unwrap();
    let path = out.join("blobs/00000000.blob");
    let mut blob = fs::read(&path).unwrap();
    blob[5000] ^= 1;
    fs::write(&path, blob).unwrap();
    assert_eq!(decoded(&fixture, &out), fixture.contents);
    fs::remove_file(&path).unwrap();
    spoil(&out, 0..65, 0xff);
    assert_eq!(decoded(&fixture, &out), fixture.contents);
    fs::write(out.join("bundles/00000000.json"), "{}").unwrap();
    let back = fixture.out("back");
    let report = decode(
        &Hashing::default(),
        &out,
        &back,
        &NoProgress,
        &CancelToken::default(),
    );
    assert_eq!(report.unwrap().files, 2);
}

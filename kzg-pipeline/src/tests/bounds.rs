//! Jobs with very many lines for each blob: what is held at once has a bound.

use std::iter;
use std::sync::atomic::{AtomicUsize, Ordering};

use kzg_traits::{Bytes32, KzgCommitment, KzgProof, MemoryPool};

use super::*;
use crate::manifest::BlobRecord;
use crate::stages::convert::MANY_ENTRIES;
use crate::stages::store::Store;

/// A listener that counts in how many parts a pipeline verifies artefacts.
#[derive(Debug, Default)]
struct VerifiedParts(AtomicUsize);

impl VerifiedParts {
    fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Progress for VerifiedParts {
    fn begin(&self, _: Phase, _: Option<u64>) {}

    fn advance(&self, phase: Phase, _: u64, _: u64) {
        let is_verified = phase == Phase::Verify;
        self.0.fetch_add(is_verified.into(), Ordering::Relaxed);
    }
}

/// One blob, `empty` inputs without a blob, and seven blobs.
fn inputs(empty: usize) -> Vec<Input> {
    let input = |content: &'static [u8]| Input::reader("input", content);
    let empty = iter::repeat_with(|| input(b"")).take(empty);
    let blobs = b"2345678".chunks(1).map(input);
    iter::once(input(b"1")).chain(empty).chain(blobs).collect()
}

fn verified(out: &Path) -> (Verification, usize) {
    let parts = Arc::new(VerifiedParts::default());
    let job = pipeline(&PipelineOptions::default()).with_progress(parts.clone());
    (job.verify(out).unwrap(), parts.count())
}

#[test]
fn damaged_lines_are_not_held_at_once() {
    let finished = Finished::new();
    let path = finished.out.join(manifest::MANIFEST);
    let text = fs::read_to_string(&path).unwrap();
    let header = text.split_inclusive('\n').next().unwrap();
    fs::write(&path, header.to_owned() + &"x\n".repeat(3 * MANY_ENTRIES)).unwrap();
    let (found, parts) = verified(&finished.out);
    assert_eq!(found.failed, 3 * MANY_ENTRIES as u64);
    assert!(parts >= 3, "{parts}");
}

#[test]
fn lines_between_the_blobs_of_a_bundle_are_not_held_at_once() {
    let root = tempfile::tempdir().unwrap();
    let kinds = every_kind().into_iter().enumerate();
    for (number, options) in kinds.filter(|(number, _)| [1, 2, 4].contains(number)) {
        let out = root.path().join(number.to_string());
        let report = pipeline(&options).run(inputs(3 * MANY_ENTRIES), &out);
        let report = report.unwrap();
        assert!(report.verification.passed(), "{report}");
        assert_eq!(report.verification.right_blobs, 8);
        let (found, parts) = verified(&out);
        assert_eq!(found, report.verification);
        assert!(parts >= 6, "{parts}");
        if options.emit.contains(&Artefact::Bundles) {
            assert_eq!(fs::read_dir(out.join("bundles")).unwrap().count(), 2);
            // The bundle is checked as a whole, although its lines are far apart.
            fs::write(out.join("bundles/00000000.json"), "{}").unwrap();
            assert!(!verify(&out).passed());
        }
    }
}

#[test]
fn the_blobs_of_a_bundle_that_is_not_whole_are_lent_by_the_pool() {
    let dir = tempfile::tempdir().unwrap();
    let pool = MemoryPool::new(6, Blob::zeroed_on_heap);
    let bundles = [Artefact::Bundles];
    let mut store =
        Store::open(dir.path(), &bundles, false, Disk::default(), pool.clone()).unwrap();
    let blob = Blob::zeroed_on_heap();
    for number in 0..12 {
        let record = BlobRecord {
            input: 0,
            blob: number,
            commitment: KzgCommitment([1; 48]),
            versioned_hash: Bytes32::default(),
            proof: Some(KzgProof([0xc0; 48])),
            cell_proofs: None,
        };
        store
            .write_artefacts(&[record], &[&blob], &[], &[false])
            .unwrap();
        let waiting = (number as usize + 1) % BLOBS_PER_BUNDLE;
        assert_eq!(pool.statistics().in_use, waiting);
    }
    assert_eq!(pool.statistics().misses, BLOBS_PER_BUNDLE - 1);
}

#[test]
fn a_bundle_whose_lines_are_far_apart_survives_a_kill_at_every_step() {
    let root = tempfile::tempdir().unwrap();
    let options = every_kind().remove(1);
    let resumed = options.clone().with_resume(true);
    let inputs = || inputs(MANY_ENTRIES + 9);
    let undisturbed = root.path().join("undisturbed");
    pipeline(&options).run(inputs(), &undisturbed).unwrap();
    let expected = contents(&undisturbed);
    for steps in 0.. {
        let out = root.path().join(steps.to_string());
        let run = |options: &PipelineOptions, disk| {
            run::to_folder::run(&pipeline(options).job, inputs(), &out, disk).into_result()
        };
        let killed = run(&options, Disk::killed_after(steps));
        if killed.is_ok() {
            assert!(steps > 15, "{steps}");
            break;
        }
        // Every blob with a line is stored.
        if let Ok(found) = pipeline(&options).verify(&out) {
            let failures = found.failures.iter();
            let of_blobs = failures.filter(|failure| !failure.item.contains(manifest::MANIFEST));
            assert_eq!(of_blobs.count(), 0, "{found:?}");
        }
        let _ = run(&resumed, Disk::killed_after(steps % 7 + 1));
        let report = run(&resumed, Disk::default()).unwrap();
        assert_eq!(report.resumed.unwrap().mended, 0, "{steps}");
        assert!(contents(&out) == expected, "killed after {steps} steps");
    }
}

#[test]
fn a_chunk_of_the_largest_size_needs_no_memory_in_advance() {
    let fixture = Fixture::new();
    for limit in [None, Some(u64::MAX)] {
        let mut options = PipelineOptions::default().with_memory_limit(limit);
        options.chunk_blobs = usize::MAX;
        let out = fixture.out(&format!("out-{}", limit.is_some()));
        fixture.run(&out, &options).unwrap();
        assert!(pipeline(&options).verify(&out).unwrap().passed());
    }
}

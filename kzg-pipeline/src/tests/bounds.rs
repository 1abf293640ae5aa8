//! Manifests with very many lines: what is held at once has a bound.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::stages::convert::MANY_ENTRIES;

/// Counts the parts in which artefacts are verified.
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

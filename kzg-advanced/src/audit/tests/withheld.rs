//! The record of a call whose result is withheld because an earlier record of the call was lost.

use std::sync::Arc;

use kzg_testing::fake::Fake;
use kzg_testing::scripted::{Action, Scripted};
use kzg_traits::{Blob, ErrorKind, KzgSettings};

use super::failing_disk::{Disk, events, on};
use super::*;
use crate::resilience::EnterpriseKzgManager;

#[test]
fn a_withheld_result_is_recorded_as_a_failure() {
    let disk = Disk::default();
    let logger = on(&disk, OnAuditFailure::Stop);
    let first = Scripted::new(Arc::new(Fake::new("first"))).on(
        Operation::BlobToKzgCommitment,
        0,
        Action::fault(),
    );
    let manager = EnterpriseKzgManager::builder(Arc::new(first))
        .with_audit(logger)
        .build();
    // The record of the retry is lost, and the disk has space again for the next one.
    disk.state.lock().unwrap().failing_writes = vec![1];
    let withheld = manager.blob_to_kzg_commitment(&Blob::zeroed_on_heap());
    assert_eq!(withheld.unwrap_err().kind(), ErrorKind::Io);

    let kinds: Vec<AuditEventType> = events(&disk)
        .into_iter()
        .map(|event| event.event_type)
        .collect();
    assert_eq!(kinds, [AuditEventType::Gap, AuditEventType::Failure]);
}

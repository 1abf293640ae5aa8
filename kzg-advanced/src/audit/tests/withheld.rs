//! The record of a call whose result is withheld because an earlier record of the call was lost.

use std::sync::Arc;
use std::time::Duration;

use kzg_testing::fake::Fake;
use kzg_testing::scripted::{Action, Scripted};
use kzg_traits::{Blob, ErrorKind, KzgSettings};

use super::failing_disk::{Disk, journal};
use super::*;
use crate::resilience::EnterpriseKzgManager;

#[test]
fn a_withheld_result_is_recorded_as_a_failure() {
    let disk = Disk::default();
    let options = AuditOptions::default()
        .with_on_failure(OnAuditFailure::Stop)
        .with_loss_bound(1000, Duration::from_secs(3600));
    let logger = AuditLogger::start(journal(&disk, options), None).unwrap();
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

    let bytes = disk.state.lock().unwrap().bytes.clone();
    let events = bytes.split(|&byte| byte == b'\n');
    let events = events.filter(|line| !line.is_empty());
    let kinds: Vec<AuditEventType> = events
        .map(|line| {
            serde_json::from_slice::<AuditEvent>(line)
                .unwrap()
                .event_type
        })
        .collect();
    assert_eq!(kinds, [AuditEventType::Gap, AuditEventType::Failure]);
}

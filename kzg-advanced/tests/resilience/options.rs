//! Options as parts of a configuration file.

use core::fmt::Debug;
use core::time::Duration;

use kzg_advanced::Operation;
use kzg_advanced::audit::{AuditOptions, OnAuditFailure, OnReplaced};
use kzg_advanced::resilience::{
    AdmissionOptions, BreakerOptions, RecoveryPolicy, RecoveryStrategy, WorkerOptions,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Checks that a value survives its JSON form, that a part of the form is enough, and that a wrong
/// name is refused.
fn check<T: Serialize + DeserializeOwned + Default + PartialEq + Debug>(value: &T) {
    let json = serde_json::to_string(value).expect("options have a JSON form");
    let read: T = serde_json::from_str(&json).expect(&json);
    assert_eq!(&read, value);
    let default: T = serde_json::from_str("{}").expect("every field has a default");
    assert_eq!(default, T::default());
    assert!(serde_json::from_str::<T>(r#"{"no_such_field": 1}"#).is_err());
}

#[test]
fn options_survive_their_json_form() {
    check(&BreakerOptions::default());
    check(&BreakerOptions::default().with_threshold(3, Duration::from_millis(1500)));
    check(&WorkerOptions::new(3, 7).with_abandoned(2));
    check(&AdmissionOptions::default());
    check(
        &AdmissionOptions::default()
            .with_concurrency(2, 5)
            .with_bytes(1 << 20),
    );
    let retry = RecoveryStrategy::Retry {
        max_attempts: 3,
        delay: Duration::from_millis(10),
    };
    check(
        &RecoveryPolicy::default()
            .with_default(RecoveryStrategy::FailFast)
            .with_strategy(Operation::BlobToKzgCommitment, retry),
    );
    let mut audit = AuditOptions::default().with_on_failure(OnAuditFailure::Continue);
    audit.on_replaced = OnReplaced::Fail;
    check(&audit);
}

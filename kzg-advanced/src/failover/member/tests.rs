//! The costs that a member records.

use core::time::Duration;
use std::sync::Arc;

use kzg_testing::fake::Fake;
use kzg_testing::scripted::{Action, Scripted};
use kzg_traits::{Blob, KzgCommitment, KzgSettings, Operation};

use super::{ChainOptions, Member, Plan};
use crate::failover::{BreakerOptions, BreakerOutcome, MonotonicClock, RecoveryPolicy};
use crate::layer::{OwnedWork, Ownership, Request, Trace, call};

const COMMIT: Operation = Operation::BlobToKzgCommitment;
const DELAY: Duration = Duration::from_millis(10);
/// The time that a call may take at worst where no time is known.
const UNKNOWN: Duration = Duration::from_secs(1);

fn commit(settings: &dyn KzgSettings) -> kzg_traits::error::Result<KzgCommitment> {
    settings.blob_to_kzg_commitment(&Blob::zeroed_on_heap())
}

/// The time that a call may take at worst after one call that took [`DELAY`], with and without a
/// deadline.
fn known_after(plan: impl Fn() -> Plan) -> [Duration; 2] {
    [
        Request::default(),
        Request::default().with_timeout(60 * DELAY),
    ]
    .map(|request| {
        let slow =
            Scripted::new(Arc::new(Fake::new("slow"))).otherwise(|_, _| Action::delay(DELAY));
        let common = ChainOptions {
            breakers: BreakerOptions::default(),
            clock: &(Arc::new(MonotonicClock::default()) as _),
            listener: None,
            abandoned: 1,
        };
        let member = Member::new(Arc::new(slow), None, &common);
        let (trace, work) = (Trace::default(), OwnedWork::opaque(&[], commit));
        let call = crate::layer::Call {
            ownership: Ownership::Owned(&work),
            ..call(COMMIT, &request, &trace)
        };
        let (result, permit) = member.run(&call, &*work.job, plan()).into_parts();
        assert!(result.is_ok());
        permit.expect("a permit").settle(BreakerOutcome::Success);
        member.record.costs.at_worst(COMMIT, 1)
    })
}

#[test]
fn the_time_of_a_verification_is_not_that_of_the_operation() {
    let policy = RecoveryPolicy::default();
    for known in known_after(|| Plan::to_answer(&policy, COMMIT, 1)) {
        assert!(known >= 2 * DELAY && known != UNKNOWN, "{known:?}");
    }
    for known in known_after(|| Plan::to_confirm(1)) {
        assert!(known >= 2 * DELAY && known != UNKNOWN, "{known:?}");
    }
    assert_eq!(known_after(|| Plan::to_verify(1)), [UNKNOWN; 2]);
}

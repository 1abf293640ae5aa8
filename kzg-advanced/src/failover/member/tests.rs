//! The costs that a member records.

use core::time::Duration;
use std::sync::Arc;
use std::thread;

use kzg_testing::fake::Fake;
use kzg_testing::scripted::{Action, Gate, Scripted, eventually};
use kzg_traits::{Blob, KzgCommitment, KzgSettings, Operation};

use super::{ChainOptions, Member, Plan};
use crate::failover::costs::Work;
use crate::failover::{
    BreakerOptions, BreakerOutcome, BreakerState, MonotonicClock, RecoveryPolicy,
};
use crate::layer::{OwnedWork, Ownership, Request, Trace, call};

const COMMIT: Operation = Operation::BlobToKzgCommitment;
const DELAY: Duration = Duration::from_millis(10);
/// The time that a call may take at worst where no time is known.
const UNKNOWN: Duration = Duration::from_secs(1);
/// A time that no call of these tests takes.
const LONG: Duration = Duration::from_secs(20);

fn commit(settings: &dyn KzgSettings) -> kzg_traits::error::Result<KzgCommitment> {
    settings.blob_to_kzg_commitment(&Blob::zeroed_on_heap())
}

/// A member with one backend, whose calls follow a script.
fn member(script: impl Fn(Operation, usize) -> Action + Send + Sync + 'static) -> Member {
    let scripted = Scripted::new(Arc::new(Fake::new("scripted"))).otherwise(script);
    let common = ChainOptions {
        breakers: BreakerOptions::default().with_threshold(1, LONG),
        clock: &(Arc::new(MonotonicClock::default()) as _),
        listener: None,
        abandoned: 1,
    };
    Member::new(Arc::new(scripted), None, &common)
}

/// Makes a call by a plan, and settles its permit.
fn run(member: &Member, request: &Request, plan: Plan) -> kzg_traits::error::Result<()> {
    let (trace, work) = (Trace::default(), OwnedWork::opaque(&[], commit));
    let call = crate::layer::Call {
        ownership: Ownership::Owned(&work),
        ..call(COMMIT, request, &trace)
    };
    let (result, permit) = member.run(&call, &*work.job, plan).into_parts();
    if let Some(permit) = permit {
        permit.settle(BreakerOutcome::Success);
    }
    result.map(drop)
}

/// The times that the operation and its verification may take at worst after one call that took
/// [`DELAY`], with and without a deadline.
fn known_after(plan: impl Fn() -> Plan) -> [[Duration; 2]; 2] {
    [Request::default(), Request::default().with_timeout(LONG)].map(|request| {
        let member = member(|_, _| Action::delay(DELAY));
        assert_eq!(run(&member, &request, plan()), Ok(()));
        let costs = &member.record.costs;
        [Work::Operation, Work::Verification].map(|work| costs.at_worst(COMMIT, work, 1))
    })
}

#[test]
fn the_time_of_a_verification_is_not_that_of_the_operation() {
    let is_known = |known: Duration| known >= 2 * DELAY && known != UNKNOWN;
    let policy = RecoveryPolicy::default();
    for [own, verification] in known_after(|| Plan::to_answer(&policy, COMMIT, 1)) {
        assert!(is_known(own) && verification == UNKNOWN, "{own:?}");
    }
    for [own, verification] in known_after(|| Plan::to_confirm(1)) {
        assert!(is_known(own) && verification == UNKNOWN, "{own:?}");
    }
    for [own, verification] in known_after(|| Plan::to_verify(1)) {
        assert!(own == UNKNOWN && is_known(verification), "{verification:?}");
    }
}

/// A verification is judged by the cost of verifications, also where the member only verifies.
#[test]
fn a_verification_that_is_known_to_be_slow_opens_no_breaker() {
    let gate = Gate::default();
    let held = gate.clone();
    let member = member(move |_, _| Action::hang(&held));
    let costs = &member.record.costs;
    costs.record(COMMIT, Work::Verification, 1, LONG);
    let soon = Request::default().with_timeout(Duration::from_millis(100));
    eventually(LONG, || {
        assert!(run(&member, &soon, Plan::to_verify(1)).is_err());
        member.abandoned() == 1
    });
    // Past the time that a call may take whose cost is not known.
    thread::sleep(UNKNOWN + UNKNOWN / 2);
    member.record.count_overdue(COMMIT);
    assert_eq!(member.breaker(COMMIT).state(), BreakerState::Closed);
    gate.open();
    eventually(LONG, || member.abandoned() == 0);
    assert_eq!(member.breaker(COMMIT).state(), BreakerState::Closed);
}

//! Asking a second backend, comparing, and deciding which backend is wrong.

use kzg_traits::error::Result;
use kzg_traits::{Error, ErrorKind};

use super::options::{CrossCheckOptions, OnMismatch, ProofCheck, Sampler, Unconfirmed};
use super::verification::{Verdict, copied, is_admissible, verify};
use crate::backend_call::{panic_as_fault, traced};
use crate::cross_check::CrossCheck;
use crate::failover::{BreakerOutcome, Confirm, Member, Permit, Plan, Reply};
use crate::layer::{Boxed, Call, Evidence, Finding, Job, Judgement, Note, Ownership};

/// Has results confirmed before they are returned.
#[derive(Debug)]
pub(crate) struct CrossChecker {
    options: CrossCheckOptions,
    sampler: Sampler,
}

impl CrossChecker {
    pub(crate) fn new(options: CrossCheckOptions) -> Self {
        Self {
            options,
            sampler: Sampler::default(),
        }
    }

    /// Whether a result has to be confirmed. The result of a probe always has: its breaker may
    /// have been opened because of wrong bytes.
    fn wants(&self, is_probe: bool) -> bool {
        let picked = self.sampler.picks(self.options.mode);
        picked || (self.options.mode != CrossCheck::Off && is_probe)
    }
}

impl Confirm for CrossChecker {
    fn confirm(
        &self,
        members: &[Member],
        first: usize,
        call: &Call<'_>,
        job: &Job<'_>,
        reply: Reply<'_>,
    ) -> Result<Boxed> {
        let wanted = self.wants(reply.is_probe());
        let mut first = Opinion::of(&members[first], reply);
        if !wanted {
            return first.delivered();
        }
        let others = independent_of(members, first.member);
        let (second, findings, remaining) = match self.second(&others, call, job, &first) {
            Second::Confirms(name) => {
                call.trace.confirmed(name);
                return first.delivered();
            }
            Second::None(name, error) => {
                first.settle_unconfirmed();
                return match self.options.unconfirmed {
                    Unconfirmed::Deliver => first.value,
                    Unconfirmed::Withhold => {
                        if let Some(name) = name {
                            call.trace.answered(name);
                        }
                        Err(error)
                    }
                };
            }
            Second::Alarm(name, error) => {
                first.settle_unconfirmed();
                call.trace.answered(name);
                return Err(error);
            }
            Second::WithoutDigest(error) => {
                first.settle(BreakerOutcome::Neutral);
                return Err(error);
            }
            Second::Differs(second, findings, remaining) => (second, findings, remaining),
        };
        let remaining = independent_of(remaining.iter().copied(), second.member);
        let third = remaining
            .iter()
            .enumerate()
            .find_map(|(called, member)| opinion(member, call, job, remaining.len() - called));
        self.judge(call, first, second, findings, third)
    }
}

impl CrossChecker {
    /// The reply of the first other member that can answer.
    fn second<'m, 'o>(
        &self,
        others: &'o [&'m Member],
        call: &Call<'_>,
        job: &Job<'_>,
        first: &Opinion<'m>,
    ) -> Second<'m, 'o> {
        let mut unanswered = None;
        for (position, &member) in others.iter().enumerate() {
            let left = others.len() - position;
            if self.options.proofs == ProofCheck::Verify && verifies(member, call, first, left + 1)
            {
                return Second::Confirms(member.name());
            }
            let reply = member.run(call, job, Plan::to_confirm(left));
            match reply.error().map(Error::kind) {
                None | Some(ErrorKind::Input) => {
                    let mut second = Opinion::of(member, reply);
                    return match findings(first, &second) {
                        Ok([one, other]) if one == other => {
                            second.settle(BreakerOutcome::Success);
                            Second::Confirms(member.name())
                        }
                        Ok(findings) => Second::Differs(second, findings, &others[position + 1..]),
                        Err(error) => {
                            second.settle(BreakerOutcome::Neutral);
                            Second::WithoutDigest(error)
                        }
                    };
                }
                Some(kind) => {
                    let Err(error) = reply.into_parts().0 else {
                        continue;
                    };
                    if kind == ErrorKind::Integrity {
                        return Second::Alarm(member.name(), error);
                    }
                    unanswered.get_or_insert((member.name(), error));
                }
            }
        }
        match unanswered {
            Some((name, error)) => Second::None(Some(name), error),
            None => {
                let reason = format!("no second backend to confirm {}", call.operation);
                Second::None(None, Error::Busy { reason })
            }
        }
    }

    /// Decides between two opinions that differ, and raises the alarm.
    fn judge(
        &self,
        call: &Call<'_>,
        mut first: Opinion<'_>,
        mut second: Opinion<'_>,
        [of_first, of_second]: [Finding; 2],
        third: Option<Opinion<'_>>,
    ) -> Result<Boxed> {
        let third = third.and_then(|mut third| {
            // Without a digest, the third result decides nothing.
            let finding = third.finding().ok();
            let is_confirmed = finding
                .as_ref()
                .is_some_and(|finding| [&of_first, &of_second].contains(&finding));
            third.settle(match is_confirmed {
                true => BreakerOutcome::Success,
                false => BreakerOutcome::Neutral,
            });
            Some((third.member.name().to_owned(), finding?))
        });
        let first_is_right = match &third {
            // The right answer is a refusal, whichever backend gives it.
            _ if !is_admissible(call.operation, call.inputs) => {
                match (&first.value, &second.value) {
                    (Err(_), Ok(_)) => Some(true),
                    (Ok(_), Err(_)) => Some(false),
                    _ => None,
                }
            }
            Some((_, finding)) if *finding == of_first => Some(true),
            Some((_, finding)) if *finding == of_second => Some(false),
            Some(_) => None,
            // Each result is verified by the other backend. A refusal is never found wrong in
            // that way: a backend may accept a result that the input does not admit.
            None => match (
                accepts(second.member, call, &first, 2),
                accepts(first.member, call, &second, 1),
            ) {
                (Some(true), Some(false)) => Some(true),
                (Some(true), None) if second.value.is_ok() => Some(true),
                (Some(false), Some(true)) => Some(false),
                (None, Some(true)) if first.value.is_ok() => Some(false),
                _ => None,
            },
        };
        let judgement = match first_is_right {
            Some(true) => Judgement::Loser(second.member.name().to_owned()),
            Some(false) => Judgement::Loser(first.member.name().to_owned()),
            None => Judgement::Undecided,
        };
        let named = [(&first, of_first), (&second, of_second)];
        let named = named.map(|(opinion, finding)| (opinion.member.name().to_owned(), finding));
        let evidence = Evidence {
            operation: call.operation,
            input: call.input_digest(),
            findings: named.into_iter().chain(third).collect(),
            judgement,
        };
        let message = evidence.to_string();
        traced(|| tracing::error!(operation = %call.operation, "integrity: {message}"));
        #[cfg(feature = "metrics")]
        crate::backend_call::users_code("a metrics recorder", || {
            let operation = call.operation.name();
            metrics::counter!("kzg_integrity_mismatches_total", "operation" => operation)
                .increment(1);
        });
        call.trace.note(Note::Mismatch(evidence));

        let winner = match first_is_right {
            Some(true) => {
                second.lost(call);
                first
            }
            Some(false) => {
                first.lost(call);
                second
            }
            None => {
                first.settle(BreakerOutcome::Neutral);
                second.settle(BreakerOutcome::Neutral);
                return Err(Error::Integrity { message });
            }
        };
        let name = winner.member.name();
        let value = winner.delivered();
        match self.options.on_mismatch {
            OnMismatch::Withhold => Err(Error::Integrity { message }),
            OnMismatch::DeliverWinner => {
                call.trace.answered(name);
                value
            }
        }
    }
}

/// The opinion of a member: a value, or that the input is malformed.
struct Opinion<'m> {
    member: &'m Member,
    permit: Option<Permit<'m>>,
    value: Result<Boxed>,
}

impl<'m> Opinion<'m> {
    fn of(member: &'m Member, reply: Reply<'m>) -> Self {
        let (value, permit) = reply.into_parts();
        Self {
            member,
            permit,
            value,
        }
    }

    /// # Errors
    ///
    /// Of kind `Fault` if the digest panics: the digest of a caller's own type is code of the
    /// caller's. Such a result equals no other.
    fn finding(&self) -> Result<Finding> {
        match &self.value {
            Ok(value) => {
                let digest = || Ok(Finding::Result(value.digest()));
                panic_as_fault(|| "the result's digest".to_owned(), digest)
            }
            Err(error) => Ok(Finding::Refused(error.clone())),
        }
    }

    fn settle(&mut self, outcome: BreakerOutcome) {
        if let Some(permit) = self.permit.take() {
            permit.settle(outcome);
        }
    }

    /// Opens the breaker of the member, which computed wrong bytes, or refused well-formed input.
    fn lost(&mut self, call: &Call<'_>) {
        self.settle(BreakerOutcome::Neutral);
        self.member.breaker(call.operation).distrust();
    }

    /// Settles the permit where no other member has confirmed the value: see
    /// [`Permit::settle_unconfirmed`].
    fn settle_unconfirmed(&mut self) {
        if let Some(permit) = self.permit.take() {
            permit.settle_unconfirmed();
        }
    }

    /// The value, counted as a success of the member.
    fn delivered(mut self) -> Result<Boxed> {
        self.settle(BreakerOutcome::Success);
        self.value
    }
}

/// The reply of the second backend.
enum Second<'m, 'o> {
    Confirms(&'m str),
    /// The second backend's different result, the findings of the first and of the second backend,
    /// and the members that have not been called.
    Differs(Opinion<'m>, [Finding; 2], &'o [&'m Member]),
    /// One of the two results has no digest, so they cannot be compared.
    WithoutDigest(Error),
    /// The second backend returned an error of kind `Integrity`, which ends the call.
    Alarm(&'m str, Error),
    /// No member answered; the name and the error of the first one, if there is one.
    None(Option<&'m str>, Error),
}

/// The findings of two members.
fn findings(one: &Opinion<'_>, other: &Opinion<'_>) -> Result<[Finding; 2]> {
    Ok([one.finding()?, other.finding()?])
}

/// The members that are independent of a given one: those with another name.
fn independent_of<'m>(
    members: impl IntoIterator<Item = &'m Member>,
    one: &Member,
) -> Vec<&'m Member> {
    members
        .into_iter()
        .filter(|member| member.name() != one.name())
        .collect()
}

/// The opinion of a member, if it has one.
fn opinion<'m>(
    member: &'m Member,
    call: &Call<'_>,
    job: &Job<'_>,
    left: usize,
) -> Option<Opinion<'m>> {
    let reply = member.run(call, job, Plan::to_confirm(left));
    match reply.error().map(Error::kind) {
        None | Some(ErrorKind::Input) => Some(Opinion::of(member, reply)),
        Some(_) => None,
    }
}

/// Whether a member confirms another's value by verification, which is a success of the member. Any
/// other verdict says nothing about the member, which computes the value next.
fn verifies(member: &Member, call: &Call<'_>, opinion: &Opinion<'_>, left: usize) -> bool {
    let (verdict, permit) = verdict(member, call, opinion, left);
    let is_confirmed = verdict == Some(true);
    if let Some(permit) = permit {
        match is_confirmed {
            // The member has computed nothing that another one has confirmed.
            true => permit.settle_unconfirmed(),
            false => permit.settle(BreakerOutcome::Neutral),
        }
    }
    is_confirmed
}

/// Whether a member verifies another's value in a disagreement, which says nothing about the member;
/// `None` if the value cannot be verified, or not now.
fn accepts(member: &Member, call: &Call<'_>, opinion: &Opinion<'_>, left: usize) -> Option<bool> {
    let (verdict, permit) = verdict(member, call, opinion, left);
    if let Some(permit) = permit {
        permit.settle(BreakerOutcome::Neutral);
    }
    verdict
}

/// The verdict of a member on another's value, if there is one, and the permit that has yet to be
/// settled. `left` is the number of steps that still have to be made before the deadline.
fn verdict<'m>(
    member: &'m Member,
    call: &Call<'_>,
    opinion: &Opinion<'_>,
    left: usize,
) -> (Option<bool>, Option<Permit<'m>>) {
    let Ok(value) = &opinion.value else {
        return (None, None);
    };
    let (operation, inputs) = (call.operation, call.inputs);
    let value = &**value;
    // With a deadline the verification runs on a worker, over a copy of the value.
    let owned = call.owned_work().and_then(|work| {
        let value = copied(value)?;
        Some(work.with_job(move |settings, inputs| verify(settings, operation, inputs, &*value)))
    });
    let call = Call {
        ownership: owned.as_ref().map_or(Ownership::Borrowed, Ownership::Owned),
        ..*call
    };
    let job = |settings: &dyn kzg_traits::KzgSettings| verify(settings, operation, inputs, value);
    let reply = member.run(&call, &job, Plan::to_verify(left));
    let (result, permit) = reply.into_parts();
    let verdict = result.ok().and_then(|result| {
        let verdict: Box<dyn core::any::Any> = result;
        verdict.downcast::<Verdict>().ok()?.0
    });
    (verdict, permit)
}

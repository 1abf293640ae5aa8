//! Asking a second backend, comparing, and deciding who is right.

use kzg_traits::error::Result;
use kzg_traits::{Error, ErrorKind};

use super::evidence::{Evidence, Finding, Judgement};
use super::options::{CrossCheckOptions, OnMismatch, ProofCheck, Sampler, Unconfirmed};
use super::verification::verified;
use crate::cross_check::CrossCheck;
use crate::resilience::{Attempted, BreakerOutcome, Call, Job, Member, Note, Outcome};

/// Has results confirmed before they get out.
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

    /// Whether a result has to be confirmed. That of a probe always has: its breaker may have
    /// been opened because of wrong bytes.
    fn wants<T>(&self, attempted: &Attempted<'_, T>) -> bool {
        let picked = self.sampler.picks(self.options.mode);
        picked || (self.options.mode != CrossCheck::Off && attempted.is_probe())
    }

    /// Returns the value that member `first` computed once another confirms it, if it has to.
    pub(crate) fn confirm<'m, T: Outcome>(
        &self,
        members: &'m [Member],
        first: usize,
        call: &Call<'_>,
        job: &mut Job<'_, T>,
        attempted: Attempted<'m, T>,
        value: T,
    ) -> Result<T> {
        let mut first = Opinion {
            member: &members[first],
            attempted,
            value: Ok(value),
        };
        if !self.wants(&first.attempted) {
            first.attempted.settle();
            return first.value;
        }
        let others = others(members, first.member);
        let (second, remaining) = match self.second(&others, call, job, &first) {
            Second::Confirms(name) => {
                first.attempted.settle();
                call.trace.confirmed(name);
                return first.value;
            }
            Second::None(error) => {
                first.attempted.settle();
                return match self.options.unconfirmed {
                    Unconfirmed::Deliver => first.value,
                    Unconfirmed::Withhold => Err(error),
                };
            }
            Second::Alarm(error) => {
                first.attempted.settle();
                return Err(error);
            }
            Second::Differs(second, remaining) => (second, remaining),
        };
        let third = remaining
            .iter()
            .find_map(|member| opinion(member, call, job));
        self.judge(call, first, second, third)
    }

    /// What the first of the others that can answer says of the first opinion.
    fn second<'m, 'o, T: Outcome>(
        &self,
        others: &'o [&'m Member],
        call: &Call<'_>,
        job: &mut Job<'_, T>,
        first: &Opinion<'m, T>,
    ) -> Second<'m, 'o, T> {
        let mut unanswered = None;
        for (position, &member) in others.iter().enumerate() {
            if self.options.proofs == ProofCheck::Verify
                && accepts(member, call, first) == Some(true)
            {
                return Second::Confirms(member.name());
            }
            let mut attempted = member.run(call, job, 1, || {});
            match attempted.take_result() {
                Err(error) if error.kind() == ErrorKind::Integrity => {
                    return Second::Alarm(error);
                }
                Err(error) if error.kind() != ErrorKind::Input => {
                    unanswered.get_or_insert(error);
                }
                value => {
                    let second = Opinion {
                        member,
                        attempted,
                        value,
                    };
                    if second.finding() == first.finding() {
                        second.agreed();
                        return Second::Confirms(member.name());
                    }
                    return Second::Differs(second, &others[position + 1..]);
                }
            }
        }
        Second::None(unanswered.unwrap_or_else(|| Error::Busy {
            reason: format!("no second backend to confirm {}", call.operation),
        }))
    }

    /// Decides between two opinions that differ, and raises the alarm.
    fn judge<T: Outcome>(
        &self,
        call: &Call<'_>,
        mut first: Opinion<'_, T>,
        mut second: Opinion<'_, T>,
        third: Option<Opinion<'_, T>>,
    ) -> Result<T> {
        let mut findings = vec![first.named_finding(), second.named_finding()];
        let first_is_right = match third {
            Some(third) => {
                let finding = third.finding();
                findings.push(third.named_finding());
                third.agreed();
                if finding == first.finding() {
                    Some(true)
                } else if finding == second.finding() {
                    Some(false)
                } else {
                    None
                }
            }
            // Each result is put before the other backend.
            None => match (
                accepts(second.member, call, &first),
                accepts(first.member, call, &second),
            ) {
                (Some(true), Some(false) | None) => Some(true),
                (Some(false) | None, Some(true)) => Some(false),
                _ => None,
            },
        };
        let judgement = match first_is_right {
            Some(true) => Judgement::Loser(second.member.name().to_owned()),
            Some(false) => Judgement::Loser(first.member.name().to_owned()),
            None => Judgement::Undecided,
        };
        let evidence = Evidence {
            operation: call.operation,
            input: call.input_digest(),
            findings,
            judgement,
        };
        let message = evidence.to_string();
        tracing::error!(operation = %call.operation, "integrity: {message}");
        #[cfg(feature = "metrics")]
        metrics::counter!("kzg_integrity_mismatches_total", "operation" => call.operation.name())
            .increment(1);
        call.trace.note(Note::Mismatch(evidence));

        let winner = match first_is_right {
            Some(true) => {
                second.lost(call);
                first.attempted.settle();
                first
            }
            Some(false) => {
                first.lost(call);
                second.attempted.settle();
                second
            }
            None => {
                first.attempted.settle_as(BreakerOutcome::Neutral);
                second.attempted.settle_as(BreakerOutcome::Neutral);
                return Err(Error::Integrity { message });
            }
        };
        match self.options.on_mismatch {
            OnMismatch::Withhold => Err(Error::Integrity { message }),
            OnMismatch::DeliverWinner => {
                call.trace.answered(winner.member.name());
                winner.value
            }
        }
    }
}

/// What a member found: a value, or that the input is malformed.
struct Opinion<'m, T> {
    member: &'m Member,
    attempted: Attempted<'m, T>,
    value: Result<T>,
}

impl<T: Outcome> Opinion<'_, T> {
    fn finding(&self) -> Finding {
        match &self.value {
            Ok(value) => Finding::Result(value.digest()),
            Err(error) => Finding::Refused(error.clone()),
        }
    }

    fn named_finding(&self) -> (String, Finding) {
        (self.member.name().to_owned(), self.finding())
    }

    /// The member computed wrong bytes, or refused what is well formed: its breaker opens.
    fn lost(&mut self, call: &Call<'_>) {
        self.attempted.settle_as(BreakerOutcome::Neutral);
        let breaker = self.member.breaker(call.operation);
        breaker.record(BreakerOutcome::Fatal);
    }

    /// Nothing is held against the member.
    fn agreed(mut self) {
        self.attempted.settle();
    }
}

/// What the second backend says.
enum Second<'m, 'o, T> {
    Confirms(&'m str),
    /// Its opinion, and those who have not been asked yet.
    Differs(Opinion<'m, T>, &'o [&'m Member]),
    /// It found wrong bytes of its own, which nobody may overlook.
    Alarm(Error),
    /// None could be asked; why the first of them could not.
    None(Error),
}

/// The members that are independent of one: those of another name.
fn others<'m>(members: &'m [Member], one: &Member) -> Vec<&'m Member> {
    members
        .iter()
        .filter(|member| member.name() != one.name())
        .collect()
}

/// What a member finds, if it can be asked.
fn opinion<'m, T: Outcome>(
    member: &'m Member,
    call: &Call<'_>,
    job: &mut Job<'_, T>,
) -> Option<Opinion<'m, T>> {
    let mut attempted = member.run(call, job, 1, || {});
    match attempted.take_result() {
        Err(error) if error.kind() != ErrorKind::Input => None,
        value => Some(Opinion {
            member,
            attempted,
            value,
        }),
    }
}

/// Whether a member verifies another's value; `None` if it cannot be verified, or not now.
fn accepts<T: Outcome>(member: &Member, call: &Call<'_>, opinion: &Opinion<'_, T>) -> Option<bool> {
    let value = opinion.value.as_ref().ok()?;
    let mut verifiable = true;
    let mut attempted = member.run(
        call,
        &mut |settings| match verified(settings, call, value) {
            Some(verdict) => verdict,
            None => {
                verifiable = false;
                Ok(false)
            }
        },
        1,
        || {},
    );
    let verdict = attempted.take_result();
    attempted.settle_as(BreakerOutcome::Neutral);
    verdict.ok().filter(|_| verifiable)
}

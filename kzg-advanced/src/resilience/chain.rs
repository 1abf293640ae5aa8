//! Backends in order: the first that answers wins, and others may have to agree.

use std::sync::Arc;

use kzg_traits::error::Result;
use kzg_traits::{Error, ErrorKind, Operation};

use super::call::Call;
use super::dispatch::{Dispatch, Job};
use super::member::Member;
use super::outcome::Outcome;
use super::policy::{Reaction, RecoveryPolicy, RecoveryStrategy};
use super::provenance::Note;
use crate::cross_check::CrossChecker;

/// Asks backends in order until one answers.
#[derive(Debug)]
pub(crate) struct Chain {
    members: Vec<Member>,
    policy: Arc<RecoveryPolicy>,
    cross_check: CrossChecker,
}

impl Chain {
    /// # Panics
    ///
    /// If there is no member.
    pub(crate) fn new(
        members: Vec<Member>,
        policy: Arc<RecoveryPolicy>,
        cross_check: CrossChecker,
    ) -> Self {
        assert!(!members.is_empty(), "a chain has a primary");
        Self {
            members,
            policy,
            cross_check,
        }
    }

    pub(crate) fn members(&self) -> &[Member] {
        &self.members
    }

    /// The positions of the members in the order in which they are asked.
    fn order(&self, call: &Call<'_>) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.members.len()).collect();
        match self.policy.strategy(call.operation) {
            Some(RecoveryStrategy::FailFast) => order.truncate(1),
            Some(RecoveryStrategy::Fallback { alternative }) => {
                order[1..].sort_by_key(|&member| self.members[member].name() != alternative);
            }
            _ => {}
        }
        order
    }
}

impl Dispatch for Chain {
    fn backend(&self) -> &str {
        self.members[0].name()
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        self.members[0].items_per_call(operation)
    }

    fn dispatch<T: Outcome>(&self, call: &Call<'_>, job: &mut Job<'_, T>) -> Result<T> {
        let attempts = self.policy.attempts_per_backend(call.operation);
        let order = self.order(call);
        let mut first_error: Option<Error> = None;
        for (position, &index) in order.iter().enumerate() {
            let member = &self.members[index];
            let mut attempted = member.run(call, job, attempts, || {
                call.trace.asked(member.name(), call.service);
            });
            let error = match attempted.take_result() {
                Ok(value) => {
                    return self.cross_check.confirm(
                        &self.members,
                        index,
                        call,
                        job,
                        attempted,
                        value,
                    );
                }
                Err(error) => error,
            };
            if !Reaction::to(error.kind()).next_backend {
                return Err(error);
            }
            if let Some(&next) = order.get(position + 1) {
                let next = self.members[next].name();
                tracing::warn!(from = member.name(), to = next, operation = %call.operation, %error, "fallback");
                call.trace.note(Note::Fallback {
                    from: member.name().to_owned(),
                    to: next.to_owned(),
                    error: error.clone(),
                });
            }
            // That a backend is busy says less than that another one failed.
            if first_error
                .as_ref()
                .is_none_or(|first| first.kind() == ErrorKind::Busy)
            {
                first_error = Some(error);
            }
        }
        Err(first_error.expect("a chain has a primary, and it gave no answer"))
    }

    fn release_tables(&self) {
        self.members.iter().for_each(Member::release_tables);
    }
}

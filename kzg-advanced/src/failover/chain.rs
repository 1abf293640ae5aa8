//! Calls backends in order until one answers. Other backends may have to confirm the answer.

use core::fmt::Debug;
use std::sync::Arc;

use kzg_traits::error::Result;
use kzg_traits::{Error, ErrorKind, Operation};

use super::member::{Member, Plan, Reply};
use super::policy::{Reaction, RecoveryPolicy, RecoveryStrategy};
use crate::backend_call::traced;
use crate::layer::{Boxed, Call, Job, Layer, Note};

/// Calls backends in order until one answers.
#[derive(Debug)]
pub(crate) struct Chain {
    members: Vec<Member>,
    policy: Arc<RecoveryPolicy>,
    confirm: Box<dyn Confirm>,
}

/// The last step of a chain: has an answer confirmed by other backends, or lets it pass.
pub(crate) trait Confirm: Debug + Send + Sync {
    /// Settles and returns the reply of member `first`: after the confirmation, or at once if none
    /// is required. The reply is a value, or a refusal of the input.
    fn confirm(
        &self,
        members: &[Member],
        first: usize,
        call: &Call<'_>,
        job: &Job<'_>,
        reply: Reply<'_>,
    ) -> Result<Boxed>;
}

impl Chain {
    /// # Panics
    ///
    /// If there is no member.
    pub(crate) fn new(
        members: Vec<Member>,
        policy: Arc<RecoveryPolicy>,
        confirm: Box<dyn Confirm>,
    ) -> Self {
        assert!(!members.is_empty(), "a chain has a primary");
        Self {
            members,
            policy,
            confirm,
        }
    }

    pub(crate) fn members(&self) -> &[Member] {
        &self.members
    }

    /// The member of a name.
    pub(crate) fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name() == name)
    }

    /// The positions of the members in the order in which they are called.
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

/// An error of a member, with which the call may end.
struct Failure {
    error: Error,
    /// The backend that was called; `None` if the member's breaker was open.
    backend: Option<String>,
}

impl Failure {
    /// Orders errors by their information. `Busy` is the least informative error, above all that
    /// of a backend that was not called. Of several errors of one rank, the last is returned.
    fn rank(&self) -> (bool, bool) {
        (self.error.kind() != ErrorKind::Busy, self.backend.is_some())
    }
}

impl Layer for Chain {
    fn inner(&self) -> Option<&dyn Layer> {
        None
    }

    fn dispatch(&self, call: &Call<'_>, job: &Job<'_>) -> Result<Boxed> {
        let order = self.order(call);
        let mut failure: Option<Failure> = None;
        for (position, &index) in order.iter().enumerate() {
            let member = &self.members[index];
            let plan = Plan::to_answer(&self.policy, call.operation, order.len() - position);
            let attempts = call.trace.attempts();
            let reply = member.run(call, job, plan);
            let error = match reply.error() {
                Some(error) if error.kind() != ErrorKind::Input => error.clone(),
                _ => return self.confirm.confirm(&self.members, index, call, job, reply),
            };
            if reply.ends_the_call() || !Reaction::to(error.kind()).next_backend {
                return Err(error);
            }
            if let Some(&next) = order.get(position + 1) {
                call.check()?;
                let next = self.members[next].name();
                traced(|| {
                    tracing::warn!(from = member.name(), to = next, operation = %call.operation, %error, "fallback");
                });
                call.trace.note(Note::Fallback {
                    from: member.name().to_owned(),
                    to: next.to_owned(),
                    error: error.clone(),
                });
            }
            let latest = Failure {
                error,
                backend: (call.trace.attempts() > attempts)
                    .then(|| call.trace.provenance().backend),
            };
            failure = match failure {
                Some(earlier) if earlier.rank() > latest.rank() => Some(earlier),
                _ => Some(latest),
            };
        }
        let failure = failure.expect("a chain has a primary, and it gave no answer");
        if let Some(backend) = &failure.backend {
            call.trace.answered(backend);
        }
        Err(failure.error)
    }

    fn backend(&self) -> &str {
        self.members[0].name()
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        self.members[0].items_per_call(operation)
    }

    fn tables_memory(&self) -> usize {
        self.members.iter().map(Member::tables_memory).sum()
    }

    fn release_tables(&self) {
        self.members.iter().for_each(Member::release_tables);
    }
}

//! Verifications that share a call.

use std::sync::Arc;
use std::time::Instant;

use super::Shared;
use crate::backend_call::whole_error;
use crate::concurrent::gathering::{self, Room};
use crate::concurrent::queued::QueuedTask;
use crate::concurrent::task::KzgResult;

impl Shared {
    /// Takes the waiting verifications that share a call with `task`.
    pub(super) fn gather(&self, number: u64, task: &Arc<QueuedTask>) -> Vec<Arc<QueuedTask>> {
        let Some(mut room) = Room::beside(&task.task, self.gathered_items) else {
            return Vec::new();
        };
        let queue = task.submission.priority.lane() as usize;
        self.pool.roster().take_many_in_between(queue, |lanes| {
            lanes.gather(number, task, |waiting| room.admits(&waiting.task))
        })
    }

    /// As [`perform`](Self::perform), for a task and those that share its call.
    pub(super) fn perform_together(
        &self,
        number: u64,
        task: &Arc<QueuedTask>,
        gathered: Vec<Arc<QueuedTask>>,
        begun: Instant,
    ) {
        let mut tasks = vec![Arc::clone(task)];
        tasks.extend(gathered);
        tasks.retain(|task| !self.answer_stopped(number, task));
        if tasks.is_empty() {
            return;
        }
        if tasks.len() > 1 {
            self.pool.roster().with(|lanes| {
                let (calls, members) = &mut lanes.summary.gathered;
                *calls += 1;
                *members += tasks.len();
            });
        }
        let settings = self.settings_for(&tasks);
        let verdicts = gathering::verify(&tasks, &*settings);
        for (task, verdict) in tasks.iter().zip(verdicts) {
            let result = KzgResult::Verification {
                id: task.label.id,
                result: verdict.map_err(whole_error(&*settings, task.label.operation)),
            };
            self.settle_performed(number, task, begun, result);
        }
    }
}

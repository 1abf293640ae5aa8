//! Streams of items, with a result for each in the same order.

use std::sync::Arc;
use std::time::Instant;

use futures_util::stream::{BoxStream, Stream, StreamExt};
use kzg_advanced::Blob;
use tonic::Status;

use super::body::MessageMemory;
use super::convert::{FromOperationResponse, ToOperationRequest};
use super::{proto, status};
use crate::problem::{Class, Problem};
use crate::service::Service;
use crate::wire::operation::OperationRequest;

/// The results of a stream.
pub(super) type Items = BoxStream<'static, Result<proto::ItemAnswer, Status>>;

/// Computes with several items of a stream at the same time. A malformed item has a result of its
/// own; another problem ends the stream. The deadline is that of the whole stream.
pub(super) fn answers<M: ToOperationRequest + Send + 'static>(
    service: &Arc<Service>,
    items: impl Stream<Item = Result<M, Status>> + Send + 'static,
    memory: MessageMemory,
    window: usize,
    deadline: Option<Instant>,
    of_blob: fn(Arc<Blob>) -> OperationRequest,
) -> Items {
    let service = Arc::clone(service);
    let results = items.map(move |item| {
        let service = Arc::clone(&service);
        // The memory of an item is taken before the next message is read.
        let memory = memory.take().map_err(|problem| status::of(&problem));
        async move {
            let (item, memory) = (item?, memory?);
            let call = item.to_operation_request(of_blob);
            drop(item);
            let call = match call {
                Ok(call) => call,
                Err(error) => return Ok(Err(Problem::from(error))),
            };
            let deadline = service.deadline_of_item(deadline);
            match service.spawn_call(call, deadline, memory.into()).await {
                Err(problem) if problem.class != Class::Input => Err(status::of(&problem)),
                result => Ok(result),
            }
        }
    });
    let results = results.buffered(window).enumerate();
    let answers = results.map(|(index, result)| match result? {
        Ok(answer) => proto::ItemAnswer::of(answer).map_err(|problem| status::of(&problem)),
        Err(problem) => Ok(proto::ItemAnswer::malformed(index as u64, problem)),
    });
    answers.boxed()
}

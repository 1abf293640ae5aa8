//! Streams of items, with a result for each in the same order.

use core::time::Duration;
use std::sync::Arc;

use futures_util::stream::{BoxStream, StreamExt};
use kzg_advanced::Blob;
use tonic::{Status, Streaming};

use super::convert::{FromOperationResponse, ToOperationRequest};
use super::{proto, status};
use crate::problem::{Class, Problem};
use crate::service::{Admission, Service};
use crate::wire::operation::{OperationRequest, OperationResponse};

/// The results of a stream.
pub(super) type Items = BoxStream<'static, Result<proto::ItemAnswer, Status>>;

/// Computes with several items of a stream at the same time. A malformed item has a result of its
/// own; another problem ends the stream.
pub(super) fn answers<M: ToOperationRequest + Send + 'static>(
    service: &Arc<Service>,
    items: Streaming<M>,
    window: usize,
    timeout: Option<Duration>,
    of_blob: fn(Arc<Blob>) -> OperationRequest,
) -> Items {
    // Memory for an item is there before the next is read.
    let reader = Arc::clone(service);
    let items = items.then(move |item| {
        let service = Arc::clone(&reader);
        async move {
            let item = item?;
            let mut reservation = service.budget().reservation();
            let bytes = item.bytes();
            let grown = service.grow(&mut reservation, bytes, bytes).await;
            grown.map_err(|problem| status::of(&problem))?;
            Ok::<_, Status>((item, reservation))
        }
    });
    let service = Arc::clone(service);
    let results = items.map(move |item| {
        let service = Arc::clone(&service);
        async move {
            let (item, reservation) = item?;
            let call = item.to_operation_request(of_blob);
            drop(item);
            let call = match call {
                Ok(call) => call,
                Err(error) => return Ok(Err(Problem::from(error))),
            };
            let deadline = service.deadline(timeout);
            let result: Result<OperationResponse, Problem> = service
                .call(call, deadline, Admission::OfStream, reservation.into())
                .await;
            match result {
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

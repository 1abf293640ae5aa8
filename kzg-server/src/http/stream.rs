//! Streamed requests: items are read as they arrive, and their results sent in the same order.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};

use super::body::{AnswerBody, Item, Items};
use super::media::Form;
use crate::bulk::Bulk;
use crate::owed::Owed;
use crate::problem::{BoxError, Class, Problem};
use crate::service::Service;
use crate::wire::operation::OperationResponse;

/// The results of a stream, in the order of its items. An error ends the stream: a part of the body
/// could not be read, or a call failed.
pub(crate) type Results = BoxStream<'static, Result<ItemResult, Problem>>;

/// The result of an item. An error is that of a malformed item.
pub(crate) type ItemResult = Result<OperationResponse, Problem>;

/// Reads the items of a body and computes with several of them at the same time. The deadline is that of the whole stream.
pub(crate) fn results(
    service: &Arc<Service>,
    bulk: Bulk,
    body: Incoming,
    deadline: Option<Instant>,
) -> Results {
    let owed = Owed::new();
    let items = Items::new(service, body, bulk.item_length(), deadline, &owed);
    let items = stream::unfold(Some(items), |items| async {
        let mut items = items?;
        match items.next().await {
            Ok(Some(last @ Item::Short(_))) => Some((Ok(last), None)),
            Ok(Some(item)) => Some((Ok(item), Some(items))),
            Ok(None) => None,
            Err(problem) => Some((Err(problem), None)),
        }
    });
    let (service, begun) = (Arc::clone(service), Arc::clone(&owed));
    let computed = items.map(move |item| {
        begun.begin();
        let service = Arc::clone(&service);
        async move {
            let (item, memory) = match item? {
                Item::Whole(item, reservation) => (item, reservation.into()),
                Item::Short(problem) => return Ok(Err(problem)),
            };
            let call = bulk.call(&item);
            drop(item);
            let deadline = service.deadline_of_item(deadline);
            match service.spawn_call(call, deadline, memory).await {
                Err(problem) if problem.class != Class::Input => Err(problem),
                result => Ok(result),
            }
        }
    });
    let results = computed.buffered(bulk.window());
    results.inspect(move |_| owed.hand_out()).boxed()
}

/// The answer with the results. It begins when the first result is there, so that a problem which
/// concerns the whole request has its status. A later one ends the answer early, without the end
/// of its form, so that the client notices that results are missing.
///
/// # Errors
///
/// The problem of reading the first item, or of its call, unless the item is malformed.
pub(crate) async fn answer(
    bulk: Bulk,
    form: Form,
    mut results: Results,
) -> Result<AnswerBody, Problem> {
    let first = match results.next().await {
        Some(Err(problem)) => return Err(problem),
        first => first,
    };
    let results = stream::iter(first).chain(results).enumerate();
    let pieces = results.map(move |(index, result)| match form {
        Form::Raw => bulk.raw(result?),
        Form::Json => {
            let mut text = if index == 0 { Vec::new() } else { vec![b','] };
            text.extend_from_slice(&Bulk::json(index as u64, result?));
            Ok(text.into())
        }
    });
    let (before, after): (&'static [u8], &'static [u8]) = match form {
        Form::Raw => (b"", b""),
        Form::Json => (b"{\"output\":[", b"]}"),
    };
    let fixed = |bytes: &'static [u8]| stream::iter([Ok(Bytes::from_static(bytes))]);
    let pieces = fixed(before).chain(pieces).chain(fixed(after));
    let frames = pieces.map(|piece| match piece {
        Ok(bytes) => Ok(Frame::data(bytes)),
        Err(problem) => Err(BoxError::from(problem)),
    });
    Ok(StreamBody::new(frames).boxed_unsync())
}

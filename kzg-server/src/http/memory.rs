//! The memory that requests take beside their heads and bodies.

use kzg_advanced::Blob;

use super::media::Form;
use crate::admission::REQUEST;
use crate::bulk::Bulk;
use crate::bundle::{BundleForm, BundleInput};
use crate::wire::handler::HANDLERS;

/// The memory of the inputs of a body of `length` bytes. They exist beside the body until it is read. A list of
/// many short strings takes more.
pub(super) fn of_inputs(form: Form, length: usize) -> usize {
    match form {
        Form::Raw => length,
        Form::Json => length / 2,
    }
}

/// The memory of the bundle of a body of `length` bytes, while the bundle is made.
pub(super) fn of_bundle(input: BundleInput, form: BundleForm, length: usize) -> usize {
    let blobs = length.div_ceil(input.blob_length());
    blobs.saturating_mul(form.memory())
}

/// The least memory for requests, which has room for one call of each kind.
pub(crate) fn least() -> usize {
    let calls = HANDLERS.iter().map(|handler| {
        let length = handler.least_json_length();
        length + of_inputs(Form::Json, length)
    });
    let items = Bulk::ALL.iter().map(|bulk| bulk.item_length());
    let forms = [BundleForm::V1, BundleForm::V2, BundleForm::Cells];
    let bundles =
        forms.map(|form| Blob::LENGTH + of_bundle(BundleInput::Blobs, form, Blob::LENGTH));
    let most = calls.chain(items).chain(bundles).max();
    REQUEST + most.unwrap_or(0)
}

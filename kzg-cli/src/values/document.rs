//! JSON documents of any kind, as trees of bounded size.

use kzg_pipeline::formats::{self, FormatError};
use serde_json::Value;

/// Reads a whole document, which no format refuses: its values are not too many, and no object has a
/// key twice.
pub(crate) fn read(content: &[u8]) -> Result<Value, FormatError> {
    let text = formats::checked_json(content)?;
    Ok(serde_json::from_slice(text)?)
}

/// The reason why a well-formed document is refused; `None` for an error about a text that is no
/// document.
pub(crate) fn refusal(error: &FormatError) -> Option<&serde_json::Error> {
    match error {
        FormatError::Json(reason) if reason.is_data() => Some(reason),
        _ => None,
    }
}

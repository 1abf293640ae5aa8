//! Transactions and sidecars that are given as hexadecimal digits, alone or in a JSON-RPC document.

use std::borrow::Cow;

use super::super::hex::{BYTE_ORDER_MARK, resembles_hex};
use super::super::json::Json;
use super::BLOB_TRANSACTION;

/// The text in a JSON-RPC request that sends a transaction, or in the response to a request for one.
fn text_in_json_rpc<'j>(json: &'j Json<'_>) -> Option<&'j str> {
    let result = json.get("result");
    match result.or_else(|| json.get("params")?.first())? {
        Json::Text(text) => Some(text),
        _ => None,
    }
}

/// The bytes of a document, whose hexadecimal digits may be given instead. Those of a transaction
/// may be part of a JSON-RPC request or response. They are owned if digits were decoded.
pub(super) fn bytes(content: &[u8], with_transaction: bool) -> Cow<'_, [u8]> {
    let bytes = if with_transaction
        && Json::begins(content)
        && let Ok(json) = Json::parse(content)
        && let Some(text) = text_in_json_rpc(&json)
    {
        from_digits(text.as_bytes())
    } else {
        from_digits(content)
    };
    bytes.map_or(Cow::Borrowed(content), Cow::Owned)
}

/// The bytes of hexadecimal digits; `None` for something else.
fn from_digits(content: &[u8]) -> Option<Vec<u8>> {
    // Neither a blob transaction nor a list begins with a byte that a text begins with.
    if !resembles_hex(content) {
        return None;
    }
    let digits = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
    let quoted = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'');
    let digits: Vec<u8> = digits
        .iter()
        .copied()
        .filter(|byte| !quoted(byte))
        .collect();
    let digits = digits
        .strip_prefix(b"0x")
        .or_else(|| digits.strip_prefix(b"0X"))
        .unwrap_or(&digits);
    // The other first bytes are neither those of a blob transaction nor of a long list or string.
    let mut first = [0];
    hex::decode_to_slice(digits.first_chunk::<2>()?, &mut first).ok()?;
    let is_known = matches!(first[0], BLOB_TRANSACTION | 0xb8..=0xbf | 0xf8..=0xff);
    is_known.then(|| hex::decode(digits).ok()).flatten()
}

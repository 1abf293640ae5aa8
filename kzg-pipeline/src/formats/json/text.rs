//! Parts of JSON documents that are written.

/// Appends a list of strings of hexadecimal digits, without a line feed.
pub(in crate::formats) fn push_list<'a>(
    text: &mut String,
    opening: &str,
    items: impl Iterator<Item = &'a [u8]>,
) {
    text.push_str(opening);
    for (place, item) in items.enumerate() {
        text.push_str(if place == 0 { "\"" } else { ",\"" });
        text.push_str(&hex::encode_prefixed(item));
        text.push('"');
    }
}

/// Appends a key with a string of hexadecimal digits.
pub(in crate::formats) fn push_hex(text: &mut String, key: &str, bytes: &[u8]) {
    text.push('"');
    text.push_str(key);
    text.push_str("\":\"");
    text.push_str(&hex::encode_prefixed(bytes));
    text.push('"');
}

/// Appends values with commas between them.
pub(in crate::formats) fn push_joined<T>(
    text: &mut String,
    items: impl IntoIterator<Item = T>,
    mut push: impl FnMut(&mut String, T),
) {
    for (place, item) in items.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        push(text, item);
    }
}

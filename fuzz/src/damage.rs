//! Edits of a file's content, as a fault or an attacker makes them.

use arbitrary::{Result, Unstructured};

/// Makes up to `most` edits and returns whether there was any. A flipped bit, an overwritten byte, a
/// removed, repeated or moved range, an inserted token, or an end that is cut off.
pub fn edit(
    u: &mut Unstructured<'_>,
    content: &mut Vec<u8>,
    most: u8,
    tokens: &[&[u8]],
) -> Result<bool> {
    let edits = u.int_in_range(0..=most)?;
    for _ in 0..edits {
        let at = u.choose_index(content.len() + 1)?;
        let length = match u.int_in_range(0..=3_u8)? {
            0 => 1,
            1 => usize::from(u.arbitrary::<u8>()?),
            2 => usize::from(u.arbitrary::<u16>()?),
            _ => 0,
        };
        let end = (at + length).min(content.len());
        match u.int_in_range(0..=6_u8)? {
            0 if at < content.len() => content[at] ^= 1 << u.int_in_range(0..=7_u8)?,
            1 if at < content.len() => content[at] = u.arbitrary()?,
            2 => drop(content.drain(at..end)),
            3 => {
                let range = content[at..end].to_vec();
                content.splice(at..at, range);
            }
            4 if !tokens.is_empty() => {
                let token = u.choose(tokens)?.to_vec();
                content.splice(at..at, token);
            }
            5 => {
                let range: Vec<u8> = content.drain(at..end).collect();
                let place = u.choose_index(content.len() + 1)?;
                content.splice(place..place, range);
            }
            _ => content.truncate(at),
        }
    }
    Ok(edits > 0)
}

//! Texts of others in messages and results, with their control characters escaped.

use kzg_pipeline::chart::is_misleading;

/// The text with its control characters escaped, and the characters that change the direction of the text.
/// The lines after the first one are indented, so that a name in a message cannot be taken for a message.
pub(crate) fn printable(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(on_one_line).collect();
    lines.join("\n     ")
}

/// As [`printable`], with line feeds escaped too: a name, or a value that is one line.
pub(crate) fn on_one_line(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || is_misleading(character) {
            escaped.extend(character.escape_default());
        } else {
            escaped.push(character);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped() {
        let text = "a\u{1b}[2Kb\u{7}\né\u{202e}";
        assert_eq!(printable(text), "a\\u{1b}[2Kb\\u{7}\n     é\\u{202e}");
        assert_eq!(on_one_line(text), "a\\u{1b}[2Kb\\u{7}\\né\\u{202e}");
    }
}

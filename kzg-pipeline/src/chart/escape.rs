//! Escapes untrusted text for a page.

use core::fmt::{self, Write};

/// Text as content or as a quoted attribute. Characters that XML does not allow, and characters
/// that would change the direction of the surrounding text, are shown as escapes.
pub(crate) struct Escaped<T>(pub(crate) T);

impl<T: fmt::Display> fmt::Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaper(f), "{}", self.0)
    }
}

struct Escaper<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl Write for Escaper<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|c| match c {
            '&' => self.0.write_str("&amp;"),
            '<' => self.0.write_str("&lt;"),
            '>' => self.0.write_str("&gt;"),
            '"' => self.0.write_str("&quot;"),
            '\'' => self.0.write_str("&#39;"),
            '\n' | '\t' => self.0.write_char(c),
            _ if c.is_control() || is_misleading(c) => write!(self.0, "{}", c.escape_unicode()),
            _ => self.0.write_char(c),
        })
    }
}

/// Whether a character is a mark or an override of direction, which can make text look like another one,
/// or one that XML does not allow.
#[must_use]
pub fn is_misleading(c: char) -> bool {
    matches!(
        c,
        '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}'
    )
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn markup_and_control_characters_are_escaped() {
        for (text, expected) in [
            ("plain/né-42.bin", "plain/né-42.bin"),
            (
                "<script>alert('1')</script>",
                "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;",
            ),
            ("\" onload=\"x & y", "&quot; onload=&quot;x &amp; y"),
            ("a\u{1b}[31m\u{0}b", "a\\u{1b}[31m\\u{0}b"),
            ("gpj.\u{202e}exe\u{ffff}", "gpj.\\u{202e}exe\\u{ffff}"),
        ] {
            assert_eq!(Escaped(text).to_string(), expected);
        }
    }
}

//! The text of a module as a sequence of statements.

use crate::error::ParseError;

/// A piece of a module's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Ends with a semicolon.
    Statement,
    /// A name before a colon.
    Label,
    /// The text before an opening brace.
    Open,
    /// A closing brace.
    Close,
}

/// A piece with its text and the line in which the text begins, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) piece: Piece,
    pub(crate) text: String,
    pub(crate) line: usize,
}

impl Located {
    pub(crate) fn error(&self, reason: &'static str) -> ParseError {
        ParseError {
            line: self.line,
            reason,
            text: self.text.clone(),
        }
    }
}

/// Splits a module into its pieces. White space becomes one blank, comments to the end of a line are
/// dropped. The braces of a vector of registers become angle brackets.
///
/// # Errors
///
/// [`ParseError`] if text is left after the last piece.
pub(crate) fn pieces(text: &str) -> Result<Vec<Located>, ParseError> {
    let mut pieces = Vec::new();
    let mut current = String::new();
    let mut begun = 1;
    for (index, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        for character in code.chars().chain(['\n']) {
            let is_access = ["ld.", "st.", "@"]
                .iter()
                .any(|start| current.starts_with(start));
            let piece = match character {
                '{' if is_access => {
                    current.push('<');
                    continue;
                }
                '}' if is_access => {
                    current.push('>');
                    continue;
                }
                ';' => Piece::Statement,
                ':' => Piece::Label,
                '{' => Piece::Open,
                '}' => Piece::Close,
                blank if blank.is_whitespace() => {
                    if !current.is_empty() && !current.ends_with(' ') {
                        current.push(' ');
                    }
                    continue;
                }
                other => {
                    if current.is_empty() {
                        begun = index + 1;
                    }
                    current.push(other);
                    continue;
                }
            };
            if current.is_empty() {
                begun = index + 1;
            }
            let text = core::mem::take(&mut current).trim_end().to_owned();
            let located = Located {
                piece,
                text,
                line: begun,
            };
            if piece == Piece::Close && !located.text.is_empty() {
                return Err(located.error("a statement without a semicolon"));
            }
            pieces.push(located);
        }
    }
    if !current.trim().is_empty() {
        let text = current;
        let reason = "text after the last statement";
        return Err(ParseError {
            line: begun,
            reason,
            text,
        });
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_have_the_line_in_which_they_begin() {
        let text = ".entry f(\n .param .u32 a)\n{\n\tadd.s32 // c;\n  %r1, 1;\n$L: ret;\n}";
        let found = pieces(text).expect("well formed");
        let expected = [
            (Piece::Open, ".entry f( .param .u32 a)", 1),
            (Piece::Statement, "add.s32 %r1, 1", 4),
            (Piece::Label, "$L", 6),
            (Piece::Statement, "ret", 6),
            (Piece::Close, "", 7),
        ];
        assert_eq!(found.len(), expected.len());
        for (found, (piece, text, line)) in found.iter().zip(expected) {
            assert_eq!((found.piece, &*found.text, found.line), (piece, text, line));
        }
    }

    #[test]
    fn text_that_ends_early_is_refused() {
        assert_eq!(pieces("ret;\nadd").map_err(|error| error.line), Err(2));
        let vector = pieces("st.local.v2.u32 [%rd1], {%r1, %r2};").expect("well formed");
        assert_eq!(vector[0].text, "st.local.v2.u32 [%rd1], <%r1, %r2>");
        assert_eq!(pieces("{ ret }").map_err(|error| error.line), Err(1));
    }
}

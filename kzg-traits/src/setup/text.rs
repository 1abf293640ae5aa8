//! c-kzg's text format: words separated by white space, usually one on a line.
//!
//! First the counts of points in G1 and in G2, in decimal. Then the points, compressed, in
//! hexadecimal digits: G1 Lagrange points in natural order, G2 monomial, G1 monomial. The last
//! section is missing in files from before EIP-7594.
//!
//! Source: `load_trusted_setup_file` of c-kzg.

use core::fmt::Write;
use core::iter::Peekable;

use crate::error::{SetupError, SetupSection};
use crate::setup::compressed::{CompressedPoints, G1Bytes, G2Bytes};

/// Reads a whole text.
pub(super) fn parse(text: &str) -> Result<CompressedPoints, SetupError> {
    let mut words = words(text).peekable();
    if words.peek().is_none() {
        return Err(SetupError::Empty);
    }
    for section in [SetupSection::G1Lagrange, SetupSection::G2Monomial] {
        let Some((line, word)) = words.next() else {
            return Err(truncated(SetupSection::G1Lagrange, 0));
        };
        let count = word.parse().map_err(|_| SetupError::Header { line })?;
        section.check_count(count)?;
    }
    let g1_lagrange = parse_section(text, &mut words, SetupSection::G1Lagrange)?;
    let g2_monomial = parse_section(text, &mut words, SetupSection::G2Monomial)?;
    if words.peek().is_none() {
        return Err(SetupError::MissingMonomial);
    }
    let g1_monomial = parse_section(text, &mut words, SetupSection::G1Monomial)?;
    match words.next() {
        Some((line, _)) => Err(SetupError::Trailing { line }),
        None => Ok(CompressedPoints {
            g1_lagrange,
            g2_monomial,
            g1_monomial,
        }),
    }
}

/// Writes a whole text, byte for byte as in c-kzg's own file.
pub(super) fn write(points: &CompressedPoints) -> String {
    let sections = [
        points.g1_lagrange.as_flattened(),
        points.g2_monomial.as_flattened(),
        points.g1_monomial.as_flattened(),
    ];
    let lengths = [
        size_of::<G1Bytes>(),
        size_of::<G2Bytes>(),
        size_of::<G1Bytes>(),
    ];
    let mut text = format!(
        "{}\n{}\n",
        SetupSection::G1Lagrange.points(),
        SetupSection::G2Monomial.points()
    );
    for (section, length) in sections.into_iter().zip(lengths) {
        for point in section.chunks_exact(length) {
            writeln!(text, "{}", hex::encode(point)).expect("writing to a string cannot fail");
        }
    }
    text
}

/// Decodes a point; `None` unless `word` is the right number of hexadecimal digits, with or
/// without `0x`.
pub(super) fn decode_point<const N: usize>(word: &str) -> Option<[u8; N]> {
    let mut point = [0; N];
    let digits = without_prefix(word);
    (digits.len() == 2 * N && hex::decode_to_slice(digits, &mut point).is_ok()).then_some(point)
}

/// The words of a text, each with the number of its line, from 1.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().flat_map(|(index, line)| {
        line.split_ascii_whitespace()
            .map(move |word| (index + 1, word))
    })
}

/// Reads the points of a section: all following words with the number of digits of the section's
/// points. Points of the other group have twice or half as many digits. So words of the next
/// section are never taken for this section, and a wrong number of points is distinguished from a
/// malformed point.
fn parse_section<'a, const N: usize>(
    text: &str,
    words: &mut Peekable<impl Iterator<Item = (usize, &'a str)>>,
    section: SetupSection,
) -> Result<Vec<[u8; N]>, SetupError> {
    let mut points = Vec::with_capacity(section.points());
    let mut actual = 0;
    while let Some((_, word)) = words.next_if(|(_, word)| without_prefix(word).len() == 2 * N) {
        // The next section is cut after its first 96 digits, as many as a point in G1 has.
        if section == SetupSection::G1Lagrange && actual == section.points() && ends(text, word) {
            return Err(truncated(SetupSection::G2Monomial, 0));
        }
        if actual < section.points() {
            let index = actual;
            points.push(decode_point(word).ok_or(SetupError::Hex { section, index })?);
        }
        actual += 1;
    }
    if actual < section.points() {
        let Some((_, word)) = words.peek() else {
            return Err(truncated(section, actual));
        };
        // A text cut in the middle of a word ends with that word.
        if without_prefix(word).len() < 2 * N && ends(text, word) {
            return Err(truncated(section, actual));
        }
        let digits = without_prefix(word).len();
        if digits != 2 * size_of::<G1Bytes>() && digits != 2 * size_of::<G2Bytes>() {
            return Err(SetupError::Hex {
                section,
                index: actual,
            });
        }
    }
    section.check_count(actual)?;
    Ok(points)
}

/// Whether a word of a text ends at the last byte of the text.
fn ends(text: &str, word: &str) -> bool {
    text.as_bytes().as_ptr_range().end == word.as_bytes().as_ptr_range().end
}

fn truncated(section: SetupSection, actual: usize) -> SetupError {
    SetupError::Truncated {
        section,
        expected: section.points(),
        actual,
    }
}

fn without_prefix(word: &str) -> &str {
    word.strip_prefix("0x").unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TrustedSetup;

    fn mainnet() -> String {
        TrustedSetup::mainnet().to_text()
    }

    /// The lines `range` of the mainnet file, counted from 1 as in messages.
    fn lines(range: impl core::ops::RangeBounds<usize>) -> String {
        let (text, mut kept) = (mainnet(), String::new());
        for (index, line) in text.lines().enumerate() {
            if range.contains(&(index + 1)) {
                writeln!(kept, "{line}").unwrap();
            }
        }
        kept
    }

    fn error(text: &str) -> SetupError {
        TrustedSetup::from_text(text).unwrap_err()
    }

    fn count(section: SetupSection, actual: usize) -> SetupError {
        SetupError::Count {
            section,
            expected: section.points(),
            actual,
        }
    }

    const FIRST_G2: usize = 3 + 4096;
    const FIRST_MONOMIAL: usize = FIRST_G2 + 65;

    #[test]
    fn a_written_setup_is_read_back() {
        let mut points = crate::setup::mainnet::compressed();
        points.g1_lagrange.swap(1, 2);
        let text = write(&points);
        assert_eq!(parse(&text), Ok(points.clone()));
        assert_eq!(parse(&text.replace('\n', " \r\n\t")), Ok(points));
        assert!(TrustedSetup::from_text(&mainnet()).unwrap().is_mainnet());
        assert!(!TrustedSetup::from_text(&text).unwrap().is_mainnet());
    }

    #[test]
    fn truncation_names_the_section_and_the_remaining_points() {
        for (kept, section, actual) in [
            (1, SetupSection::G1Lagrange, 0),
            (2, SetupSection::G1Lagrange, 0),
            (3, SetupSection::G1Lagrange, 1),
            (FIRST_G2 - 1, SetupSection::G2Monomial, 0),
            (FIRST_MONOMIAL - 2, SetupSection::G2Monomial, 64),
            (FIRST_MONOMIAL, SetupSection::G1Monomial, 1),
            (FIRST_MONOMIAL + 4094, SetupSection::G1Monomial, 4095),
        ] {
            assert_eq!(error(&lines(..=kept)), truncated(section, actual), "{kept}");
        }
        let text = mainnet();
        for end in (997..text.len()).step_by(997) {
            assert!(matches!(error(&text[..end]), SetupError::Truncated { .. }));
        }
    }

    #[test]
    fn a_text_cut_in_the_middle_of_a_point_is_truncated() {
        let text = lines(..FIRST_G2 + 7);
        assert_eq!(
            error(&text[..text.len() - 97]),
            truncated(SetupSection::G2Monomial, 6)
        );
        assert_eq!(
            error(&mainnet()[..807_100]),
            truncated(SetupSection::G1Monomial, 4095)
        );
        // The first point in G2 is cut after as many digits as a point in G1 has.
        for end in [397_415, 397_416, 397_417] {
            assert_eq!(
                error(&mainnet()[..end]),
                truncated(SetupSection::G2Monomial, 0)
            );
        }
        let surplus = format!("{}\n", &mainnet()[..397_416]);
        assert_eq!(error(&surplus), count(SetupSection::G1Lagrange, 4097));
        // With a prefix before the digits of each point.
        let counts = lines(..=2);
        let points = lines(3..FIRST_G2 + 7);
        let prefixed = counts
            + &points
                .lines()
                .map(|point| format!("0x{point}\n"))
                .collect::<String>();
        let prefixed = prefixed.trim_end();
        for cut in [1, 2, 3, 97] {
            assert_eq!(
                error(&prefixed[..prefixed.len() - cut]),
                truncated(SetupSection::G2Monomial, 6),
                "{cut}"
            );
        }
    }

    #[test]
    fn the_old_form_is_recognised() {
        assert_eq!(error(&lines(..FIRST_MONOMIAL)), SetupError::MissingMonomial);
    }

    #[test]
    fn wrong_counts_name_the_section() {
        for (section, first, points) in [
            (SetupSection::G1Lagrange, 3, 4096),
            (SetupSection::G2Monomial, FIRST_G2, 65),
            (SetupSection::G1Monomial, FIRST_MONOMIAL, 4096),
        ] {
            let (before, point, after) = (lines(..first), lines(first..=first), lines(first + 1..));
            let longer = format!("{before}{point}{point}{after}");
            assert_eq!(error(&longer), count(section, points + 1));
            if section != SetupSection::G1Monomial {
                let shorter = format!("{before}{after}");
                assert_eq!(error(&shorter), count(section, points - 1));
            }
        }
        let header = |text: &str| error(&mainnet().replacen("4096\n65\n", text, 1));
        assert_eq!(header("4\n65\n"), count(SetupSection::G1Lagrange, 4));
        assert_eq!(header("4096\n66\n"), count(SetupSection::G2Monomial, 66));
        assert_eq!(header("4096\nsome\n"), SetupError::Header { line: 2 });
        assert_eq!(header("-1\n65\n"), SetupError::Header { line: 1 });
        assert_eq!(header(""), SetupError::Header { line: 1 });
    }

    #[test]
    fn malformed_points_and_trailing_text_are_located() {
        for (section, line, index) in [
            (SetupSection::G1Lagrange, 3, 0),
            (SetupSection::G2Monomial, FIRST_G2 + 64, 64),
            (SetupSection::G1Monomial, FIRST_MONOMIAL + 4000, 4000),
        ] {
            let point = lines(line..=line);
            let malformed = [
                point.replacen(&point[5..6], "g", 1),
                point[1..].to_owned(),
                format!("0{point}"),
                point.replacen(&point[5..7], "\u{e9}", 1),
                format!("0x0x{}", &point[4..]),
            ];
            for word in malformed {
                let text = format!("{}{word}\n{}", lines(..line), lines(line + 1..));
                assert_eq!(error(&text), SetupError::Hex { section, index }, "{word}");
            }
        }
        assert_eq!(
            error(&format!("{}more", mainnet())),
            SetupError::Trailing { line: 8260 }
        );
    }
}

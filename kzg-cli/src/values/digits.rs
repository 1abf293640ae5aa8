//! Hexadecimal digits, and what is wrong with them.

/// The bytes of `0x` and `2 * length` hexadecimal digits; white space at the ends is ignored.
///
/// # Errors
///
/// The reason, with the position of the first wrong digit from 1.
pub(super) fn decode(text: &str, length: usize) -> Result<Vec<u8>, String> {
    let text = text.trim();
    if text.starts_with("0X") {
        return Err("it begins with 0X, expected 0x".to_owned());
    }
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let mut characters = (1..).zip(digits.chars());
    if let Some((position, wrong)) = characters.find(|(_, digit)| !digit.is_ascii_hexdigit()) {
        return Err(if wrong.is_whitespace() {
            format!(
                "white space after digit {}, expected all digits on one line",
                position - 1
            )
        } else {
            format!("digit {position} is {wrong:?}, which is not hexadecimal")
        });
    }
    if digits.len() != 2 * length {
        let plural = if digits.len() == 1 { "" } else { "s" };
        return Err(format!(
            "{} hexadecimal digit{plural}, expected {}",
            digits.len(),
            2 * length
        ));
    }
    Ok(hex::decode(digits).expect("two digits for each byte"))
}

/// Whether every character is a hexadecimal digit.
pub(super) fn are_hexadecimal(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a text was meant to be hexadecimal digits: it begins as such, or nearly all of it is.
pub(super) fn resemble_digits(text: &str) -> bool {
    let text = text.trim();
    if text.starts_with("0x") || text.starts_with("0X") {
        return true;
    }
    let visible = text.chars().filter(|character| !character.is_whitespace());
    let digits = visible.clone().filter(char::is_ascii_hexdigit).count();
    digits > 0 && digits * 10 >= visible.count() * 9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_names_the_wrong_digit() {
        assert_eq!(decode(" 0x0aFf\n", 2), Ok(vec![10, 255]));
        assert_eq!(decode("0aff", 2), Ok(vec![10, 255]));
        for (text, expected) in [
            ("0X0aff", "begins with 0X"),
            ("0x0ag0", "digit 3 is 'g'"),
            ("0x0af", "3 hexadecimal digits, expected 4"),
            ("0x0affa", "5 hexadecimal digits, expected 4"),
            ("0a\nff", "white space after digit 2"),
            ("", "0 hexadecimal digits"),
            ("5", "1 hexadecimal digit,"),
            ("0x0aé", "digit 3 is 'é'"),
        ] {
            let reason = decode(text, 2).unwrap_err();
            assert!(reason.contains(expected), "{text:?}: {reason}");
        }
    }

    #[test]
    fn one_wrong_letter_does_not_make_a_name_of_a_file() {
        assert!(resemble_digits(&format!("{}g", "a".repeat(95))));
        assert!(resemble_digits("5"));
        for name in ["input", "proof.txt", "", "zero"] {
            assert!(!resemble_digits(name), "{name}");
        }
    }
}

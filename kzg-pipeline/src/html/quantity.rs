//! Numbers in a form that is easy to read.

/// A whole number with separated thousands.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            // A narrow no-break space.
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun: `1 blob`, `2 blobs`.
pub(super) fn counted(number: u64, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", count(number))
}

/// A number with about three digits, never with an exponent.
pub(super) fn figure(number: f64) -> String {
    let decimals = match number.abs() {
        0.0 => 0,
        number if number >= 99.95 => 0,
        number if number >= 9.995 => 1,
        number if number >= 0.9995 => 2,
        _ => 3,
    };
    if decimals == 0 && number.is_finite() && number >= 0.0 {
        return count(number.round() as u64);
    }
    format!("{number:.decimals$}")
}

/// A duration.
pub(super) fn time(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match seconds {
        _ if seconds >= 3600.0 => format!("{} h {:02} min", whole / 3600, whole / 60 % 60),
        _ if seconds >= 120.0 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ if seconds >= 1.0 => format!("{} s", figure(seconds)),
        _ if seconds >= 1e-3 => format!("{} ms", figure(seconds * 1e3)),
        _ if seconds > 0.0 => format!("{} µs", figure(seconds * 1e6)),
        _ => "0 s".to_owned(),
    }
}

/// A number of bytes.
pub(super) fn bytes(number: f64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut number = number;
    let mut unit = 0;
    while number >= 1000.0 && unit + 1 < UNITS.len() {
        number /= 1024.0;
        unit += 1;
    }
    format!("{} {}", figure(number), UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable_at_every_size() {
        assert_eq!(count(0), "0");
        assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(counted(1, "blob"), "1 blob");
        assert_eq!(counted(2, "blob"), "2 blobs");
        for (seconds, text) in [
            (0.0, "0 s"),
            (0.000_000_4, "0.400 µs"),
            (0.004_21, "4.21 ms"),
            (0.999_9, "1\u{202f}000 ms"),
            (7.464, "7.46 s"),
            (119.0, "119 s"),
            (150.4, "2 min 30 s"),
            (3725.0, "1 h 02 min"),
        ] {
            assert_eq!(time(seconds), text);
        }
        for (number, text) in [
            (0.0, "0 B"),
            (45.0, "45.0 B"),
            (126_945.0, "124 KiB"),
            (1_036_288.0, "0.988 MiB"),
            (4_294_967_296.0, "4.00 GiB"),
        ] {
            assert_eq!(bytes(number), text);
        }
    }
}

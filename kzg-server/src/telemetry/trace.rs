//! The identifiers of distributed traces, as W3C Trace Context has them in `traceparent`.

use core::fmt;
use std::hash::{BuildHasher, RandomState};

/// The trace that a request belongs to, and the span of the request in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace.
    pub trace: u128,
    /// The span of the sender; `None` if the request begins the trace.
    pub parent: Option<u64>,
    /// The span of the request.
    pub span: u64,
}

impl TraceContext {
    /// The context of a request with this header. A malformed header counts as none.
    #[must_use]
    pub fn of(traceparent: Option<&str>) -> Self {
        let (trace, parent) = match traceparent.and_then(parse) {
            Some((trace, parent)) => (trace, Some(parent)),
            None => ((u128::from(random()) << 64) | u128::from(random()), None),
        };
        Self {
            trace,
            parent,
            span: random(),
        }
    }

    /// The span of the request in logs.
    pub(crate) fn span(&self, endpoint: &'static str) -> tracing::Span {
        tracing::info_span!(
            "request",
            endpoint,
            trace_id = format_args!("{:032x}", self.trace),
            span_id = format_args!("{:016x}", self.span),
            parent_id = self
                .parent
                .map(|parent| tracing::field::display(format!("{parent:016x}"))),
        )
    }
}

impl fmt::Display for TraceContext {
    /// Writes the value of `traceparent` for calls that the request causes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-01", self.trace, self.span)
    }
}

/// The trace and the span of the sender in a header.
fn parse(header: &str) -> Option<(u128, u64)> {
    let mut parts = header.trim().split('-');
    let (version, trace) = (parts.next()?, parts.next()?);
    let (parent, flags) = (parts.next()?, parts.next()?);
    // Later versions may add parts, version ff is forbidden.
    if version == "ff" || (version == "00" && parts.next().is_some()) {
        return None;
    }
    digits(version, 2)?;
    digits(flags, 2)?;
    let trace = digits(trace, 32)?;
    let parent = u64::try_from(digits(parent, 16)?).ok()?;
    (trace != 0 && parent != 0).then_some((trace, parent))
}

/// The value of `count` lower-case hexadecimal digits.
fn digits(text: &str, count: usize) -> Option<u128> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if text.len() != count || !text.bytes().all(is_digit) {
        return None;
    }
    u128::from_str_radix(text, 16).ok()
}

/// A number that is not zero and differs from others. It is no secret: the keys of the standard
/// library's hash tables suffice.
fn random() -> u64 {
    RandomState::new().hash_one(std::time::Instant::now()) | 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_continued_or_begun() {
        let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let context = TraceContext::of(Some(header));
        assert_eq!(context.trace, 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736);
        assert_eq!(context.parent, Some(0x00f0_67aa_0ba9_02b7));
        assert_ne!(Some(context.span), context.parent);
        assert!(
            context
                .to_string()
                .starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-")
        );
        let later = "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more";
        assert_eq!(TraceContext::of(Some(later)).trace, context.trace);
        for wrong in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(TraceContext::of(Some(wrong)).parent, None, "{wrong}");
        }
        assert_ne!(TraceContext::of(None).trace, TraceContext::of(None).trace);
    }
}

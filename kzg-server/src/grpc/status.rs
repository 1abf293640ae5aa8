//! Problems as statuses of gRPC, and the deadline of a request.

use core::time::Duration;

use tonic::metadata::MetadataMap;
use tonic::{Code, Status};

use crate::problem::Problem;

/// The status of a problem. The kind and the position of the offending item are in trailers.
pub(super) fn of(problem: &Problem) -> Status {
    let mut metadata = MetadataMap::new();
    if let Some(item) = problem.item
        && let Ok(value) = item.to_string().parse()
    {
        metadata.insert("kzg-item", value);
    }
    if let Some(index) = problem.index {
        metadata.insert("kzg-index", index.into());
    }
    let code = Code::from_i32(problem.class.row().code);
    Status::with_metadata(code, problem.detail.clone(), metadata)
}

/// The time that the header `grpc-timeout` gives: at most eight digits and a unit.
pub(super) fn timeout(metadata: &MetadataMap) -> Option<Duration> {
    let text = metadata.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(count * 3600),
        "M" => Duration::from_secs(count * 60),
        "S" => Duration::from_secs(count),
        "m" => Duration::from_millis(count),
        "u" => Duration::from_micros(count),
        "n" => Duration::from_nanos(count),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::TABLE;

    #[test]
    fn every_problem_has_its_code() {
        for row in &TABLE {
            let status = of(&Problem::new(row.class, "detail").of_item(3));
            assert_eq!(status.code() as i32, row.code);
            assert_ne!(status.code(), Code::Unknown);
            assert_eq!(status.metadata().get("kzg-index").unwrap(), "3");
        }
    }

    #[test]
    fn timeouts_are_read_in_all_units() {
        let timeout = |text: &str| {
            let mut metadata = MetadataMap::new();
            metadata.insert("grpc-timeout", text.parse().unwrap());
            timeout(&metadata)
        };
        assert_eq!(timeout("2H"), Some(Duration::from_secs(7200)));
        assert_eq!(timeout("250m"), Some(Duration::from_millis(250)));
        assert_eq!(
            timeout("99999999u"),
            Some(Duration::from_micros(99_999_999))
        );
        for wrong in ["", "m", "1", "1x", "-1S", "123456789S"] {
            assert_eq!(timeout(wrong), None, "{wrong}");
        }
    }
}

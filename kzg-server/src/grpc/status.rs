//! Problems as statuses of gRPC, and the deadline of a request.

use core::time::Duration;

use hyper::HeaderMap;
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Code, Status};

use crate::problem::{Problem, TABLE};

/// The trailer with the name of the class: several classes share a code.
const TYPE: &str = "kzg-type";

/// The status of a problem. The class, and the kind and the position of the offending item, are in
/// trailers.
pub(super) fn of(problem: &Problem) -> Status {
    let mut metadata = MetadataMap::new();
    let name = problem.class.row().name;
    metadata.insert(TYPE, MetadataValue::from_static(name));
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

/// The HTTP status for the headers or trailers of an answer; `None` if they have no status. A status
/// that is not of a problem, because the request was refused before this service saw it, has that of
/// the first class with its code. Such an internal error is a message that cannot be read.
pub(super) fn http(headers: &HeaderMap) -> Option<u16> {
    let code: i32 = headers.get("grpc-status")?.to_str().ok()?.parse().ok()?;
    if code == Code::Ok as i32 {
        return Some(200);
    }
    let name = headers.get(TYPE).map(|value| value.as_bytes());
    let named = TABLE.iter().find(|row| Some(row.name.as_bytes()) == name);
    let refused = || match Code::from_i32(code) {
        Code::Internal
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::FailedPrecondition => 400,
        Code::OutOfRange => 413,
        Code::Unavailable => 503,
        _ => {
            let row = TABLE.iter().find(|row| row.code == code);
            row.map_or(500, |row| row.status)
        }
    };
    Some(named.map_or_else(refused, |row| row.status))
}

/// The time that the header `grpc-timeout` gives: at most eight digits and a unit.
pub(super) fn timeout(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
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

    #[test]
    fn every_problem_has_its_code() {
        for row in &TABLE {
            let status = of(&Problem::new(row.class, "detail").of_item(3));
            assert_eq!(status.code() as i32, row.code);
            assert_ne!(status.code(), Code::Unknown);
            assert_eq!(status.metadata().get("kzg-index").unwrap(), "3");
            let response = status.into_http::<()>();
            assert_eq!(http(response.headers()), Some(row.status));
        }
    }

    #[test]
    fn other_statuses_have_that_of_a_class_with_their_code() {
        let http = |status: Status| http(status.into_http::<()>().headers());
        assert_eq!(http(Status::invalid_argument("")), Some(400));
        assert_eq!(http(Status::unimplemented("")), Some(405));
        assert_eq!(http(Status::internal("")), Some(400));
        assert_eq!(http(Status::out_of_range("")), Some(413));
        assert_eq!(http(Status::unknown("")), Some(500));
        assert_eq!(http(Status::ok("")), Some(200));
        assert_eq!(super::http(&HeaderMap::new()), None);
    }

    #[test]
    fn timeouts_are_read_in_all_units() {
        let timeout = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("grpc-timeout", text.parse().unwrap());
            timeout(&headers)
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

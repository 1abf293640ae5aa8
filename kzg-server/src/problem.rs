//! The errors of the service. One table gives the HTTP status and the gRPC code of each class; the
//! class of a library's error follows from its [`ErrorKind`].

use std::error::Error as StdError;

use kzg_advanced::{Error, ErrorKind, Item, KzgAdvancedError};
use serde::Serialize;

use crate::wire::json::JsonError;
use crate::wire::raw::RawError;

/// A class of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// The input is malformed.
    Input,
    /// Missing or wrong credentials.
    Unauthorized,
    /// There is no such endpoint.
    NotFound,
    /// The endpoint takes another method.
    Method,
    /// None of the accepted types can be sent.
    NotAcceptable,
    /// The body did not arrive in time.
    SlowBody,
    /// The body is longer than the endpoint takes.
    TooLarge,
    /// The type or the encoding of the body is not supported.
    MediaType,
    /// The client has too many requests under way.
    TooMany,
    /// The queue or the memory is full.
    Busy,
    /// The server shuts down, or the request was cancelled.
    Cancelled,
    /// The deadline has passed.
    Deadline,
    /// A backend, the machine or the configuration is at fault.
    Fault,
    /// Backends disagree, or a self-check failed.
    Integrity,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The class.
    pub class: Class,
    /// The name, which is the last part of the problem's type.
    pub name: &'static str,
    /// The title of the problem.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The gRPC code.
    pub code: i32,
}

const fn row(class: Class, name: &'static str, title: &'static str, status: u16, code: i32) -> Row {
    Row {
        class,
        name,
        title,
        status,
        code,
    }
}

/// The table of all classes. The gRPC codes are those of google.rpc.Code: 1 cancelled, 3 invalid
/// argument, 4 deadline exceeded, 5 not found, 8 resource exhausted, 12 unimplemented, 13 internal,
/// 15 data loss, 16 unauthenticated.
pub const TABLE: [Row; 14] = [
    row(Class::Input, "input", "malformed input", 400, 3),
    row(
        Class::Unauthorized,
        "unauthorized",
        "credentials are missing or wrong",
        401,
        16,
    ),
    row(Class::NotFound, "not_found", "no such endpoint", 404, 5),
    row(
        Class::Method,
        "method",
        "the endpoint takes another method",
        405,
        12,
    ),
    row(
        Class::NotAcceptable,
        "not_acceptable",
        "no accepted type can be sent",
        406,
        3,
    ),
    row(
        Class::SlowBody,
        "slow_body",
        "the body did not arrive in time",
        408,
        4,
    ),
    row(Class::TooLarge, "too_large", "the body is too long", 413, 8),
    row(
        Class::MediaType,
        "media_type",
        "the type of the body is not supported",
        415,
        3,
    ),
    row(
        Class::TooMany,
        "too_many",
        "too many requests of this client",
        429,
        8,
    ),
    row(Class::Busy, "busy", "the service is busy", 503, 8),
    row(
        Class::Cancelled,
        "cancelled",
        "the request was cancelled",
        503,
        1,
    ),
    row(
        Class::Deadline,
        "deadline",
        "the deadline has passed",
        504,
        4,
    ),
    row(
        Class::Fault,
        "fault",
        "a backend or the machine is at fault",
        500,
        13,
    ),
    row(Class::Integrity, "integrity", "results disagree", 500, 15),
];

impl Class {
    /// The row of the table.
    ///
    /// # Panics
    ///
    /// Never: a test checks that each class has its row.
    #[must_use]
    pub fn row(self) -> &'static Row {
        let mut rows = TABLE.iter();
        rows.find(|row| row.class == self)
            .expect("every class has a row")
    }
}

impl From<ErrorKind> for Class {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Input => Self::Input,
            ErrorKind::Busy => Self::Busy,
            ErrorKind::Fault | ErrorKind::Io | ErrorKind::Setup => Self::Fault,
            ErrorKind::Integrity => Self::Integrity,
            ErrorKind::Deadline => Self::Deadline,
            ErrorKind::Cancelled => Self::Cancelled,
        }
    }
}

/// The error of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The class, which decides about the status.
    pub class: Class,
    /// The message.
    pub detail: String,
    /// The kind of the offending item.
    pub item: Option<Item>,
    /// The position of the offending item in its list.
    pub index: Option<u64>,
}

/// The form of a problem in JSON: RFC 9457 with `item` and `index`.
#[derive(Serialize)]
struct Document<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u64>,
}

impl Problem {
    /// A problem without an item.
    #[must_use]
    pub fn new(class: Class, detail: impl Into<String>) -> Self {
        Self {
            class,
            detail: detail.into(),
            item: None,
            index: None,
        }
    }

    /// The same problem, in item `index` of a request with many items.
    #[must_use]
    pub fn of_item(mut self, index: u64) -> Self {
        self.index = Some(index);
        self
    }

    /// Whether a client may send the same request again later.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self.class, Class::Busy | Class::TooMany | Class::Cancelled)
    }

    /// The problem as JSON.
    ///
    /// # Panics
    ///
    /// Never: the document has strings and numbers alone.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let row = self.class.row();
        let document = Document {
            r#type: format!("urn:kzg:problem:{}", row.name),
            title: row.title,
            status: row.status,
            detail: &self.detail,
            item: self.item.map(|item| item.to_string()),
            index: self.index,
        };
        serde_json::to_vec(&document).expect("strings and numbers")
    }
}

/// The kind of the item that an error names.
fn item(error: &Error) -> Option<Item> {
    match error {
        Error::Length { item, .. }
        | Error::Hex { item, .. }
        | Error::Count { item, .. }
        | Error::FieldElement { item, .. }
        | Error::Point { item, .. } => Some(*item),
        Error::CellIndex { .. } | Error::CellOrder { .. } => Some(Item::CellIndex),
        Error::CellCount { .. } => Some(Item::Cell),
        _ => None,
    }
}

impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        Self {
            class: error.kind().into(),
            detail: error.to_string(),
            item: item(error),
            index: error.index().map(|index| index as u64),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

impl From<&KzgAdvancedError> for Problem {
    /// For malformed input the message is the library's; otherwise it names the call too.
    fn from(error: &KzgAdvancedError) -> Self {
        let mut source: Option<&(dyn StdError + 'static)> = Some(error);
        while let Some(cause) = source {
            if let Some(cause) = cause.downcast_ref::<Error>() {
                let problem = Self::from(cause);
                if problem.class != Class::Input {
                    let detail = error.to_string();
                    return Self { detail, ..problem };
                }
                return problem;
            }
            source = cause.source();
        }
        Self::new(error.kind().into(), error.to_string())
    }
}

impl From<KzgAdvancedError> for Problem {
    fn from(error: KzgAdvancedError) -> Self {
        Self::from(&error)
    }
}

impl From<JsonError> for Problem {
    fn from(error: JsonError) -> Self {
        match error {
            JsonError::Input(error) => error.into(),
            JsonError::Json(_) => Self::new(Class::Input, error.to_string()),
        }
    }
}

impl From<RawError> for Problem {
    fn from(error: RawError) -> Self {
        let class = match error {
            RawError::NoRawForm(_) => Class::MediaType,
            RawError::Length { expected, actual } if actual > expected => Class::TooLarge,
            RawError::Length { .. } | RawError::Multiple { .. } => Class::Input,
        };
        Self::new(class, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use kzg_advanced::{FailedCall, IoAction, SetupError};

    use super::*;

    /// The classes in the order of the table, in an exhaustive match.
    fn position(class: Class) -> usize {
        match class {
            Class::Input => 0,
            Class::Unauthorized => 1,
            Class::NotFound => 2,
            Class::Method => 3,
            Class::NotAcceptable => 4,
            Class::SlowBody => 5,
            Class::TooLarge => 6,
            Class::MediaType => 7,
            Class::TooMany => 8,
            Class::Busy => 9,
            Class::Cancelled => 10,
            Class::Deadline => 11,
            Class::Fault => 12,
            Class::Integrity => 13,
        }
    }

    #[test]
    fn each_class_has_one_row_and_one_name() {
        for (index, row) in TABLE.iter().enumerate() {
            assert_eq!(position(row.class), index);
            assert_eq!(row.class.row().name, row.name);
            assert!((400..600).contains(&row.status));
            assert!((1..=16).contains(&row.code));
        }
        let names: HashSet<_> = TABLE.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), TABLE.len());
    }

    #[test]
    fn the_kind_of_an_error_decides_about_status_and_code() {
        let fault = Error::Fault {
            backend: "b".to_owned(),
            message: "m".to_owned(),
        };
        let busy = Error::Busy {
            reason: "full".to_owned(),
        };
        let integrity = Error::Integrity {
            message: "m".to_owned(),
        };
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let cases = [
            (Error::CellCount { actual: 3 }, 400, 3),
            (busy, 503, 8),
            (fault, 500, 13),
            (Error::io(IoAction::Write, "x", &full), 500, 13),
            (SetupError::Empty.into(), 500, 13),
            (integrity, 500, 15),
            (Error::Deadline, 504, 4),
            (Error::Cancelled, 503, 1),
        ];
        for (error, status, code) in cases {
            let call = FailedCall::default();
            let advanced: Problem = call.failed_with(error.clone()).into();
            let plain: Problem = error.into();
            for problem in [plain, advanced] {
                let row = problem.class.row();
                assert_eq!((row.status, row.code), (status, code), "{problem:?}");
            }
        }
    }

    #[test]
    fn a_problem_names_item_and_index() {
        let error = Error::FieldElement {
            item: Item::Blob,
            index: 3,
            element: 17,
        };
        let problem: Problem = FailedCall::default().failed_with(error).into();
        let json: serde_json::Value = serde_json::from_slice(&problem.to_json()).unwrap();
        let expected = serde_json::json!({
            "type": "urn:kzg:problem:input",
            "title": "malformed input",
            "status": 400,
            "detail": "blob 3: field element 17: not canonical, at or above the group order",
            "item": "blob",
            "index": 3,
        });
        assert_eq!(json, expected);
    }
}

//! The errors of the service. One table gives the HTTP status and the gRPC code of each class; the
//! class of a library's error follows from its [`ErrorKind`].

mod table;

use std::error::Error as StdError;

use kzg_advanced::{Error, ErrorKind, Item, KzgAdvancedError};
use serde::Serialize;

pub use self::table::{Class, Row, TABLE};
use crate::wire::json::JsonError;
use crate::wire::raw::RawError;

/// The most characters of a message about a text that cannot be read.
const MOST_DETAIL: usize = 200;

/// An error that ends an answer after its beginning was sent.
pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

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
    /// The library's error for malformed input, from which the message follows.
    malformed: Option<Error>,
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
            malformed: None,
        }
    }

    /// The same problem, in item `index` of a request with many items. Each item has a call of its
    /// own, whose error counts the items of that call.
    #[must_use]
    pub fn of_item(mut self, index: u64) -> Self {
        if let (Some(error), Ok(position)) = (self.malformed.take(), usize::try_from(index)) {
            self = error.with_index(position).into();
        }
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

impl core::fmt::Display for Problem {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.detail)
    }
}

impl StdError for Problem {}

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
            malformed: (error.kind() == ErrorKind::Input).then(|| error.clone()),
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
            JsonError::NoHandler(_) => Self::new(Class::NotFound, error.to_string()),
            JsonError::NotAnObject => Self::new(Class::Input, error.to_string()),
            // The message of the parser may have a whole string of the body.
            JsonError::Json(_) | JsonError::Text(_) => {
                let detail: String = error.to_string().chars().take(MOST_DETAIL).collect();
                Self::new(Class::Input, detail)
            }
        }
    }
}

impl From<RawError> for Problem {
    fn from(error: RawError) -> Self {
        let class = match error {
            RawError::NoHandler(_) => Class::NotFound,
            RawError::NoRawForm(_) => Class::MediaType,
            RawError::Length { expected, actual } if actual > expected => Class::TooLarge,
            RawError::Length { .. } | RawError::Multiple { .. } => Class::Input,
        };
        Self::new(class, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use kzg_advanced::{FailedCall, IoAction, PointError, SetupError};

    use super::*;

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

    #[test]
    fn the_message_about_an_item_of_many_has_its_position() {
        let error = Error::Point {
            item: Item::Proof,
            index: 0,
            reason: PointError::Curve,
        };
        let expected = error.clone().with_index(9).to_string();
        let problem = Problem::from(error).of_item(9);
        assert_eq!((problem.detail, problem.index), (expected, Some(9)));
        let problem = Problem::from(Error::Deadline).of_item(9);
        assert_eq!(problem.detail, Error::Deadline.to_string());
        assert_eq!(problem.index, Some(9));
    }
}

//! The classes of errors, with their HTTP statuses and gRPC codes.

use kzg_advanced::ErrorKind;

/// A class of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
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
    /// The client has left before its answer. Metrics and logs alone have this class.
    Left,
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
/// argument, 4 deadline exceeded, 5 not found, 8 resource exhausted, 10 aborted, 12 unimplemented, 13 internal,
/// 15 data loss, 16 unauthenticated.
pub const TABLE: [Row; 15] = [
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
    // A status of the code for cancelled requests is not handed on by tonic while a message is read.
    row(Class::Left, "left", "the client has left", 499, 10),
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

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
            Class::Left => 11,
            Class::Deadline => 12,
            Class::Fault => 13,
            Class::Integrity => 14,
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
}

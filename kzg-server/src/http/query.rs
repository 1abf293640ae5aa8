//! The parameters of a request's query.

use core::num::NonZeroU64;
use core::time::Duration;

use crate::problem::{Class, Problem};

/// The parameters that endpoints take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query {
    /// The time that the client waits for the answer.
    pub(crate) timeout: Option<Duration>,
    /// The form of a bundle.
    pub(crate) version: Option<String>,
    /// The content of the body of a bundle.
    pub(crate) input: Option<String>,
}

impl Query {
    /// Reads a query. Endpoints other than `/v1/bundle` take `timeout_ms` alone.
    ///
    /// # Errors
    ///
    /// Class `Input` for a parameter that is unknown, given twice or malformed.
    pub(crate) fn read(query: Option<&str>, of_bundle: bool) -> Result<Self, Problem> {
        let mut read = Self::default();
        let pairs = query.unwrap_or_default().split('&');
        for pair in pairs.filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let twice = match name {
                "timeout_ms" => {
                    let millis: NonZeroU64 = value.parse().map_err(|_| {
                        let detail = "timeout_ms is a number of milliseconds, at least 1";
                        Problem::new(Class::Input, detail)
                    })?;
                    read.timeout
                        .replace(Duration::from_millis(millis.get()))
                        .is_some()
                }
                "version" if of_bundle => read.version.replace(value.to_owned()).is_some(),
                "input" if of_bundle => read.input.replace(value.to_owned()).is_some(),
                _ => {
                    let name: String = name.chars().take(40).collect();
                    let detail = format!("unknown parameter {name:?}");
                    return Err(Problem::new(Class::Input, detail));
                }
            };
            if twice {
                let detail = format!("parameter {name} is given twice");
                return Err(Problem::new(Class::Input, detail));
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_parameters_are_read_and_others_refused() {
        let read = Query::read(Some("version=2&timeout_ms=1500&input=blobs"), true).unwrap();
        assert_eq!(read.timeout, Some(Duration::from_millis(1500)));
        assert_eq!(read.version.as_deref(), Some("2"));
        assert_eq!(read.input.as_deref(), Some("blobs"));
        assert_eq!(Query::read(None, false), Ok(Query::default()));
        assert_eq!(Query::read(Some(""), false), Ok(Query::default()));
        for wrong in [
            "timeout_ms=",
            "timeout_ms=-1",
            "timeout_ms=0",
            "timeout_ms=1&timeout_ms=2",
            "version=1",
            "x",
        ] {
            let problem = Query::read(Some(wrong), false).unwrap_err();
            assert_eq!(problem.class, Class::Input, "{wrong}");
        }
    }
}

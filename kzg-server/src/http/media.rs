//! The forms of bodies: JSON or raw bytes, by `Content-Type` and `Accept`.

use hyper::HeaderMap;
use hyper::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE};

use crate::problem::{Class, Problem};

/// The form of a body or of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// JSON as in the official vectors.
    Json,
    /// Bytes side by side.
    Raw,
}

const JSON: &str = "application/json";
const RAW: &str = "application/octet-stream";

impl Form {
    /// The media type.
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Json => JSON,
            Self::Raw => RAW,
        }
    }

    /// The form of a request's body.
    ///
    /// # Errors
    ///
    /// Class `MediaType` for another type, for none, and for a compressed body.
    pub(crate) fn of_body(headers: &HeaderMap) -> Result<Self, Problem> {
        check_encoding(headers)?;
        let value = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let essence = value.map(|value| essence(value).to_ascii_lowercase());
        match essence.as_deref() {
            Some(JSON) => Ok(Self::Json),
            Some(RAW) => Ok(Self::Raw),
            _ => {
                let detail = format!("Content-Type is {JSON} or {RAW}");
                Err(Problem::new(Class::MediaType, detail))
            }
        }
    }

    /// Checks that a body is raw. `content` is what the endpoint takes.
    ///
    /// # Errors
    ///
    /// Class `MediaType`, as [`of_body`](Self::of_body) and for JSON.
    pub(crate) fn raw_only(headers: &HeaderMap, content: &str) -> Result<(), Problem> {
        match Self::of_body(headers)? {
            Self::Raw => Ok(()),
            Self::Json => {
                let detail = format!("{content}: {RAW}");
                Err(Problem::new(Class::MediaType, detail))
            }
        }
    }

    /// The form of the answer that a client prefers: JSON, unless it prefers bytes.
    ///
    /// # Errors
    ///
    /// Class `NotAcceptable` if the client accepts neither.
    pub(crate) fn of_answer(headers: &HeaderMap) -> Result<Self, Problem> {
        let mut weights = [None::<(u8, u32)>; 2];
        let mut any = false;
        for value in headers.get_all(ACCEPT) {
            let Ok(value) = value.to_str() else { continue };
            for range in value
                .split(',')
                .map(str::trim)
                .filter(|range| !range.is_empty())
            {
                any = true;
                let essence = essence(range).to_ascii_lowercase();
                let weight = weight(range);
                for (form, slot) in [Self::Json, Self::Raw].into_iter().zip(&mut weights) {
                    // The most specific range decides.
                    let precision = match essence.as_str() {
                        exact if exact == form.media_type() => 2,
                        "application/*" => 1,
                        "*/*" => 0,
                        _ => continue,
                    };
                    if slot.is_none_or(|(earlier, _)| precision >= earlier) {
                        *slot = Some((precision, weight));
                    }
                }
            }
        }
        let [json, raw] = weights.map(|slot| slot.map_or(0, |(_, weight)| weight));
        match () {
            () if !any || (json > 0 && json >= raw) => Ok(Self::Json),
            () if raw > 0 => Ok(Self::Raw),
            () => {
                let detail = format!("the answer is {JSON} or {RAW}");
                Err(Problem::new(Class::NotAcceptable, detail))
            }
        }
    }
}

/// Refuses compressed bodies: a small one may become a large one.
///
/// # Errors
///
/// Class `MediaType`.
pub(crate) fn check_encoding(headers: &HeaderMap) -> Result<(), Problem> {
    let mut encodings = headers.get_all(CONTENT_ENCODING).iter();
    if encodings.all(|value| value.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Ok(());
    }
    let detail = "compressed bodies are not read; send the body without Content-Encoding";
    Err(Problem::new(Class::MediaType, detail))
}

/// A media type without its parameters.
fn essence(value: &str) -> &str {
    value.split(';').next().unwrap_or_default().trim()
}

/// The weight `q` of a media range, in thousandths.
fn weight(range: &str) -> u32 {
    let q = range.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    });
    match q.map(str::parse::<f32>) {
        Some(Ok(q)) if (0.0..=1.0).contains(&q) => (q * 1000.0) as u32,
        _ => 1000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: hyper::header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn accept_chooses_the_form_of_the_answer() {
        let (json, raw) = (Some(Form::Json), Some(Form::Raw));
        for (accept, expected) in [
            ("*/*", json),
            ("", json),
            ("application/json", json),
            ("application/*", json),
            ("application/octet-stream", raw),
            ("Application/Octet-Stream; q=0.9", raw),
            ("application/json;q=0.5, application/octet-stream", raw),
            ("application/octet-stream;q=0.5, */*;q=0.1", raw),
            ("application/json;q=0, */*", raw),
            ("text/html, */*;q=0.1", json),
            ("text/html", None),
            ("application/json;q=0", None),
        ] {
            let form = Form::of_answer(&headers(ACCEPT, accept)).ok();
            assert_eq!(form, expected, "{accept}");
        }
        assert_eq!(Form::of_answer(&HeaderMap::new()).ok(), json);
    }

    #[test]
    fn the_type_of_a_body_must_be_known_and_the_body_plain() {
        let form = |value| Form::of_body(&headers(CONTENT_TYPE, value)).ok();
        assert_eq!(form("application/json; charset=utf-8"), Some(Form::Json));
        assert_eq!(form("APPLICATION/octet-stream"), Some(Form::Raw));
        assert_eq!(form("text/json"), None);
        assert!(Form::of_body(&HeaderMap::new()).is_err());
        let mut compressed = headers(CONTENT_TYPE, JSON);
        compressed.append(CONTENT_ENCODING, "identity".parse().unwrap());
        assert!(Form::of_body(&compressed).is_ok());
        compressed.append(CONTENT_ENCODING, "gzip".parse().unwrap());
        let problem = Form::of_body(&compressed).unwrap_err();
        assert_eq!(problem.class, Class::MediaType);
    }
}

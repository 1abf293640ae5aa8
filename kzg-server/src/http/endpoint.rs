//! The endpoints, their paths and methods.

use hyper::Method;

use crate::bulk::Bulk;
use crate::wire::handler::{HANDLERS, Handler};

/// An endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// The process runs.
    Live,
    /// The server is ready for requests.
    Ready,
    /// The version, the backend, the trusted setup.
    Version,
    /// Metrics in the text form of Prometheus.
    Metrics,
    /// The OpenAPI document.
    OpenApi,
    /// A page to try the endpoints.
    Page,
    /// An operation of the specifications.
    Handler(&'static Handler),
    /// Many items, streamed.
    Bulk(Bulk),
    /// A bundle of the Engine API.
    Bundle,
}

/// The endpoints with fixed paths.
const FIXED: [(&str, Endpoint); 12] = [
    ("/livez", Endpoint::Live),
    ("/readyz", Endpoint::Ready),
    ("/version", Endpoint::Version),
    ("/metrics", Endpoint::Metrics),
    ("/openapi.json", Endpoint::OpenApi),
    ("/", Endpoint::Page),
    ("/v1/commitments", Endpoint::Bulk(Bulk::Commitments)),
    ("/v1/blob_proofs", Endpoint::Bulk(Bulk::BlobProofs)),
    ("/v1/cell_proofs", Endpoint::Bulk(Bulk::CellProofs)),
    ("/v1/verify_blobs", Endpoint::Bulk(Bulk::VerifyBlobs)),
    ("/v1/verify_cells", Endpoint::Bulk(Bulk::VerifyCells)),
    ("/v1/bundle", Endpoint::Bundle),
];

impl Endpoint {
    /// The endpoint of a path.
    pub(crate) fn at(path: &str) -> Option<Self> {
        let fixed = FIXED.iter().find(|(known, _)| *known == path);
        fixed.map(|(_, endpoint)| *endpoint).or_else(|| {
            let name = path.strip_prefix("/v1/")?;
            Handler::by_name(name).map(Self::Handler)
        })
    }

    /// All endpoints with their paths.
    pub(crate) fn all() -> impl Iterator<Item = (String, Self)> {
        let handlers = HANDLERS.iter().map(|handler| {
            let path = format!("/v1/{}", handler.name());
            (path, Self::Handler(handler))
        });
        let fixed = FIXED.iter();
        handlers.chain(fixed.map(|(path, endpoint)| ((*path).to_owned(), *endpoint)))
    }

    /// The method.
    pub(crate) fn method(self) -> Method {
        match self {
            Self::Handler(_) | Self::Bulk(_) | Self::Bundle => Method::POST,
            _ => Method::GET,
        }
    }

    /// Whether the endpoint takes a method. Servers answer HEAD where they answer GET.
    pub(crate) fn takes(self, method: &Method) -> bool {
        *method == self.method() || (*method == Method::HEAD && self.method() == Method::GET)
    }

    /// The value of `Allow`.
    pub(crate) fn allow(self) -> &'static str {
        if self.method() == Method::POST {
            "POST"
        } else {
            "GET, HEAD"
        }
    }

    /// Whether a request needs credentials, where the server has some. Load balancers and readers
    /// of the documentation need none.
    pub(crate) fn needs_credentials(self) -> bool {
        !matches!(
            self,
            Self::Live | Self::Ready | Self::Version | Self::OpenApi | Self::Page
        )
    }

    /// The name in metrics and logs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Live => "livez",
            Self::Ready => "readyz",
            Self::Version => "version",
            Self::Metrics => "metrics",
            Self::OpenApi => "openapi",
            Self::Page => "page",
            Self::Handler(handler) => handler.name(),
            Self::Bulk(bulk) => bulk.name(),
            Self::Bundle => "bundle",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_leads_to_its_endpoint() {
        for (path, endpoint) in Endpoint::all() {
            assert_eq!(Endpoint::at(&path), Some(endpoint));
        }
        assert_eq!(Endpoint::all().count(), 24);
        for wrong in [
            "",
            "/v1",
            "/v1/",
            "/v1/commit",
            "/livez/",
            "/v2/bundle",
            "//",
        ] {
            assert_eq!(Endpoint::at(wrong), None, "{wrong}");
        }
    }
}

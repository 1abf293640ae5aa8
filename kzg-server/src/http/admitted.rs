//! The checks that need nothing but the head of a request, and what a request holds after them.

use hyper::header::AUTHORIZATION;
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method};

use super::Front;
use super::answer::not_found;
use super::endpoint::Endpoint;
use super::query::Query;
use crate::admission::{ClientPlace, REQUEST, Reservation};
use crate::problem::{Class, Problem};

impl Front {
    /// Checks the token of a request.
    pub(crate) fn check_credentials(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let authorization = headers.get(AUTHORIZATION);
        let authorization = authorization.and_then(|value| value.to_str().ok());
        match self.credentials.accept(authorization) {
            true => Ok(()),
            false => {
                let detail = "a bearer token is needed";
                Err(Problem::new(Class::Unauthorized, detail))
            }
        }
    }

    /// The place of a request of a client, where the requests of a client are limited.
    pub(crate) fn place(&self, peer: &str) -> Result<Option<ClientPlace<String>>, Problem> {
        let Some(clients) = &self.clients else {
            return Ok(None);
        };
        let full = || Problem::new(Class::TooMany, "too many requests of this client under way");
        clients.admit(peer.to_owned()).map(Some).ok_or_else(full)
    }

    /// The checks that need nothing but the head of a request. Returns what the request holds
    /// until the connection has taken its answer.
    pub(super) fn admit(
        &self,
        endpoint: Option<Endpoint>,
        parts: &Parts,
        peer: &str,
    ) -> Result<Admitted, Problem> {
        let endpoint = endpoint.ok_or_else(not_found)?;
        if !endpoint.takes(&parts.method) {
            let detail = format!("the endpoint takes {}", endpoint.allow());
            return Err(Problem::new(Class::Method, detail));
        }
        if endpoint.needs_credentials() {
            self.check_credentials(&parts.headers)?;
        }
        let place = match endpoint.method() {
            Method::POST => self.place(peer)?,
            _ => None,
        };
        // Probes may add parameters of their own.
        let query = match endpoint.method() {
            Method::POST => Query::read(parts.uri.query(), endpoint == Endpoint::Bundle)?,
            _ => Query::default(),
        };
        let mut reservation = self.service.budget().reservation();
        // A stream begins where there is room for an item, so that items find room while streams
        // begin.
        let item = match endpoint {
            Endpoint::Bulk(bulk) => bulk.item_length(),
            _ => 0,
        };
        if endpoint.method() == Method::POST {
            reservation.reserve(REQUEST, item)?;
        }
        Ok(Admitted {
            query,
            reservation,
            place,
        })
    }
}

/// The room that a request holds until the connection has taken its answer.
#[derive(Debug)]
pub(super) struct Admitted {
    pub(super) query: Query,
    pub(super) reservation: Reservation,
    #[expect(dead_code, reason = "dropping it makes room for another request")]
    place: Option<ClientPlace<String>>,
}

impl Admitted {
    /// The memory of the request beside its head: that of the body and of what is made from the body. It
    /// is kept as long as the inputs of calls are in memory, though the request may end earlier.
    pub(super) fn memory_of_inputs(&mut self) -> Reservation {
        let bytes = self.reservation.bytes().saturating_sub(REQUEST);
        self.reservation.split(bytes).beside(REQUEST)
    }
}

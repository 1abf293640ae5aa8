//! Admission by bytes, before and while a body is read, and the limit of requests of one client.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use kzg_advanced::resilience::InputGuard;

use crate::problem::{Class, Problem};

/// The bytes that a request of HTTP takes beside its body, until its answer is taken.
pub(crate) const REQUEST: usize = 4096;

/// A bound on the bytes of all requests under way.
#[derive(Debug)]
pub struct ByteBudget {
    limit: usize,
    used: AtomicUsize,
}

impl ByteBudget {
    /// A budget of `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self {
            limit,
            used: AtomicUsize::new(0),
        })
    }

    /// The bound.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// The bytes that are reserved now.
    #[must_use]
    pub fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// Whether a number of bytes are free now. A body whose announced length does not fit is
    /// refused before it is read. Its bytes are reserved as they arrive, so that a sender which
    /// announces many bytes and sends few takes no room from others.
    #[must_use]
    pub fn has_room(&self, bytes: usize) -> bool {
        self.used().saturating_add(bytes) <= self.limit
    }

    /// The problem of a request that needs `whole` bytes in all, for which there is no room now.
    pub(crate) fn refusal(&self, whole: usize) -> Problem {
        let limit = self.limit;
        if whole <= limit {
            return Problem::new(Class::Busy, "busy: the memory for requests is full");
        }
        let detail =
            format!("the request needs more than the {limit} bytes of memory for requests");
        Problem::new(Class::TooLarge, detail)
    }

    /// A reservation of nothing yet.
    #[must_use]
    pub fn reservation(self: &Arc<Self>) -> Reservation {
        Reservation {
            budget: Arc::clone(self),
            bytes: 0,
            beside: 0,
        }
    }
}

/// Reserved bytes, which are free again when the reservation is dropped.
#[derive(Debug)]
pub struct Reservation {
    budget: Arc<ByteBudget>,
    bytes: usize,
    /// The bytes that the same request keeps in another reservation.
    beside: usize,
}

impl Reservation {
    /// The bytes that are reserved.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The reservation of a request that keeps `bytes` in another reservation for at least as long. A need
    /// for which both together have no room is never met.
    #[must_use]
    pub(crate) fn beside(mut self, bytes: usize) -> Self {
        self.beside = bytes;
        self
    }

    /// Reserves more bytes. Returns whether there was room.
    #[must_use]
    pub fn grow(&mut self, bytes: usize) -> bool {
        self.grow_towards(bytes, bytes)
    }

    /// Reserves more bytes of a request. The caller needs `rest` bytes after these.
    ///
    /// # Errors
    ///
    /// Class `Busy` where there is no room for all of them, `TooLarge` where there never is.
    pub(crate) fn reserve(&mut self, bytes: usize, rest: usize) -> Result<(), Problem> {
        if self.grow_towards(bytes, bytes.saturating_add(rest)) {
            return Ok(());
        }
        let held = self.bytes.saturating_add(self.beside);
        let whole = held.saturating_add(bytes).saturating_add(rest);
        Err(self.budget.refusal(whole))
    }

    /// Reserves `bytes` more if at least `whole` bytes are free. The caller reserves the rest of `whole`
    /// in later steps. Returns whether the bytes were reserved.
    ///
    /// Among reservations that grow in steps, each step towards the same whole, the last that grew
    /// finds room for the rest: reservations never wait for each other without an end.
    #[must_use]
    pub fn grow_towards(&mut self, bytes: usize, whole: usize) -> bool {
        let limit = self.budget.limit;
        let add = |used: usize| {
            used.checked_add(bytes.max(whole))
                .filter(|&sum| sum <= limit)
                .map(|_| used + bytes)
        };
        let (order, budget) = (Ordering::Relaxed, &self.budget.used);
        let grown = budget.fetch_update(order, order, add).is_ok();
        self.bytes += if grown { bytes } else { 0 };
        grown
    }

    /// Counts the bytes of an answer, which exists already, beyond the limit too: while clients do
    /// not read their answers, no new body is admitted.
    pub fn grow_beyond(&mut self, bytes: usize) {
        self.budget.used.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
    }

    /// Moves `bytes`, or all if there are fewer, into a reservation of their own.
    #[must_use]
    pub fn split(&mut self, bytes: usize) -> Self {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        Self {
            budget: Arc::clone(&self.budget),
            bytes,
            beside: self.beside,
        }
    }

    /// Reserves `bytes` in all, if that is less than now.
    pub fn shrink_to(&mut self, bytes: usize) {
        if let Some(freed) = self.bytes.checked_sub(bytes) {
            self.budget.used.fetch_sub(freed, Ordering::Relaxed);
            self.bytes = bytes;
        }
    }
}

impl From<Reservation> for InputGuard {
    /// A guard that keeps the bytes reserved as long as the inputs of a call are in memory.
    fn from(reservation: Reservation) -> Self {
        Self::new(reservation)
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.shrink_to(0);
    }
}

/// The requests under way of each client.
#[derive(Debug)]
pub struct ClientLimit<K> {
    most: usize,
    under_way: Mutex<HashMap<K, usize>>,
}

impl<K: Clone + Eq + Hash> ClientLimit<K> {
    /// A limit of `most` requests at the same time for each client.
    #[must_use]
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            under_way: Mutex::default(),
        })
    }

    /// Counts a request of a client until the place is dropped; `None` where the client has too
    /// many.
    #[must_use]
    pub fn admit(self: &Arc<Self>, client: K) -> Option<ClientPlace<K>> {
        let mut under_way = self.lock();
        let count = under_way.get(&client).copied().unwrap_or(0);
        if count >= self.most {
            return None;
        }
        under_way.insert(client.clone(), count + 1);
        drop(under_way);
        Some(ClientPlace {
            limit: Arc::clone(self),
            client,
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<K, usize>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of a request of a client.
#[derive(Debug)]
pub struct ClientPlace<K: Clone + Eq + Hash> {
    limit: Arc<ClientLimit<K>>,
    client: K,
}

impl<K: Clone + Eq + Hash> Drop for ClientPlace<K> {
    fn drop(&mut self) {
        let mut under_way = self.limit.lock();
        if let Some(count) = under_way.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                under_way.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_reserved_up_to_the_limit_and_freed() {
        let budget = ByteBudget::new(100);
        let mut first = budget.reservation();
        assert!(first.grow(60) && first.grow(40) && !first.grow(1));
        assert!(!budget.has_room(1) && budget.has_room(0));
        assert!(!budget.reservation().grow(usize::MAX));
        first.shrink_to(90);
        assert!(!first.grow_towards(5, 11) && first.grow_towards(5, 10));
        assert!(first.grow_towards(5, 0) && !first.grow_towards(1, 0));
        first.shrink_to(50);
        first.shrink_to(70);
        assert_eq!(budget.used(), 50);
        let mut second = budget.reservation();
        second.grow_beyond(80);
        assert_eq!(budget.used(), 130);
        assert!(!first.grow(1));
        drop(second);
        let part = first.split(20);
        assert_eq!(budget.used(), 50);
        drop(first.split(100));
        assert_eq!(budget.used(), 20);
        drop(first);
        drop(part);
        assert_eq!(budget.used(), 0);
    }

    #[test]
    fn what_never_fits_is_too_large() {
        let budget = ByteBudget::new(100);
        let mut first = budget.reservation();
        assert_eq!(first.reserve(60, 40), Ok(()));
        let mut second = budget.reservation();
        for (bytes, rest, class) in [
            (41, 0, Class::Busy),
            (10, 31, Class::Busy),
            (10, 91, Class::TooLarge),
            (1, usize::MAX, Class::TooLarge),
        ] {
            assert_eq!(second.reserve(bytes, rest).unwrap_err().class, class);
        }
        assert_eq!(first.reserve(41, 0).unwrap_err().class, Class::TooLarge);
        assert_eq!(budget.used(), 60);
    }

    /// The bytes beside a body are free at no time while the body is read.
    #[test]
    fn what_never_fits_beside_the_rest_of_its_request_is_too_large() {
        let budget = ByteBudget::new(100);
        let mut head = budget.reservation();
        assert_eq!(head.reserve(10, 0), Ok(()));
        let mut body = budget.reservation().beside(head.bytes());
        assert_eq!(body.reserve(91, 0).unwrap_err().class, Class::TooLarge);
        assert_eq!(body.reserve(30, 60), Ok(()));
        assert_eq!(body.reserve(61, 0).unwrap_err().class, Class::TooLarge);
        assert_eq!(
            body.split(20).reserve(71, 0).unwrap_err().class,
            Class::TooLarge
        );
        // The memory is full of other requests.
        let mut others = budget.reservation();
        others.grow_beyond(60);
        assert_eq!(body.reserve(60, 0).unwrap_err().class, Class::Busy);
    }

    #[test]
    fn a_client_has_its_own_limit_and_is_forgotten() {
        let limit = ClientLimit::new(2);
        let first = limit.admit("a").unwrap();
        let _second = limit.admit("a").unwrap();
        assert!(limit.admit("a").is_none());
        let other = limit.admit("b").unwrap();
        drop((first, other));
        assert!(limit.admit("a").is_some());
        assert_eq!(limit.lock().len(), 1);
        let none = ClientLimit::new(0);
        assert!(none.admit("a").is_none());
        assert!(none.lock().is_empty());
    }
}

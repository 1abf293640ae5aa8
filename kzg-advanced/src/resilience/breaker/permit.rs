//! The breaker as threads share it: a lock, a clock, and permits that are guards.

use core::fmt;
use core::time::Duration;

use super::machine::{BreakerOptions, BreakerOutcome, BreakerState, Machine, Ticket};
use super::sync::{Arc, Clock, Mutex, MutexGuard, lock};

/// A change of state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transition {
    /// The state before.
    pub from: BreakerState,
    /// The state after.
    pub to: BreakerState,
    /// When, by the breaker's clock.
    pub at: Duration,
}

type Listener = Arc<dyn Fn(Transition) + Send + Sync>;

/// Keeps calls away from a backend that keeps failing.
///
/// Closed, it lets calls through and counts failures in a window that slides. Open, it refuses
/// at once. After a timeout it is half open: a few probes decide. A panic during a call counts
/// as a failure, since the permit is a guard.
pub struct CircuitBreaker {
    machine: Mutex<Machine>,
    clock: Arc<dyn Clock>,
    listener: Option<Listener>,
}

impl CircuitBreaker {
    /// A breaker that opens at `threshold` failures within a minute, for `timeout`.
    #[must_use]
    pub fn new(threshold: u32, timeout: Duration) -> Self {
        let options = BreakerOptions::default();
        let window = options.window;
        Self::with_options(
            options
                .with_threshold(threshold, window)
                .with_timeout(timeout),
        )
    }

    /// A breaker by the machine's clock.
    #[must_use]
    pub fn with_options(options: BreakerOptions) -> Self {
        Self::with_clock(options, super::sync::machine_clock())
    }

    /// A breaker by another clock.
    #[must_use]
    pub fn with_clock(options: BreakerOptions, clock: Arc<dyn Clock>) -> Self {
        // The fields are public, so the bounds that builders hold are held here too.
        let options = options
            .with_threshold(options.threshold, options.window)
            .with_probes(options.probes, options.successes);
        Self {
            machine: Mutex::new(Machine::new(options)),
            clock,
            listener: None,
        }
    }

    /// The same, telling of every change of state. Called on the thread that caused it, with
    /// no lock held.
    #[must_use]
    pub fn on_transition(mut self, listener: impl Fn(Transition) + Send + Sync + 'static) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }

    /// The state that a call would meet now.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        self.machine().state(self.clock.now())
    }

    /// Whether a call would be let through now. Nothing is reserved: see
    /// [`try_acquire`](Self::try_acquire).
    #[must_use]
    pub fn can_execute(&self) -> bool {
        self.machine().admits(self.clock.now())
    }

    /// Leave to make one call, or `None`. The permit has to be told how the call ended.
    #[must_use]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let now = self.clock.now();
        let ticket = self.change(now, |machine| machine.admit(now))?;
        Some(Permit {
            breaker: self,
            ticket,
            settled: false,
        })
    }

    /// A call without a permit succeeded.
    pub fn record_success(&self) {
        self.record(BreakerOutcome::Success);
    }

    /// A call without a permit failed.
    pub fn record_failure(&self) {
        self.record(BreakerOutcome::Failure);
    }

    /// A call without a permit ended.
    pub fn record(&self, outcome: BreakerOutcome) {
        let now = self.clock.now();
        self.change(now, |machine| machine.record(outcome, now));
    }

    /// Opens it until [`force_close`](Self::force_close).
    pub fn force_open(&self) {
        self.change(self.clock.now(), Machine::force_open);
    }

    /// Closes it, and forgets failures.
    pub fn force_close(&self) {
        self.change(self.clock.now(), Machine::close);
    }

    fn change<R>(&self, now: Duration, f: impl FnOnce(&mut Machine) -> R) -> R {
        let mut machine = self.machine();
        let from = machine.phase();
        let result = f(&mut machine);
        let to = machine.phase();
        drop(machine);
        if from != to
            && let Some(listener) = &self.listener
        {
            listener(Transition { from, to, at: now });
        }
        result
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        lock(&self.machine)
    }
}

impl fmt::Debug for CircuitBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CircuitBreaker")
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

/// Leave to make one call. Dropped without a word, as by a panic, it reports a failure.
#[derive(Debug)]
#[must_use = "a permit that is dropped reports a failure"]
pub struct Permit<'b> {
    breaker: &'b CircuitBreaker,
    ticket: Ticket,
    settled: bool,
}

impl Permit<'_> {
    /// Whether the call is a probe of a half-open breaker.
    #[must_use]
    pub fn is_probe(&self) -> bool {
        self.ticket.probe
    }

    /// The call has ended.
    pub fn settle(mut self, outcome: BreakerOutcome) {
        self.report(outcome);
    }

    fn report(&mut self, outcome: BreakerOutcome) {
        if !self.settled {
            self.settled = true;
            let (now, ticket) = (self.breaker.clock.now(), self.ticket);
            self.breaker
                .change(now, |machine| machine.settle(ticket, outcome, now));
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.report(BreakerOutcome::Failure);
    }
}

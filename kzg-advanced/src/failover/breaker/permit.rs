//! The breaker as threads share it: a lock, a clock, and permits that are guards.

use core::fmt;
use core::time::Duration;

use super::machine::{Admitted, BreakerOutcome, BreakerState, Machine};
use super::options::BreakerOptions;
use super::sync::{Arc, Clock, Mutex, MutexGuard, lock, users_code};

/// A change of state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transition {
    /// The state before.
    pub from: BreakerState,
    /// The state after.
    pub to: BreakerState,
    /// The time of the change, by the breaker's clock.
    pub at: Duration,
}

/// The changes of state that a listener has yet to be told.
#[derive(Debug)]
#[must_use = "the listener is not told"]
pub(crate) struct Transitions(Vec<Transition>);

type Listener = Arc<dyn Fn(Transition) + Send + Sync>;

/// The circuit breaker of a backend.
///
/// A closed breaker lets calls through, and counts failures in a sliding window. An open breaker
/// refuses at once. After a timeout the breaker is half open: a few probes decide. A panic during
/// a call counts as a failure, since the permit is a guard.
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

    /// A breaker with the machine's clock.
    #[must_use]
    pub fn with_options(options: BreakerOptions) -> Self {
        Self::with_clock(options, super::sync::machine_clock())
    }

    /// A breaker with another clock.
    #[must_use]
    pub fn with_clock(options: BreakerOptions, clock: Arc<dyn Clock>) -> Self {
        Self {
            machine: Mutex::new(Machine::new(options)),
            clock,
            listener: None,
        }
    }

    /// The same breaker with a listener for changes of state. The listener is called on the thread
    /// that caused the change. No lock of this library is held. A panic of the listener is logged.
    #[must_use]
    pub fn on_transition(mut self, listener: impl Fn(Transition) + Send + Sync + 'static) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }

    /// The state that a call would meet now.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        let now = self.now();
        self.machine().state(now)
    }

    /// Whether a call would be let through now. Nothing is reserved: see
    /// [`try_acquire`](Self::try_acquire).
    #[must_use]
    pub fn can_execute(&self) -> bool {
        let now = self.now();
        self.machine().admits(now)
    }

    /// The permit for one call, or `None`. The caller reports to the permit how the call ended.
    #[must_use]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let now = self.now();
        let call = self.change(now, |machine| machine.admit(now))?;
        Some(Permit {
            breaker: self,
            call,
            settled: false,
        })
    }

    /// Counts the success of a call without a permit. After the timeout of an open breaker, the call
    /// counts as a probe: enough successes close the breaker.
    pub fn record_success(&self) {
        self.record(BreakerOutcome::Success);
    }

    /// Counts the failure of a call without a permit. After the timeout of an open breaker, the call
    /// counts as a probe: one failure opens the breaker again.
    pub fn record_failure(&self) {
        self.record(BreakerOutcome::Failure);
    }

    /// Counts the end of a call without a permit, as [`record_success`](Self::record_success) and
    /// [`record_failure`](Self::record_failure) do.
    pub fn record(&self, outcome: BreakerOutcome) {
        let now = self.now();
        self.change(now, |machine| machine.record(outcome, now));
    }

    /// Opens the breaker because the backend computed wrong bytes, or refused well-formed input. From now on, a probe
    /// helps to close it only if another backend confirms its result. [`record_success`](Self::record_success) and
    /// [`force_close`](Self::force_close) close it still.
    pub(crate) fn distrust(&self) {
        let now = self.now();
        self.change(now, |machine| machine.distrust(now));
    }

    /// Counts as a failure a call that was abandoned without being counted.
    pub(crate) fn count_abandoned(&self, call: AbandonedCall, now: Duration) -> Transitions {
        self.apply(now, |machine| machine.abandon(call.0, now)).1
    }

    /// Counts the end of a call that was abandoned without being counted.
    pub(crate) fn ended(&self, call: AbandonedCall, outcome: BreakerOutcome) {
        let now = self.now();
        self.change(now, |machine| machine.settle(call.0, outcome, now));
    }

    /// Counts the end of a call that was abandoned earlier. If the call ended well, it is no
    /// longer counted as a failure.
    pub(crate) fn returned(&self, call: AbandonedCall, outcome: BreakerOutcome) {
        let now = self.now();
        self.change(now, |machine| machine.returned(call.0, outcome, now));
    }

    /// Opens the breaker until [`force_close`](Self::force_close).
    pub fn force_open(&self) {
        self.change(self.now(), Machine::force_open);
    }

    /// Closes the breaker, and clears the failure count.
    pub fn force_close(&self) {
        self.change(self.now(), Machine::close);
    }

    /// Changes the machine, and reports each change of phase.
    fn change<R>(&self, now: Duration, f: impl FnOnce(&mut Machine) -> R) -> R {
        let (result, transitions) = self.apply(now, f);
        self.report(transitions);
        result
    }

    /// Changes the machine. The caller reports the changes of phase, without a lock.
    fn apply<R>(&self, now: Duration, f: impl FnOnce(&mut Machine) -> R) -> (R, Transitions) {
        let mut machine = self.machine();
        let mut from = machine.phase();
        let result = f(&mut machine);
        let entered = machine.take_entered();
        drop(machine);
        let mut transitions = Vec::new();
        for to in entered {
            if from != to {
                transitions.push(Transition { from, to, at: now });
            }
            from = to;
        }
        (result, Transitions(transitions))
    }

    /// Reports changes of state to the listener, which is code of the user's.
    pub(crate) fn report(&self, transitions: Transitions) {
        let Some(listener) = &self.listener else {
            return;
        };
        for transition in transitions.0 {
            users_code("on_transition", || listener(transition));
        }
    }

    /// The time by the breaker's clock, which is code of the user's.
    pub(crate) fn now(&self) -> Duration {
        time_of(&*self.clock)
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        lock(&self.machine)
    }
}

/// The time of a user's clock; the clock's start if the clock panics.
pub(crate) fn time_of(clock: &dyn Clock) -> Duration {
    let mut now = Duration::ZERO;
    users_code("a clock", || now = clock.now());
    now
}

impl fmt::Debug for CircuitBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CircuitBreaker")
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

/// The permit for one call. A permit that is dropped without a report, as by a panic, reports a
/// failure.
#[derive(Debug)]
#[must_use = "a permit that is dropped reports a failure"]
pub struct Permit<'b> {
    breaker: &'b CircuitBreaker,
    call: Admitted,
    settled: bool,
}

/// An abandoned call, which may still succeed after it was counted as a failure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AbandonedCall(Admitted);

impl Permit<'_> {
    /// Whether the call is a probe of a half-open breaker.
    #[must_use]
    pub fn is_probe(&self) -> bool {
        self.call.probe
    }

    /// Reports the end of the call.
    pub fn settle(mut self, outcome: BreakerOutcome) {
        self.report(outcome);
    }

    /// Reports the success of a call whose result no other backend has confirmed. It does not help to close a breaker
    /// that wrong bytes have opened.
    pub(crate) fn settle_unconfirmed(self) {
        let is_distrusted = self.breaker.machine().is_distrusted();
        self.settle(match is_distrusted {
            true => BreakerOutcome::Neutral,
            false => BreakerOutcome::Success,
        });
    }

    /// Reports that the call is over its budget and abandoned.
    pub(crate) fn abandon(mut self, now: Duration) -> (AbandonedCall, Transitions) {
        self.settled = true;
        let call = self.call;
        let abandon = |machine: &mut Machine| machine.abandon(call, now);
        let ((), transitions) = self.breaker.apply(now, abandon);
        (AbandonedCall(call), transitions)
    }

    /// Abandons the call without counting it as a failure so far. A probe keeps its place until it
    /// ends or is over its limit.
    pub(crate) fn abandon_uncounted(mut self) -> AbandonedCall {
        self.settled = true;
        AbandonedCall(self.call)
    }

    fn report(&mut self, outcome: BreakerOutcome) {
        if !self.settled {
            self.settled = true;
            let (now, call) = (self.breaker.now(), self.call);
            self.breaker
                .change(now, |machine| machine.settle(call, outcome, now));
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.report(BreakerOutcome::Failure);
    }
}

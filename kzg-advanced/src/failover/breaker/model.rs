//! Compares the breaker with a reference that keeps all events and computes the state from them.

use core::time::Duration;

use proptest::prelude::*;

use super::machine::{Admitted, BreakerOutcome, BreakerState, Machine};
use super::options::BreakerOptions;

const OPTIONS: [BreakerOptions; 3] = [
    BreakerOptions {
        threshold: 1,
        window: Duration::from_secs(5),
        timeout: Duration::from_secs(3),
        probes: 1,
        successes: 1,
        probe_limit: Duration::MAX,
    },
    BreakerOptions {
        threshold: 3,
        window: Duration::from_secs(10),
        timeout: Duration::from_secs(4),
        probes: 2,
        successes: 3,
        probe_limit: Duration::MAX,
    },
    BreakerOptions {
        threshold: 2,
        window: Duration::from_secs(2),
        timeout: Duration::from_secs(6),
        probes: 3,
        successes: 2,
        probe_limit: Duration::MAX,
    },
];

#[derive(Clone, Copy, Debug)]
enum Step {
    Wait(u64),
    Admit,
    /// Ends one of the calls that run, by position.
    Settle(usize, BreakerOutcome),
    Record(BreakerOutcome),
    ForceOpen,
    Close,
}

fn outcome() -> impl Strategy<Value = BreakerOutcome> {
    prop_oneof![
        4 => Just(BreakerOutcome::Failure),
        4 => Just(BreakerOutcome::Success),
        1 => Just(BreakerOutcome::Neutral),
        1 => Just(BreakerOutcome::Fatal),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0_u64..8).prop_map(Step::Wait),
        6 => Just(Step::Admit),
        6 => (any::<prop::sample::Index>(), outcome())
            .prop_map(|(index, outcome)| Step::Settle(index.index(64), outcome)),
        2 => outcome().prop_map(Step::Record),
        1 => Just(Step::ForceOpen),
        1 => Just(Step::Close),
    ]
}

/// The state of the reference, and the events since the last change of state.
#[derive(Debug)]
struct Reference {
    options: BreakerOptions,
    state: BreakerState,
    /// The moment at which the breaker opened; `None` if it was opened by force.
    opened: Option<u64>,
    /// The number of changes of state so far.
    changes: usize,
    failures: Vec<u64>,
    successes: usize,
    probes: usize,
}

impl Reference {
    fn become_(&mut self, state: BreakerState, opened: Option<u64>) {
        self.state = state;
        self.opened = opened;
        self.changes += 1;
        self.failures.clear();
        self.successes = 0;
        self.probes = 0;
    }

    fn end_timeout(&mut self, now: u64) {
        let timeout = self.options.timeout.as_secs();
        if self.state == BreakerState::Open && self.opened.is_some_and(|at| now >= at + timeout) {
            self.become_(BreakerState::HalfOpen, None);
        }
    }

    fn admit(&mut self, now: u64) -> bool {
        self.end_timeout(now);
        match self.state {
            BreakerState::Closed => true,
            BreakerState::Open => false,
            BreakerState::HalfOpen => {
                let free = self.probes < self.options.probes as usize;
                self.probes += usize::from(free);
                free
            }
        }
    }

    fn settle(&mut self, admitted_after: usize, outcome: BreakerOutcome, now: u64) {
        let current = admitted_after == self.changes;
        if current && self.state == BreakerState::HalfOpen {
            self.probes -= 1;
        }
        if current || outcome == BreakerOutcome::Fatal {
            self.record(outcome, now);
        }
    }

    fn record(&mut self, outcome: BreakerOutcome, now: u64) {
        if matches!(outcome, BreakerOutcome::Success | BreakerOutcome::Failure) {
            self.end_timeout(now);
        }
        let forced = self.state == BreakerState::Open && self.opened.is_none();
        match (self.state, outcome) {
            (_, BreakerOutcome::Fatal) if !forced => {
                self.become_(BreakerState::Open, Some(now));
            }
            (BreakerState::Closed, BreakerOutcome::Failure) => {
                self.failures.push(now);
                let window = self.options.window.as_secs();
                let recent = self.failures.iter().filter(|&&at| now < at + window);
                if recent.count() >= self.options.threshold as usize {
                    self.become_(BreakerState::Open, Some(now));
                }
            }
            (BreakerState::HalfOpen, BreakerOutcome::Failure) => {
                self.become_(BreakerState::Open, Some(now));
            }
            (BreakerState::HalfOpen, BreakerOutcome::Success) => {
                self.successes += 1;
                if self.successes >= self.options.successes as usize {
                    self.become_(BreakerState::Closed, None);
                }
            }
            _ => {}
        }
    }
}

fn check(options: BreakerOptions, steps: &[Step]) {
    let mut machine = Machine::new(options);
    let mut reference = Reference {
        options,
        state: BreakerState::Closed,
        opened: None,
        changes: 0,
        failures: Vec::new(),
        successes: 0,
        probes: 0,
    };
    let mut now = 0;
    let mut running: Vec<(Admitted, usize)> = Vec::new();
    for &step in steps {
        let time = Duration::from_secs(now);
        match step {
            Step::Wait(seconds) => now += seconds,
            Step::Admit => {
                let admits = machine.admits(time);
                let call = machine.admit(time);
                assert_eq!(admits, call.is_some());
                assert_eq!(call.is_some(), reference.admit(now));
                running.extend(call.map(|call| (call, reference.changes)));
            }
            Step::Settle(index, outcome) if !running.is_empty() => {
                let (call, admitted_after) = running.swap_remove(index % running.len());
                machine.settle(call, outcome, time);
                reference.settle(admitted_after, outcome, now);
            }
            Step::Settle(..) => {}
            Step::Record(outcome) => {
                machine.record(outcome, time);
                reference.record(outcome, now);
            }
            Step::ForceOpen => {
                machine.force_open();
                reference.become_(BreakerState::Open, None);
            }
            Step::Close => {
                machine.close();
                reference.become_(BreakerState::Closed, None);
            }
        }
        assert_eq!(machine.phase(), reference.state, "after {step:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn behaves_as_the_reference_model(
        options in 0..OPTIONS.len(),
        steps in prop::collection::vec(step(), 1..80),
    ) {
        check(OPTIONS[options], &steps);
    }
}

//! The metrics of the service, in the text form of Prometheus.
//!
//! The process has one recorder, which the first server installs unless the program has one. The metrics
//! of kzg-advanced are among them, see `kzg_advanced::monitor`.

use core::time::Duration;
use std::sync::OnceLock;

use kzg_advanced::monitor::{CallObserver, ObservedCall};
use metrics::{
    SetRecorderError, counter, describe_counter, describe_gauge, describe_histogram, gauge,
    histogram,
};
use metrics_exporter_prometheus::{
    Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};

use crate::service::{Service, State};

/// The recorder of the process.
static RECORDER: OnceLock<Recorder> = OnceLock::new();

/// The recorder that `/metrics` renders.
struct Recorder {
    handle: PrometheusHandle,
    /// The recorder itself where the program has installed another one.
    local: Option<PrometheusRecorder>,
}

/// The time between two upkeeps of the recorder.
const UPKEEP: Duration = Duration::from_secs(5);

/// The bounds of the buckets of times, in seconds.
const SECONDS: [f64; 14] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// The metrics with their kinds and descriptions.
const DESCRIPTIONS: [(&str, Kind, &str); 25] = [
    (
        "kzg_requests_total",
        Kind::Counter,
        "Finished requests by front, endpoint and status.",
    ),
    (
        "kzg_request_seconds",
        Kind::Histogram,
        "Time from the head of a request to its answer.",
    ),
    ("kzg_requests_in_flight", Kind::Gauge, "Requests under way."),
    ("kzg_connections", Kind::Gauge, "Open connections."),
    (
        "kzg_bytes_in_flight",
        Kind::Gauge,
        "Bytes of requests and answers under way.",
    ),
    (
        "kzg_bytes_limit",
        Kind::Gauge,
        "Bound on the bytes under way.",
    ),
    (
        "kzg_tasks_queued",
        Kind::Gauge,
        "Calls that wait for a worker.",
    ),
    ("kzg_tasks_active", Kind::Gauge, "Busy workers."),
    (
        "kzg_workers_abandoned",
        Kind::Gauge,
        "Workers in calls for which nobody waits any more.",
    ),
    (
        "kzg_tasks_refused_total",
        Kind::Counter,
        "Calls that got no place in a lane: it was full, or the deadline passed, or the server ended.",
    ),
    (
        "kzg_gathered_calls_total",
        Kind::Counter,
        "Batch calls that answered several requests.",
    ),
    (
        "kzg_gathered_tasks_total",
        Kind::Counter,
        "Requests that batch calls answered.",
    ),
    (
        "kzg_integrity_alarms_total",
        Kind::Counter,
        "Answers withheld because results disagree.",
    ),
    (
        "kzg_ready",
        Kind::Gauge,
        "1 if the service is ready, 0 while it starts or drains.",
    ),
    (
        "kzg_build_info",
        Kind::Gauge,
        "Version, backend and engine, as labels.",
    ),
    (
        "kzg_backend_calls_total",
        Kind::Counter,
        "Calls of each backend by their outcome.",
    ),
    (
        "kzg_backend_call_seconds",
        Kind::Histogram,
        "Time of the calls of each backend.",
    ),
    (
        "kzg_calls_total",
        Kind::Counter,
        "Calls by operation, before retries and fallbacks.",
    ),
    (
        "kzg_errors_total",
        Kind::Counter,
        "Failed calls by operation and kind.",
    ),
    (
        "kzg_bytes_total",
        Kind::Counter,
        "Bytes of the inputs of calls.",
    ),
    (
        "kzg_call_seconds",
        Kind::Histogram,
        "Time of calls, with retries and fallbacks.",
    ),
    (
        "kzg_resident_bytes",
        Kind::Gauge,
        "Resident memory of the process.",
    ),
    (
        "kzg_peak_resident_bytes",
        Kind::Gauge,
        "Highest resident memory of the process.",
    ),
    (
        "kzg_breaker_transitions_total",
        Kind::Counter,
        "Changes of state of circuit breakers.",
    ),
    (
        "kzg_integrity_mismatches_total",
        Kind::Counter,
        "Results that backends disagreed about.",
    ),
];

#[derive(Clone, Copy, Debug)]
enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// Installs the recorder of the process, unless there is one. A program that has installed a recorder of
/// its own keeps it, and that recorder counts requests and calls; `/metrics` then has the state of the
/// service alone.
pub fn install() -> &'static PrometheusHandle {
    &recorder().handle
}

fn recorder() -> &'static Recorder {
    RECORDER.get_or_init(|| {
        let seconds = Matcher::Suffix("_seconds".to_owned());
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(seconds, &SECONDS)
            .expect("there are buckets")
            .build_recorder();
        metrics::with_local_recorder(&recorder, describe);
        let handle = recorder.handle();
        let refused = metrics::set_global_recorder(recorder).err();
        let local = refused.map(SetRecorderError::into_inner);
        Recorder { handle, local }
    })
}

/// Describes all metrics to the current recorder.
fn describe() {
    for (name, kind, text) in DESCRIPTIONS {
        match kind {
            Kind::Counter => describe_counter!(name, text),
            Kind::Gauge => describe_gauge!(name, text),
            Kind::Histogram => describe_histogram!(name, text),
        }
    }
}

/// Does the upkeep of the recorder again and again, for as long as a server runs. The recorder keeps
/// each recorded time until then, so that its memory would grow where nobody scrapes the metrics.
pub(crate) async fn maintain() {
    let handle = install();
    repeat(UPKEEP, || handle.run_upkeep()).await;
}

async fn repeat(period: Duration, mut action: impl FnMut()) {
    let mut interval = tokio::time::interval(period);
    loop {
        interval.tick().await;
        action();
    }
}

/// All metrics as of now.
#[must_use]
pub fn render(service: &Service) -> String {
    let Recorder { handle, local } = recorder();
    match local {
        Some(local) => metrics::with_local_recorder(local, || state(service)),
        None => state(service),
    }
    handle.run_upkeep();
    handle.render()
}

/// Records the state of a service.
fn state(service: &Service) {
    let statistics = service.statistics();
    let budget = service.budget();
    gauge!("kzg_bytes_in_flight").set(budget.used() as f64);
    gauge!("kzg_bytes_limit").set(budget.limit() as f64);
    gauge!("kzg_tasks_queued").set(statistics.queued_tasks as f64);
    gauge!("kzg_tasks_active").set(statistics.active_tasks as f64);
    gauge!("kzg_workers_abandoned").set(statistics.abandoned_workers as f64);
    counter!("kzg_tasks_refused_total").absolute(statistics.refused_tasks as u64);
    counter!("kzg_gathered_calls_total").absolute(statistics.gathered_calls as u64);
    counter!("kzg_gathered_tasks_total").absolute(statistics.gathered_tasks as u64);
    counter!("kzg_integrity_alarms_total").increment(0);
    gauge!("kzg_ready").set(f64::from(service.state() == State::Ready));
    let backends = service.backends();
    gauge!(
        "kzg_build_info",
        "version" => env!("CARGO_PKG_VERSION"),
        "backend" => backends.manager.backends().next().unwrap_or_default().to_owned(),
        "engine" => backends.engine.clone().unwrap_or_default(),
    )
    .set(1.0);
}

/// Counts an answer that was withheld because results disagree.
pub fn integrity_alarm() {
    counter!("kzg_integrity_alarms_total").increment(1);
}

/// Counts a finished request.
pub fn request(front: &'static str, endpoint: &'static str, status: u16, time: Duration) {
    let status = status.to_string();
    counter!("kzg_requests_total", "front" => front, "endpoint" => endpoint, "status" => status)
        .increment(1);
    histogram!("kzg_request_seconds", "front" => front, "endpoint" => endpoint).record(time);
}

/// The number of objects of one kind that exist now, such as connections.
#[derive(Debug)]
pub struct UnderWay(&'static str);

impl UnderWay {
    /// Counts one more, until the value is dropped.
    #[must_use]
    pub fn count(name: &'static str) -> Self {
        gauge!(name).increment(1.0);
        Self(name)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        gauge!(self.0).decrement(1.0);
    }
}

/// Counts the calls of one backend, retries, fallbacks and cross-checks included.
#[derive(Debug)]
pub struct BackendObserver(pub String);

impl CallObserver for BackendObserver {
    fn observe(&self, call: &ObservedCall) {
        let outcome = call.error.map_or("ok".to_owned(), |kind| kind.to_string());
        let (backend, operation) = (self.0.clone(), call.operation.name());
        counter!(
            "kzg_backend_calls_total",
            "backend" => backend.clone(),
            "operation" => operation,
            "outcome" => outcome
        )
        .increment(1);
        histogram!("kzg_backend_call_seconds", "backend" => backend, "operation" => operation)
            .record(call.time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn upkeep_is_done_again_and_again() {
        let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
        let repeated = repeat(Duration::from_millis(1), || {
            sender.send(()).expect("the receiver exists");
        });
        let counted = async {
            for _ in 0..3 {
                receiver.recv().await.expect("an upkeep");
            }
        };
        tokio::select! {
            () = repeated => panic!("the upkeep has ended"),
            () = tokio::time::sleep(Duration::from_secs(60)) => panic!("no third upkeep"),
            () = counted => {}
        }
    }
}

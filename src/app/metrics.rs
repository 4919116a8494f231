//! Figures for whoever operates a server, in the text that Prometheus reads. Labels come from
//! closed lists (routes, codes), so that nobody can make them grow.

use super::ledger::{Ledger, Outcome};
use super::memory::Memory;
use crate::core::text::Explain as _;
use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// A request, as it is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Request {
    /// The pattern of its path, never the path.
    pub route: String,
    /// Its method; an unknown one is `other`.
    pub method: &'static str,
    /// The status of the answer.
    pub status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Code {
    code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Renewal {
    outcome: &'static str,
}

/// What is counted, and what is looked at when somebody asks.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    request_seconds: Family<Route, Histogram>,
    outcomes: Family<Code, Counter>,
    refusals: Family<Code, Counter>,
    problems: Family<Code, Counter>,
    answers: Family<Code, Counter>,
    answers_bytes: Gauge,
    renewals: Family<Renewal, Counter>,
    queue_records: Gauge,
    queue_bytes: Gauge,
    log_entries: Gauge,
    up: Gauge,
}

impl Metrics {
    /// Begins to count.
    #[must_use]
    pub fn new(ledger: &Ledger) -> Self {
        let latency: fn() -> Histogram = || Histogram::new(exponential_buckets(0.000_25, 2.0, 16));
        let mut metrics = Self {
            registry: Registry::with_prefix("shisu"),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(latency),
            outcomes: Family::default(),
            refusals: Family::default(),
            problems: Family::default(),
            answers: Family::default(),
            answers_bytes: Gauge::default(),
            renewals: Family::default(),
            queue_records: Gauge::default(),
            queue_bytes: Gauge::default(),
            log_entries: Gauge::default(),
            up: Gauge::default(),
        };
        metrics.register(ledger);
        metrics
    }

    fn register(&mut self, ledger: &Ledger) {
        let figures = ledger.figures();
        let r = &mut self.registry;
        r.register("requests", "Requests answered", self.requests.clone());
        r.register_with_unit(
            "request_duration",
            "Time from the head of a request to its answer",
            Unit::Seconds,
            self.request_seconds.clone(),
        );
        r.register("outcomes", "Records submitted", self.outcomes.clone());
        r.register("refusals", "Records refused", self.refusals.clone());
        r.register("problems", "Requests not answered", self.problems.clone());
        r.register(
            "answers",
            "Traces and verdicts, by whether they were remembered",
            self.answers.clone(),
        );
        r.register(
            "answers_bytes",
            "Bytes of remembered traces and verdicts",
            self.answers_bytes.clone(),
        );
        r.register(
            "certificate_renewals",
            "New TLS files that were seen",
            self.renewals.clone(),
        );
        r.register(
            "batch_records",
            "Records of a commit",
            figures.batch_records.clone(),
        );
        r.register_with_unit(
            "batch_duration",
            "Time of a commit and its signed head",
            Unit::Seconds,
            figures.batch_seconds.clone(),
        );
        r.register(
            "batches_failed",
            "Batches that were not appended",
            figures.batches_failed.clone(),
        );
        r.register(
            "queue_records",
            "Records waiting for the writer",
            self.queue_records.clone(),
        );
        r.register(
            "queue_bytes",
            "Bytes of records waiting for the writer",
            self.queue_bytes.clone(),
        );
        r.register(
            "log_entries",
            "Entries of the log under the last head signed here",
            self.log_entries.clone(),
        );
        r.register("appends_work", "1 if appends work", self.up.clone());
    }

    /// Counts a request.
    pub fn answered(&self, request: Request, took: Duration) {
        let route = Route {
            route: request.route.clone(),
        };
        self.request_seconds
            .get_or_create(&route)
            .observe(took.as_secs_f64());
        self.requests.get_or_create(&request).inc();
    }

    /// Counts what became of records.
    pub fn submitted(&self, outcomes: &[Outcome]) {
        for outcome in outcomes {
            let code = outcome.code();
            self.outcomes.get_or_create(&Code { code }).inc();
            if let Outcome::Refused(refusal) = outcome {
                let code = refusal.code();
                self.refusals.get_or_create(&Code { code }).inc();
            }
        }
    }

    /// Counts a problem by its code.
    pub fn problem(&self, code: &'static str) {
        self.problems.get_or_create(&Code { code }).inc();
    }

    /// Counts a trace or verdict.
    pub fn judged(&self, is_remembered: bool) {
        let code = if is_remembered { "remembered" } else { "made" };
        self.answers.get_or_create(&Code { code }).inc();
    }

    /// Counts new TLS files: `taken` or `refused`.
    pub fn certificates_renewed(&self, outcome: &'static str) {
        self.renewals.get_or_create(&Renewal { outcome }).inc();
    }

    /// The text that Prometheus reads.
    #[must_use]
    pub fn text(&self, ledger: &Ledger, memory: &Memory, is_well: bool) -> String {
        let whole = |figure: usize| i64::try_from(figure).unwrap_or(i64::MAX);
        self.answers_bytes.set(whole(memory.holds().1));
        let (records, bytes) = ledger.waiting();
        self.queue_records.set(whole(records));
        self.queue_bytes.set(whole(bytes));
        let size = ledger.head().map_or(0, |head| head.checkpoint().size());
        self.log_entries
            .set(i64::try_from(size).unwrap_or(i64::MAX));
        self.up.set(i64::from(is_well));
        let mut text = String::new();
        // Writing to a string does not fail.
        encode(&mut text, &self.registry).unwrap_or_default();
        text
    }
}

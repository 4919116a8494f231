//! The benchmark: the limits of the machine and what the ledger reaches of them, measured in one
//! run. Figures are ratios against limits of the same minutes, because machines are noisy.

mod fill;
mod flood;
mod http;
mod limits;
mod overload;
mod pages;
mod pair;
mod run;
mod web;
mod workload;

pub use limits::Limits;
pub use run::{Plan, run};
pub use web::{Host, Served};

use serde::Serialize;
use std::time::Duration;

/// One measured figure.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// Its stable name.
    pub name: &'static str,
    /// What it is, Chinese first.
    pub what: &'static str,
    /// Measured value.
    pub value: f64,
    /// Unit of value and goal.
    pub unit: &'static str,
    /// What it should be.
    pub goal: f64,
    /// Whether larger is better.
    pub at_least: bool,
    /// Whether the goal is met.
    pub met: bool,
    /// What else is worth knowing, such as the limit the goal refers to.
    pub note: String,
}

impl Figure {
    /// A figure that should be at least `goal`.
    pub(crate) fn at_least(
        name: &'static str,
        what: &'static str,
        value: f64,
        unit: &'static str,
        goal: f64,
    ) -> Self {
        Self {
            name,
            what,
            value,
            unit,
            goal,
            at_least: true,
            met: value >= goal,
            note: String::new(),
        }
    }

    /// A figure that should be at most `goal`.
    pub(crate) fn at_most(
        name: &'static str,
        what: &'static str,
        value: f64,
        unit: &'static str,
        goal: f64,
    ) -> Self {
        Self {
            name,
            what,
            value,
            unit,
            goal,
            at_least: false,
            met: value <= goal,
            note: String::new(),
        }
    }

    pub(crate) fn with_note(mut self, note: String) -> Self {
        self.note = note;
        self
    }
}

/// What a run of the benchmark found.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The machine's limits.
    pub limits: Limits,
    /// The figures.
    pub figures: Vec<Figure>,
    /// Figures that were not measured, and why.
    pub not_measured: Vec<String>,
}

/// How long things took.
struct Times {
    count: usize,
    p50_ms: f64,
    p99_ms: f64,
}

impl Times {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |per_mille: usize| {
            let index = times.len().saturating_mul(per_mille) / 1000;
            times
                .get(index.min(times.len().saturating_sub(1)))
                .map_or(0.0, |time| time.as_secs_f64() * 1e3)
        };
        Self {
            count: times.len(),
            p50_ms: at(500),
            p99_ms: at(990),
        }
    }

    /// What a figure's note says of them.
    fn note(&self) -> String {
        format!("p50 {:.2} ms, p99 {:.2} ms", self.p50_ms, self.p99_ms)
    }
}

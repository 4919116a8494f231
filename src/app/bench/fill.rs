//! A ledger that is filled in process, and traces that are timed in it.

use super::Times;
use super::workload::{Lane, Registrar};
use crate::app::AppError;
use crate::app::clock::{Clock, SetClock};
use crate::app::home::Home;
use crate::app::init::{Beginning, Keys, init};
use crate::app::keyfile;
use crate::app::ledger::{Extent, Ledger, Options, Outcome, crew};
use crate::app::trace::{Question, Tracer};
use crate::core::ids::{Division, LotCode};
use crate::core::log::Origin;
use crate::core::record::words::Name;
use crate::core::time::UnixSeconds;
use crate::core::trace::Direction;
use crate::store::DatabaseUrl;
use rayon::prelude::*;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Lanes that submit at the same time: as many as it takes to keep the writer and both cores busy.
const LANES: usize = 16;
/// Records of one submission.
const TOGETHER: usize = 128;
/// Records each lane signs ahead, untimed, before it submits them, timed.
const AHEAD: usize = 1_024;
/// Traces timed at each size.
const TRACES: usize = 400;

/// A ledger being filled.
pub(super) struct Bench {
    pub(super) options: Options,
    clock: SetClock,
    ledger: Arc<Ledger>,
    origin: Origin,
    registrar: Registrar,
    lanes: Vec<Lane>,
    pub(super) appended: u64,
    pub(super) spent: Duration,
    pub(super) resident_max_mib: f64,
}

impl Bench {
    pub(super) fn begin(dir: &Path, database: Option<DatabaseUrl>) -> Result<Self, AppError> {
        let clock = SetClock::at(Clock::System.now());
        let mut options = Options::of(Home::at(dir));
        options.clock = Clock::Set(clock.clone());
        options.database = database;
        let now = options.clock.now();
        let origin = Origin::new("bench.shisu.example/log")?;
        let registrar = Registrar::new(origin.clone(), now)?;
        let beginning = Beginning {
            origin: origin.clone(),
            province: Division::parse("330000")
                .map_err(|error| AppError::Input(error.to_string()))?,
            registrar: registrar.party,
            registrar_name: Name::new("bench registrar")
                .ok_or_else(|| AppError::Input("name".into()))?,
        };
        let keys = Keys {
            log: keyfile::generate()?,
            node: keyfile::generate()?,
            registrar: registrar.key.clone(),
        };
        init(&options, &beginning, &keys)?;
        let ledger = Arc::new(Ledger::open(&options)?);
        let mut bench = Self {
            options,
            clock,
            ledger,
            origin,
            registrar,
            lanes: Vec::new(),
            appended: 0,
            spent: Duration::ZERO,
            resident_max_mib: 0.0,
        };
        bench.enrol(LANES)?;
        Ok(bench)
    }

    /// Appends until `target` records of the workload are in; signing ahead is not timed.
    pub(super) fn fill(
        &mut self,
        target: u64,
        progress: &dyn Fn(&str, u64),
    ) -> Result<(), AppError> {
        while self.appended < target {
            self.clock.set(Clock::System.now());
            let now = self.options.clock.now();
            let ahead = sign_ahead(&mut self.lanes, now)?;
            let count: usize = ahead.iter().map(Vec::len).sum();
            let started = Instant::now();
            submit_all(&self.ledger, ahead)?;
            self.spent = self.spent.saturating_add(started.elapsed());
            self.appended = self
                .appended
                .saturating_add(u64::try_from(count).unwrap_or(0));
            self.resident_max_mib = self.resident_max_mib.max(resident_mib(None));
            progress("append", self.appended);
        }
        Ok(())
    }

    pub(super) fn time_traces(&self) -> Result<Times, AppError> {
        let tracer = Tracer::open(&self.options)?;
        let lots: Vec<&LotCode> = self.lanes.iter().flat_map(|lane| lane.far.iter()).collect();
        let mut times = Vec::with_capacity(TRACES);
        for lot in lots.iter().cycle().take(TRACES) {
            let question = Question {
                lot: (*lot).clone(),
                at: None,
                direction: Direction::Forward,
            };
            let started = Instant::now();
            let answer = tracer.ask(&question)?;
            times.push(started.elapsed());
            if answer.steps() < 20 {
                return Err(AppError::Input(format!(
                    "a trace of {} steps is too short to time",
                    answer.steps()
                )));
            }
        }
        Ok(Times::of(times))
    }

    /// Enrols more lanes, until there are `count`.
    pub(super) fn enrol(&mut self, count: usize) -> Result<(), AppError> {
        for number in self.lanes.len()..count {
            let (lane, texts) = Lane::new(number, &self.origin, &mut self.registrar)?;
            all_accepted(&self.ledger.submit(&texts)?)?;
            self.lanes.push(lane);
        }
        Ok(())
    }

    pub(super) fn end(self) -> (Options, Vec<Lane>) {
        // Whoever submitted has ended, so this is the last one; it waits for the writer.
        drop(self.ledger);
        (self.options, self.lanes)
    }
}

/// Signs what each lane submits next, on every core.
fn sign_ahead(lanes: &mut [Lane], now: UnixSeconds) -> Result<Vec<Vec<String>>, AppError> {
    crew::among(|| {
        let signing = lanes.par_iter_mut();
        signing.map(|lane| lane.next(AHEAD, now)).collect()
    })
}

/// Submits what the lanes signed, all lanes at the same time and each one in order, as a server does
/// it for those who are connected to it.
fn submit_all(ledger: &Arc<Ledger>, ahead: Vec<Vec<String>>) -> Result<(), AppError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(|cause| AppError::Stopped {
        reason: cause.to_string(),
    })?;
    runtime.block_on(async {
        let mut submitting = JoinSet::new();
        let lanes = tokio::task::LocalSet::new();
        for texts in ahead {
            submitting.spawn_local_on(submit_lane(Arc::clone(ledger), texts), &lanes);
        }
        lanes
            .run_until(async {
                while let Some(ended) = submitting.join_next().await {
                    ended.unwrap_or_else(|gone| {
                        Err(AppError::Stopped {
                            reason: gone.to_string(),
                        })
                    })?;
                }
                Ok(())
            })
            .await
    })
}

async fn submit_lane(ledger: Arc<Ledger>, mut texts: Vec<String>) -> Result<(), AppError> {
    while !texts.is_empty() {
        let rest = texts.split_off(texts.len().min(TOGETHER));
        all_accepted(&ledger.submit_async(texts, Extent::Each).await?)?;
        texts = rest;
    }
    Ok(())
}

fn all_accepted(outcomes: &[Outcome]) -> Result<(), AppError> {
    for outcome in outcomes {
        match outcome {
            Outcome::Accepted(_) => {}
            Outcome::Refused(refusal) => return Err(refusal.clone().into()),
            Outcome::Duplicate(_) | Outcome::Parked { .. } | Outcome::Withheld => {
                return Err(AppError::Input(format!(
                    "a record of the workload was {}",
                    outcome.code()
                )));
            }
        }
    }
    Ok(())
}

/// Resident memory of a process now, this one unless another is named, in MiB; zero where the
/// system does not say.
pub(super) fn resident_mib(pid: Option<u32>) -> f64 {
    let which = pid.map_or_else(|| "self".to_owned(), |pid| pid.to_string());
    let status = std::fs::read_to_string(format!("/proc/{which}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| {
        line.trim()
            .trim_end_matches("kB")
            .trim()
            .parse::<f64>()
            .ok()
    });
    kib.unwrap_or(0.0) / 1024.0
}

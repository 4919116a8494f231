//! One run: fill a ledger, trace in it while it is small and when it is large, check it.

use super::limits::{Limits, measure, per_second};
use super::web::{self, Host};
use super::workload::{Lane, Registrar};
use super::{Figure, Report, Times};
use crate::app::AppError;
use crate::app::check::check;
use crate::app::clock::{Clock, SetClock};
use crate::app::home::Home;
use crate::app::init::{Beginning, Keys, init};
use crate::app::keyfile;
use crate::app::ledger::{Ledger, Options, Outcome};
use crate::app::trace::{Question, Tracer};
use crate::core::ids::{Division, LotCode};
use crate::core::log::Origin;
use crate::core::record::words::Name;
use crate::core::time::UnixSeconds;
use crate::core::trace::Direction;
use crate::store::DatabaseUrl;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Lanes that submit at the same time: as many as it takes to keep the writer and both cores busy.
const LANES: usize = 16;
/// Records of one submission.
const TOGETHER: usize = 128;
/// Records each lane signs ahead, untimed, before it submits them, timed.
const AHEAD: usize = 1_024;
/// Size of the ledger when the first traces are timed.
const SMALL: u64 = 10_000;
/// Traces timed at each size.
const TRACES: usize = 400;
/// Bytes of a typical record, for the limits.
const RECORD_BYTES: usize = 900;
/// Share of the records that the PostgreSQL figure is measured with.
const POSTGRES_RECORDS_MAX: u64 = 200_000;

/// What to measure.
pub struct Plan<'a> {
    /// Where the ledgers are made and removed again.
    pub dir: PathBuf,
    /// Records to append.
    pub records: u64,
    /// A PostgreSQL database that may be filled, if there is one.
    pub postgres: Option<String>,
    /// Only this figure, if named.
    pub only: Option<String>,
    /// Who puts the ledger on the network, for the figures of a server.
    pub host: &'a dyn Host,
}

impl Plan<'_> {
    /// Whether the figure is asked for: by its name, or by the first word of it (`http`).
    fn wants(&self, name: &str) -> bool {
        let begins = |only: &str| {
            name.strip_prefix(only)
                .is_some_and(|rest| rest.starts_with('_'))
        };
        self.only
            .as_deref()
            .is_none_or(|only| only == name || only == "http" && begins(only))
    }
}

/// Runs the benchmark. `progress` hears how many records are appended.
///
/// # Errors
/// Whatever keeps a ledger from being made or filled.
pub fn run(plan: &Plan<'_>, progress: &dyn Fn(&str, u64)) -> Result<Report, AppError> {
    progress("limits", 0);
    let limits = measure(&plan.dir, RECORD_BYTES)?;
    let mut report = Report {
        limits,
        figures: Vec::new(),
        not_measured: Vec::new(),
    };
    let on_sqlite = [
        "append_sqlite",
        "append_memory",
        "trace",
        "trace_growth",
        "check",
    ];
    if on_sqlite
        .iter()
        .chain(&web::NAMES)
        .any(|name| plan.wants(name))
    {
        sqlite(plan, &limits, &mut report, progress)?;
    }
    if plan.wants("append_postgres") {
        match &plan.postgres {
            Some(url) => report.figures.push(postgres(plan, &limits, url, progress)?),
            None => report
                .not_measured
                .push("append_postgres: no database was named (SHISU_BENCH_POSTGRES_URL)".into()),
        }
    }
    report.figures.retain(|figure| plan.wants(figure.name));
    Ok(report)
}

fn sqlite(
    plan: &Plan<'_>,
    limits: &Limits,
    report: &mut Report,
    progress: &dyn Fn(&str, u64),
) -> Result<(), AppError> {
    let mut bench = Bench::begin(&plan.dir.join("sqlite"), None)?;
    bench.fill(SMALL.min(plan.records), progress)?;
    let small = bench.time_traces()?;
    bench.fill(plan.records, progress)?;
    let large = bench.time_traces()?;
    let rate = per_second(bench.appended, bench.spent);
    report.figures.push(
        Figure::at_least(
            "append_sqlite",
            "SQLite 追加 / append in process, SQLite",
            rate,
            "records/s",
            limits.limit_per_s * 0.5,
        )
        .with_note(format!(
            "{:.2} L; {} records",
            rate / limits.limit_per_s,
            bench.appended
        )),
    );
    report.figures.extend(traced(&bench, &small, &large));
    let is_web = web::NAMES.iter().any(|name| plan.wants(name));
    if is_web {
        bench.enrol(web::CONNECTIONS)?;
    }
    let (options, mut lanes) = bench.end();
    if is_web {
        progress("http", 0);
        let figures = web::measure(plan.host, &options, &mut lanes, limits)?;
        report.figures.extend(figures);
    }
    if plan.wants("check") {
        progress("check", 0);
        let started = Instant::now();
        let checked = check(&options, &|done| progress("check", done))?;
        let rate = per_second(checked.entries, started.elapsed());
        report.figures.push(
            Figure::at_least(
                "check",
                "全账核验 / check of the whole ledger",
                rate,
                "records/s",
                limits.verify_per_s * 0.6,
            )
            .with_note(format!("{:.2} V", rate / limits.verify_per_s)),
        );
    }
    Ok(())
}

/// What the ledger took in memory, and how long traces take in it.
fn traced(bench: &Bench, small: &Times, large: &Times) -> [Figure; 3] {
    let memory = Figure::at_most(
        "append_memory",
        "追加时常驻内存 / resident memory while appending",
        bench.resident_max_mib,
        "MiB",
        300.0,
    );
    let slowest = Figure::at_most(
        "trace",
        "二十步追溯 p99 / trace of 20 steps, p99",
        large.p99_ms,
        "ms",
        10.0,
    )
    .with_note(format!(
        "p50 {:.2} ms, {} entries in the log",
        large.p50_ms, bench.appended
    ));
    let growth = Figure::at_most(
        "trace_growth",
        "与一万条时之比 / p50 against that at 10,000 records",
        large.p50_ms / small.p50_ms.max(1e-6),
        "×",
        2.0,
    )
    .with_note(format!("p50 {:.2} ms at {} records", small.p50_ms, SMALL));
    [memory, slowest, growth]
}

fn postgres(
    plan: &Plan<'_>,
    limits: &Limits,
    url: &str,
    progress: &dyn Fn(&str, u64),
) -> Result<Figure, AppError> {
    let url = DatabaseUrl::parse(url)?;
    let mut bench = Bench::begin(&plan.dir.join("postgres"), Some(url))?;
    bench.fill(plan.records.min(POSTGRES_RECORDS_MAX), progress)?;
    let rate = per_second(bench.appended, bench.spent);
    Ok(Figure::at_least(
        "append_postgres",
        "PostgreSQL 追加 / append in process, PostgreSQL",
        rate,
        "records/s",
        limits.limit_per_s * 0.2,
    )
    .with_note(format!(
        "{:.2} L; {} records",
        rate / limits.limit_per_s,
        bench.appended
    )))
}

/// A ledger being filled.
struct Bench {
    options: Options,
    clock: SetClock,
    ledger: Ledger,
    origin: Origin,
    registrar: Registrar,
    lanes: Vec<Lane>,
    appended: u64,
    spent: Duration,
    resident_max_mib: f64,
}

impl Bench {
    fn begin(dir: &Path, database: Option<DatabaseUrl>) -> Result<Self, AppError> {
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
        let ledger = Ledger::open(&options)?;
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
    fn fill(&mut self, target: u64, progress: &dyn Fn(&str, u64)) -> Result<(), AppError> {
        while self.appended < target {
            self.clock.set(Clock::System.now());
            let now = self.options.clock.now();
            let ahead = sign_ahead(&mut self.lanes, now)?;
            let count: usize = ahead.iter().map(Vec::len).sum();
            let ledger = &self.ledger;
            let started = Instant::now();
            let failed: Mutex<Option<AppError>> = Mutex::new(None);
            std::thread::scope(|scope| {
                for texts in &ahead {
                    let failed = &failed;
                    scope.spawn(move || {
                        for together in texts.chunks(TOGETHER) {
                            let outcome = ledger
                                .submit(together)
                                .and_then(|outcomes| all_accepted(&outcomes));
                            if let (Err(error), Ok(mut failed)) = (outcome, failed.lock()) {
                                failed.get_or_insert(error);
                                return;
                            }
                        }
                    });
                }
            });
            self.spent = self.spent.saturating_add(started.elapsed());
            if let Ok(Some(error)) = failed.into_inner() {
                return Err(error);
            }
            self.appended = self
                .appended
                .saturating_add(u64::try_from(count).unwrap_or(0));
            self.resident_max_mib = self.resident_max_mib.max(resident_mib());
            progress("append", self.appended);
        }
        Ok(())
    }

    fn time_traces(&self) -> Result<Times, AppError> {
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
    fn enrol(&mut self, count: usize) -> Result<(), AppError> {
        for number in self.lanes.len()..count {
            let (lane, texts) = Lane::new(number, &self.origin, &mut self.registrar)?;
            all_accepted(&self.ledger.submit(&texts)?)?;
            self.lanes.push(lane);
        }
        Ok(())
    }

    fn end(self) -> (Options, Vec<Lane>) {
        self.ledger.close();
        (self.options, self.lanes)
    }
}

fn sign_ahead(lanes: &mut [Lane], now: UnixSeconds) -> Result<Vec<Vec<String>>, AppError> {
    std::thread::scope(|scope| {
        let signing: Vec<_> = lanes
            .iter_mut()
            .map(|lane| scope.spawn(move || lane.next(AHEAD, now)))
            .collect();
        signing
            .into_iter()
            .map(|lane| {
                lane.join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    })
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

/// Resident memory of this process now, in MiB; zero where the system does not say.
fn resident_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
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

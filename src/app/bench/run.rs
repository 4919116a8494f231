//! One run: fill a ledger, trace in it while it is small and when it is large, check it.

use super::fill::Bench;
use super::limits::{Limits, measure, per_second};
use super::web::{self, Host};
use super::{Figure, Report, Times, overload, pages, pair};
use crate::app::AppError;
use crate::app::check::check;
use crate::store::DatabaseUrl;
use std::path::PathBuf;
use std::time::Instant;

/// Size of the ledger when the first traces are timed.
const SMALL: u64 = 10_000;
/// Bytes of a typical record, for the limits.
const RECORD_BYTES: usize = 900;
/// Share of the records that the PostgreSQL figure is measured with.
const POSTGRES_RECORDS_MAX: u64 = 200_000;

/// First words by which all figures of a kind are asked for.
const GROUPS: [&str; 3] = ["http", "overload", "page"];

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
    /// Whether the figure is asked for: by its name, or by the first word of it (`http`,
    /// `overload`, `page`).
    fn wants(&self, name: &str) -> bool {
        let begins = |only: &str| {
            name.strip_prefix(only)
                .is_some_and(|rest| rest.starts_with('_'))
        };
        self.only
            .as_deref()
            .is_none_or(|only| only == name || GROUPS.contains(&only) && begins(only))
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
        .chain(&pages::NAMES)
        .chain(&overload::NAMES)
        .any(|name| plan.wants(name))
    {
        sqlite(plan, &limits, &mut report, progress)?;
    }
    let on_postgres = ["append_postgres", pair::NAME];
    let on_postgres = on_postgres.iter().filter(|name| plan.wants(name));
    match &plan.postgres {
        Some(url) if on_postgres.clone().count() > 0 => {
            report
                .figures
                .extend(postgres(plan, &limits, url, progress)?);
        }
        Some(_) => {}
        None => report.not_measured.extend(
            on_postgres
                .map(|name| format!("{name}: no database was named (SHISU_BENCH_POSTGRES_URL)")),
        ),
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
    let mut of_server = web::NAMES.iter().chain(&pages::NAMES);
    let is_web = of_server.any(|name| plan.wants(name));
    let is_overload = overload::NAMES.iter().any(|name| plan.wants(name));
    if is_web || is_overload {
        bench.enrol(web::CONNECTIONS)?;
    }
    let (options, mut lanes) = bench.end();
    if is_web {
        progress("http", 0);
        let figures = web::measure(plan.host, &options, &mut lanes, limits)?;
        report.figures.extend(figures);
    }
    if is_overload {
        let figures = overload::measure(plan.host, &options, &mut lanes, progress)?;
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

/// What is measured on PostgreSQL, in one ledger: the database must be empty before.
fn postgres(
    plan: &Plan<'_>,
    limits: &Limits,
    url: &str,
    progress: &dyn Fn(&str, u64),
) -> Result<Vec<Figure>, AppError> {
    let url = DatabaseUrl::parse(url)?;
    let mut bench = Bench::begin(&plan.dir.join("postgres"), Some(url))?;
    let records = match plan.wants("append_postgres") {
        true => plan.records.min(POSTGRES_RECORDS_MAX),
        false => plan.records.min(SMALL),
    };
    bench.fill(records, progress)?;
    let rate = per_second(bench.appended, bench.spent);
    let append = Figure::at_least(
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
    ));
    let mut figures = vec![append];
    if plan.wants(pair::NAME) {
        bench.enrol(web::CONNECTIONS)?;
        let (options, mut lanes) = bench.end();
        progress(pair::NAME, 0);
        figures.push(pair::measure(plan.host, &options, &mut lanes)?);
    }
    Ok(figures)
}

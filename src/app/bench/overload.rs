//! Overload: for a minute ten times as many submissions arrive as the server can take, while others
//! read. The server is a process of its own, so that its memory is its own; it shares the cores
//! with whoever asks. What must hold: reads take no longer than they may, writers hear 503 and
//! nobody else does, memory stays bounded, and what was accepted is in the log.

use super::fill::resident_mib;
use super::flood::{Came, Flood, flood};
use super::http::Connection;
use super::limits::per_second;
use super::web::{Host, Served, post_singles};
use super::workload::Lane;
use super::{Figure, Times};
use crate::app::AppError;
use crate::app::clock::Clock;
use crate::app::ledger::{Ledger, Options, Outcome};
use crate::app::open_files;
use crate::core::time::UnixSeconds;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The figures here.
pub(super) const NAMES: [&str; 3] = ["overload_reads_p99", "overload_memory", "overload_lost"];

/// How many times what the server can take arrives.
const TIMES: f64 = 10.0;
/// How long.
const LASTS: Duration = Duration::from_secs(60);
/// Connections over which it arrives: four times what may wait for the writer.
const CONNECTIONS: usize = 4_096;
/// Open files beside those connections.
const FILES_KEPT: usize = 256;
/// How long reads are timed before.
const CALM: Duration = Duration::from_secs(10);
/// Connections that read.
const READERS: usize = 8;
/// How long after it began to read each of them reads again.
const READ_EVERY: Duration = Duration::from_millis(20);
/// How often memory is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// What reads may take under any load, in milliseconds.
const READS_P99_MS: f64 = 30.0;
/// How much longer reads may take than without the load.
const READS_GROWTH: f64 = 1.5;
/// What the server may hold, in MiB.
const MEMORY_MIB: f64 = 400.0;
/// Records that are compared with the log together.
const TOGETHER: usize = 512;

/// Overloads a server over the ledger of `options`.
pub(super) fn measure(
    host: &dyn Host,
    options: &Options,
    lanes: &mut [Lane],
    progress: &dyn Fn(&str, u64),
) -> Result<Vec<Figure>, AppError> {
    let may = open_files::raise(CONNECTIONS.saturating_add(FILES_KEPT));
    if may.is_some_and(|may| may <= CONNECTIONS) {
        return Err(AppError::Input(format!(
            "overload takes {CONNECTIONS} connections: raise the limit of open files (ulimit -n)"
        )));
    }
    // Another process goes by the system's clock, and so must whoever opens the ledger after it.
    let mut options = options.clone();
    options.clock = Clock::System;
    let served = host.spawn(&options)?;
    let address = served.address();
    let now = options.clock.now();
    progress("overload: what the server can take", 0);
    let (singles, spent) = post_singles(&[address], lanes, now)?;
    let takes = u64::try_from(singles.count).unwrap_or(0);
    let capacity = per_second(takes, spent);
    let paths = paths(lanes)?;
    let calm = Calm {
        reads: reading(address, &paths, CALM)?,
        memory_mib: resident_mib(served.pid()),
    };
    progress("overload: signing", 0);
    let wanted = u128::from(takes).saturating_mul(LASTS.as_millis()) / spent.as_millis().max(1);
    let work = apart(lanes, usize::try_from(wanted).unwrap_or(0), now)?;
    progress("overload", 0);
    let under = under(&*served, &paths, capacity, work)?;
    drop(served);
    progress("overload: looking for what was accepted", 0);
    let lost = lost(&options, &under.came.accepted)?;
    Ok(figures(capacity, &calm, under, lost))
}

fn paths(lanes: &[Lane]) -> Result<Vec<String>, AppError> {
    let lots = lanes.iter().flat_map(Lane::some_lots);
    let paths: Vec<String> = lots.map(|lot| format!("/v1/lots/{lot}/verdict")).collect();
    match paths.is_empty() {
        true => Err(AppError::Input("too few records to read lots".into())),
        false => Ok(paths),
    }
}

/// Records that do not rest on each other, for each connection: as many as the server takes in
/// that time, for who is turned away comes again.
fn apart(
    lanes: &mut [Lane],
    wanted: usize,
    now: UnixSeconds,
) -> Result<Vec<Vec<String>>, AppError> {
    let each = wanted.div_ceil(lanes.len().max(1));
    let signed: Result<Vec<Vec<String>>, AppError> = std::thread::scope(|scope| {
        let signing: Vec<_> = lanes
            .iter_mut()
            .map(|lane| scope.spawn(move || lane.apart(each, now)))
            .collect();
        let joined = signing.into_iter().map(|signing| match signing.join() {
            Ok(texts) => texts,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    });
    let mut work: Vec<Vec<String>> = (0..CONNECTIONS).map(|_| Vec::new()).collect();
    for (at, text) in signed?.into_iter().flatten().enumerate() {
        if let Some(texts) = work.get_mut(at % CONNECTIONS) {
            texts.push(text);
        }
    }
    Ok(work)
}

/// What was seen before.
struct Calm {
    reads: Times,
    memory_mib: f64,
}

/// What was seen under overload.
struct Under {
    reads: Times,
    came: Came,
    spent: Duration,
    memory_max_mib: f64,
}

fn under(
    served: &dyn Served,
    paths: &[String],
    capacity: f64,
    work: Vec<Vec<String>>,
) -> Result<Under, AppError> {
    let address = served.address();
    let load = Flood {
        address,
        per_s: capacity * TIMES,
        lasts: LASTS,
    };
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watching = scope.spawn(|| {
            let mut max: f64 = 0.0;
            while !is_over.load(Ordering::Relaxed) {
                max = max.max(resident_mib(served.pid()));
                std::thread::sleep(LOOK_EVERY);
            }
            max
        });
        let reading = scope.spawn(|| reading(address, paths, LASTS));
        let began = Instant::now();
        let came = flood(&load, work);
        let spent = began.elapsed();
        let reads = reading.join();
        is_over.store(true, Ordering::Relaxed);
        let memory = watching.join();
        let (Ok(reads), Ok(memory_max_mib)) = (reads, memory) else {
            return Err(AppError::Input("whoever measured ended".into()));
        };
        Ok(Under {
            reads: reads?,
            came: came?,
            spent,
            memory_max_mib,
        })
    })
}

/// Reads in turn on some connections, each by the clock; any answer but 200 ends the run.
fn reading(address: SocketAddr, paths: &[String], lasts: Duration) -> Result<Times, AppError> {
    let one = |reader: usize| -> Result<Vec<Duration>, AppError> {
        let mut connection = Connection::open(address)?;
        let skipped = reader.saturating_mul(paths.len()) / READERS;
        let mut paths = paths.iter().cycle().skip(skipped);
        let (began, mut times) = (Instant::now(), Vec::new());
        let mut next = began;
        while began.elapsed() < lasts {
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
            next = Instant::now() + READ_EVERY;
            let path = paths.next().map_or("/healthz", String::as_str);
            let answer = connection.get(path)?;
            if answer.status != 200 {
                let text = String::from_utf8_lossy(&answer.body).into_owned();
                return Err(AppError::Input(format!(
                    "a reader heard {}: {text}",
                    answer.status
                )));
            }
            times.push(answer.took);
        }
        Ok(times)
    };
    let times: Result<Vec<Vec<Duration>>, AppError> = std::thread::scope(|scope| {
        let one = &one;
        let running: Vec<_> = (0..READERS)
            .map(|reader| scope.spawn(move || one(reader)))
            .collect();
        let joined = running.into_iter().map(|running| match running.join() {
            Ok(times) => times,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    });
    Ok(Times::of(times?.into_iter().flatten().collect()))
}

/// How many records that were accepted are not in the log at the index of their receipt.
fn lost(options: &Options, accepted: &[(String, u64)]) -> Result<u64, AppError> {
    let ledger = Ledger::open(options)?;
    let mut lost = 0_u64;
    for some in accepted.chunks(TOGETHER) {
        let texts: Vec<String> = some.iter().map(|(text, _)| text.clone()).collect();
        let outcomes = ledger.submit(&texts)?;
        for ((_, index), outcome) in some.iter().zip(&outcomes) {
            let is_there =
                matches!(outcome, Outcome::Duplicate(receipt) if receipt.index() == *index);
            lost = lost.saturating_add(u64::from(!is_there));
        }
    }
    ledger.close();
    Ok(lost)
}

fn figures(capacity: f64, calm: &Calm, under: Under, lost: u64) -> Vec<Figure> {
    let accepted = u64::try_from(under.came.accepted.len()).unwrap_or(u64::MAX);
    let rate = |count| per_second(count, under.spent);
    let may = READS_P99_MS.max(calm.reads.p99_ms * READS_GROWTH);
    let writes = Times::of(under.came.took);
    let reads = Figure::at_most(
        NAMES[0],
        "十倍过载 60 秒,读 p99 / reads under 10 × overload for 60 s, p99",
        under.reads.p99_ms,
        "ms",
        may,
    )
    .with_note(format!(
        "p50 {:.2} ms, {} reads; before p50 {:.2} ms, p99 {:.2} ms",
        under.reads.p50_ms, under.reads.count, calm.reads.p50_ms, calm.reads.p99_ms
    ));
    let memory = Figure::at_most(
        NAMES[1],
        "过载时服务器常驻内存 / resident memory of the server under overload",
        under.memory_max_mib,
        "MiB",
        MEMORY_MIB,
    )
    .with_note(format!(
        "{CONNECTIONS} connections that submit; {:.0} MiB before",
        calm.memory_mib
    ));
    let lost_of = u32::try_from(lost).unwrap_or(u32::MAX);
    let lost = Figure::at_most(
        NAMES[2],
        "过载中已入账而丢失的 / accepted under overload and lost",
        f64::from(lost_of),
        "records",
        0.0,
    )
    .with_note(format!(
        "capacity {capacity:.0}/s; offered {:.0}/s, sent {:.0}/s, accepted {:.0}/s (p99 {:.0} ms), turned away with 503 {:.0}/s",
        capacity * TIMES,
        rate(under.came.sent),
        rate(accepted),
        writes.p99_ms,
        rate(under.came.turned_away),
    ));
    vec![reads, memory, lost]
}

//! Figures of a server: the same load as in process, over HTTP and on the same cores.

use super::http::{Answer, Connection};
use super::limits::{Limits, per_second};
use super::workload::Lane;
use super::{Figure, Times, pages};
use crate::app::AppError;
use crate::app::ledger::Options;
use crate::core::time::UnixSeconds;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Connections that ask at the same time.
pub(super) const CONNECTIONS: usize = 64;
/// Connections that send batches.
const BATCH_LANES: usize = 8;
/// Records of a batch.
const TOGETHER: usize = 128;
/// Records each of them sends.
const BATCH_RECORDS: usize = 8_192;
/// Records that each of many connections sends, one a request.
const SINGLE_RECORDS: usize = 400;
/// Records that a connection of its own sends, one a request.
const ALONE_RECORDS: usize = 4_000;
/// Reads of each connection.
const READS: usize = 600;

/// The figures here.
pub(super) const NAMES: [&str; 6] = [
    "http_batches",
    "http_single",
    "http_single_p99",
    "http_alone",
    "http_reads",
    "http_reads_p99",
];

/// Who can put a ledger on the network: the layers above this one.
pub trait Host {
    /// Serves the ledger on a port of its own until what is returned is dropped.
    ///
    /// # Errors
    /// Whatever keeps a server from starting.
    fn serve(&self, options: &Options) -> Result<Box<dyn Served>, AppError>;

    /// The same by a process of its own.
    ///
    /// # Errors
    /// Whatever keeps a server from starting.
    fn spawn(&self, options: &Options) -> Result<Box<dyn Served>, AppError>;
}

/// A server that runs.
pub trait Served: Sync {
    /// Where it listens.
    fn address(&self) -> SocketAddr;

    /// Its process, if it has one of its own.
    fn pid(&self) -> Option<u32> {
        None
    }
}

/// Measures a server over the ledger of `options`; each lane is one connection.
pub(super) fn measure(
    host: &dyn Host,
    options: &Options,
    lanes: &mut [Lane],
    limits: &Limits,
) -> Result<Vec<Figure>, AppError> {
    let served = host.serve(options)?;
    let address = served.address();
    let now = options.clock.now();
    let mut figures = pages::measure(address, lanes)?;
    figures.extend(reads(address, lanes)?);
    figures.extend(singles(address, lanes, now)?);
    figures.push(alone(address, lanes, now)?);
    figures.push(batches(address, lanes, now, limits)?);
    drop(served);
    Ok(figures)
}

fn reads(address: SocketAddr, lanes: &[Lane]) -> Result<Vec<Figure>, AppError> {
    let lots: Vec<String> = lanes.iter().flat_map(Lane::some_lots).collect();
    if lots.is_empty() {
        return Err(AppError::Input("too few records to read lots".into()));
    }
    let paths: Vec<Vec<String>> = (0..CONNECTIONS)
        .map(|at| {
            // Spread, so that no two connections read the same lots at the same time.
            let from = at.saturating_mul(lots.len()) / CONNECTIONS;
            let lots = lots.iter().cycle().skip(from).take(READS);
            lots.map(|lot| format!("/v1/lots/{lot}/verdict")).collect()
        })
        .collect();
    let (times, spent) = together(&[address], &paths, 200, |connection, path| {
        connection.get(path)
    })?;
    let rate = per_second(u64::try_from(times.count).unwrap_or(0), spent);
    let what = "读批次与判定,64 连接 / lots with verdict, 64 connections";
    Ok(vec![
        Figure::at_least("http_reads", what, rate, "requests/s", 5_000.0).with_note(format!(
            "{} lots, p50 {:.2} ms",
            lots.len(),
            times.p50_ms
        )),
        Figure::at_most("http_reads_p99", what, times.p99_ms, "ms", 30.0),
    ])
}

fn singles(
    address: SocketAddr,
    lanes: &mut [Lane],
    now: UnixSeconds,
) -> Result<Vec<Figure>, AppError> {
    let (times, spent) = post_singles(&[address], lanes, now)?;
    let rate = per_second(u64::try_from(times.count).unwrap_or(0), spent);
    let what = "每次一条,64 连接 / one record a request, 64 connections";
    Ok(vec![
        Figure::at_least("http_single", what, rate, "records/s", 6_000.0)
            .with_note(format!("p50 {:.2} ms", times.p50_ms)),
        Figure::at_most("http_single_p99", what, times.p99_ms, "ms", 40.0),
    ])
}

/// One record a request on each of the lanes, over these servers in turn.
pub(super) fn post_singles(
    addresses: &[SocketAddr],
    lanes: &mut [Lane],
    now: UnixSeconds,
) -> Result<(Times, Duration), AppError> {
    let texts = sign(lanes, SINGLE_RECORDS, now)?;
    together(addresses, &texts, 201, post_one)
}

fn alone(address: SocketAddr, lanes: &mut [Lane], now: UnixSeconds) -> Result<Figure, AppError> {
    let first = lanes.get_mut(..1).unwrap_or_default();
    let texts = sign(first, ALONE_RECORDS, now)?;
    let (times, spent) = together(&[address], &texts, 201, post_one)?;
    let rate = per_second(u64::try_from(times.count).unwrap_or(0), spent);
    let what = "每次一条,一个连接 / one record a request, one connection";
    let figure = Figure::at_least("http_alone", what, rate, "records/s", 1_500.0);
    Ok(figure.with_note(times.note()))
}

fn batches(
    address: SocketAddr,
    lanes: &mut [Lane],
    now: UnixSeconds,
    limits: &Limits,
) -> Result<Figure, AppError> {
    let few = lanes.get_mut(..BATCH_LANES).unwrap_or_default();
    let texts = sign(few, BATCH_RECORDS, now)?;
    let bodies: Vec<Vec<String>> = texts
        .iter()
        .map(|texts| texts.chunks(TOGETHER).map(ndjson).collect())
        .collect();
    let count: usize = texts.iter().map(Vec::len).sum();
    let (_, spent) = together(&[address], &bodies, 200, |connection, body| {
        let answer = connection.post("/v1/records", "application/x-ndjson", body.as_bytes())?;
        let sent = body.lines().count();
        let text = String::from_utf8_lossy(&answer.body);
        if text.matches("\"outcome\":\"accepted\"").count() == sent {
            return Ok(answer);
        }
        Err(AppError::Input(format!("a batch was not accepted: {text}")))
    })?;
    let rate = per_second(u64::try_from(count).unwrap_or(0), spent);
    let what = "NDJSON 整批,SQLite / NDJSON batches, SQLite";
    let goal = limits.limit_per_s * 0.35;
    let figure = Figure::at_least("http_batches", what, rate, "records/s", goal);
    Ok(figure.with_note(format!("{:.2} L", rate / limits.limit_per_s)))
}

fn post_one(connection: &mut Connection, text: &String) -> Result<Answer, AppError> {
    connection.post("/v1/records", "application/sd-jwt", text.as_bytes())
}

fn ndjson(texts: &[String]) -> String {
    texts.iter().map(|text| format!("\"{text}\"\n")).collect()
}

fn sign(lanes: &mut [Lane], count: usize, now: UnixSeconds) -> Result<Vec<Vec<String>>, AppError> {
    lanes.iter_mut().map(|lane| lane.next(count, now)).collect()
}

/// Does the work of each connection at the same time, one request after the other on each; the
/// connections go to these servers in turn.
pub(super) fn together<T: Sync>(
    addresses: &[SocketAddr],
    work: &[Vec<T>],
    wanted: u16,
    ask: impl Fn(&mut Connection, &T) -> Result<Answer, AppError> + Sync,
) -> Result<(Times, Duration), AppError> {
    let one = |address: &SocketAddr, requests: &Vec<T>| -> Result<Vec<Duration>, AppError> {
        let mut connection = Connection::open(*address)?;
        let mut times = Vec::with_capacity(requests.len());
        for request in requests {
            let answer = ask(&mut connection, request)?;
            if answer.status != wanted {
                let text = String::from_utf8_lossy(&answer.body).into_owned();
                return Err(AppError::Input(format!("{}: {text}", answer.status)));
            }
            times.push(answer.took);
        }
        Ok(times)
    };
    let began = Instant::now();
    let done = std::thread::scope(|scope| {
        let one = &one;
        let running: Vec<_> = work
            .iter()
            .zip(addresses.iter().cycle())
            .map(|(requests, address)| scope.spawn(move || one(address, requests)))
            .collect();
        let joined = running.into_iter().map(|running| match running.join() {
            Ok(times) => times,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect::<Result<Vec<_>, AppError>>()
    })?;
    let spent = began.elapsed();
    Ok((Times::of(done.into_iter().flatten().collect()), spent))
}

//! Figures of the consumer's page: asked for as phones do, popular lots far more often than others.

use super::Figure;
use super::http::{Answer, Connection, odd};
use super::limits::per_second;
use super::web::{CONNECTIONS, together};
use super::workload::Lane;
use crate::app::AppError;
use std::net::SocketAddr;

/// Pages that each connection asks for.
const PAGES: usize = 600;
/// Times that each connection asks whether its page is still the same.
const CONFIRMED: usize = 1_500;
/// Lots of which one is asked for.
pub(super) const LOTS_MAX: usize = 100_000;
/// Steps between lots that follow each other in popularity; prime, so that every lot has its turn.
const STRIDE: usize = 7_919;
/// What a phone says of itself.
const PHONE: &str = "accept: text/html,application/xhtml+xml,*/*;q=0.8\r\naccept-encoding: gzip, deflate, br\r\n\
                     accept-language: zh-CN,zh;q=0.9\r\n";

/// The figures here.
pub(super) const NAMES: [&str; 3] = ["page", "page_p99", "page_304"];

/// Which lot is asked for: the n-th most popular n times less often than the first (Zipf's law).
struct Zipf {
    until: Vec<f64>,
    random: u64,
}

impl Zipf {
    fn over(lots: usize, seed: u64) -> Self {
        let mut total = 0.0;
        let ranks = (1_u32..).take(lots);
        let until = ranks.map(|rank| {
            total += 1.0 / f64::from(rank);
            total
        });
        Self {
            until: until.collect(),
            random: seed | 1,
        }
    }

    fn next(&mut self) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let random = u32::try_from(self.random >> 32).unwrap_or(u32::MAX);
        let total = self.until.last().copied().unwrap_or(0.0);
        let at = total * f64::from(random) / f64::from(u32::MAX);
        self.until.partition_point(|until| *until < at)
    }
}

/// Measures pages of a server that has answered none before.
pub(super) fn measure(address: SocketAddr, lanes: &[Lane]) -> Result<Vec<Figure>, AppError> {
    let lots: Vec<String> = lanes.iter().flat_map(Lane::scanned_lots).collect();
    if lots.is_empty() {
        return Err(AppError::Input("too few records to show pages".into()));
    }
    let lots = lots.get(..LOTS_MAX.min(lots.len())).unwrap_or_default();
    let paths: Vec<Vec<String>> = (1_u64..)
        .take(CONNECTIONS)
        .map(|seed| asked(lots, seed))
        .collect();
    let (times, spent) = together(&[address], &paths, 200, |connection, path| {
        connection.get_as(path, PHONE)
    })?;
    let rate = per_second(u64::try_from(times.count).unwrap_or(0), spent);
    let what = "消费者页面,Zipf,64 连接 / consumer pages, Zipf, 64 connections";
    let note = format!("{} lots, p50 {:.2} ms", lots.len(), times.p50_ms);
    Ok(vec![
        Figure::at_least("page", what, rate, "requests/s", 1_500.0).with_note(note),
        Figure::at_most("page_p99", what, times.p99_ms, "ms", 50.0),
        confirmed(address, lots)?,
    ])
}

/// What one connection asks for.
fn asked(lots: &[String], seed: u64) -> Vec<String> {
    let mut zipf = Zipf::over(lots.len(), seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut path = || {
        let place = zipf.next().saturating_mul(STRIDE) % lots.len().max(1);
        lots.get(place).map(|lot| format!("/{lot}"))
    };
    (0..PAGES).filter_map(|_| path()).collect()
}

/// Whoever has the page asks whether it is still the same.
fn confirmed(address: SocketAddr, lots: &[String]) -> Result<Figure, AppError> {
    let mut connection = Connection::open(address)?;
    let mut asked = Vec::new();
    for place in (0..CONNECTIONS).map(|rank| rank.saturating_mul(STRIDE) % lots.len().max(1)) {
        let path = lots.get(place).map(|lot| format!("/{lot}"));
        let path = path.unwrap_or_default();
        let first = connection.get_as(&path, PHONE)?;
        let tag = first.tag.ok_or_else(|| odd("a page without a tag"))?;
        let headers = format!("{PHONE}if-none-match: {tag}\r\n");
        asked.push(vec![(path, headers); CONFIRMED]);
    }
    let ask = |connection: &mut Connection, (path, headers): &(String, String)| {
        let answer: Result<Answer, AppError> = connection.get_as(path, headers);
        answer
    };
    let (times, spent) = together(&[address], &asked, 304, ask)?;
    let rate = per_second(u64::try_from(times.count).unwrap_or(0), spent);
    let what = "页面没有变(304)/ pages that are the same (304)";
    let figure = Figure::at_least("page_304", what, rate, "requests/s", 4_000.0);
    Ok(figure.with_note(times.note()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn popular_lots_are_asked_for_far_more_often_and_all_are_within_bounds() {
        let mut zipf = Zipf::over(1_000, 7);
        let mut counts = vec![0_u32; 1_000];
        for _ in 0..100_000 {
            let place = zipf.next();
            counts[place] += 1;
        }
        // The share of the first is 1 / H(1000), about 13 %.
        assert!((12_000..15_000).contains(&counts[0]), "{}", counts[0]);
        assert!(counts[0] > 5 * counts[9] && counts[9] > 5 * counts[99]);
    }
}

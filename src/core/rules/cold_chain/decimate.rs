//! Readings thinned out for a picture, without hiding the worst of them.

use super::Reading;
use crate::core::quantity::SignedDecimal;
use crate::core::time::UnixSeconds;
use std::collections::BTreeMap;

/// Most buckets a picture has.
pub const BUCKETS_MAX: u32 = 10_000;

/// The extremes of a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Bucket {
    /// First reading in it.
    pub from: UnixSeconds,
    /// Last reading in it.
    pub to: UnixSeconds,
    /// Lowest temperature, in degrees Celsius.
    pub min_c: SignedDecimal,
    /// Highest temperature, in degrees Celsius.
    pub max_c: SignedDecimal,
}

/// Sorts readings into at most `buckets` equal stretches of time and keeps the lowest and the
/// highest of each, never a mean: a mean hides the excursion it averages away. A stretch without
/// readings has no bucket, so that gaps stay visible.
#[must_use]
pub fn decimate(readings: &[Reading], buckets: u32) -> Vec<Bucket> {
    let buckets = u64::from(buckets.clamp(1, BUCKETS_MAX));
    let Some(start) = readings.iter().map(|reading| reading.at).min() else {
        return Vec::new();
    };
    let end = readings.iter().map(|reading| reading.at).max();
    let span_s = end.map_or(0, |end| end.since(start)).saturating_add(1);
    let width_s = span_s.div_ceil(buckets).max(1);
    let mut kept: BTreeMap<u64, Bucket> = BTreeMap::new();
    for reading in readings {
        let place = reading.at.since(start).checked_div(width_s).unwrap_or(0);
        let bucket = kept.entry(place).or_insert(Bucket {
            from: reading.at,
            to: reading.at,
            min_c: reading.temp_c,
            max_c: reading.temp_c,
        });
        bucket.from = bucket.from.min(reading.at);
        bucket.to = bucket.to.max(reading.at);
        bucket.min_c = bucket.min_c.min(reading.temp_c);
        bucket.max_c = bucket.max_c.max(reading.temp_c);
    }
    kept.into_values().collect()
}

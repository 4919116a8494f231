//! How warm it was on a leg so far, from everything that was read on the way by whomever: what a driver,
//! a sender, a receiver and a checkpoint look at while the goods are under way. The verdict judges it
//! afterwards.

use super::following::{Following, read_each};
use super::leg::Way;
use crate::app::AppError;
use crate::core::quantity::SignedDecimal;
use crate::core::record::Body;
use crate::core::rules::cold_chain::SENSORS_MAX;
use crate::core::time::UnixSeconds;
use crate::store::Reader;
use std::collections::BTreeMap;

/// Temperatures that are looked at, the newest: a month of a recorder that reports every minute.
const TEMPERATURES_MAX: usize = 50_000;

/// What reads at least three times without a longer silence than a recorder may keep is one; a
/// thermometer in somebody's hand is not waited for.
const CLOSE_PAIRS_MIN: usize = 2;

/// What is measured at handovers stands apart from what sensors say: no sensor has an empty name.
const BY_HAND: &str = "";

/// When, and how many degrees Celsius.
pub type Measured = (UnixSeconds, SignedDecimal);

/// What each sensor read.
pub(super) type Read = BTreeMap<String, Vec<Measured>>;

/// A thermometer, by what it read on a leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sensor {
    /// Its number; empty for what people measured when the goods changed hands.
    pub name: String,
    /// When it read first.
    pub first_at: UnixSeconds,
    /// When it read last.
    pub last_at: UnixSeconds,
    /// What it read last, in degrees Celsius.
    pub last_c: SignedDecimal,
    /// Whether it reads by itself, and is missed when it does not.
    pub is_recorder: bool,
}

/// How warm it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// How many temperatures were read, measured at handovers too.
    pub readings: usize,
    /// Of them, out of the range that the dispatch asks for.
    pub outside: usize,
    /// How often a recorder said nothing for longer than it may and then spoke again, and how often nothing
    /// at all was read for as long.
    pub gaps: usize,
    /// The lowest, in degrees Celsius.
    pub min_c: SignedDecimal,
    /// The highest, in degrees Celsius.
    pub max_c: SignedDecimal,
    /// When the first was read.
    pub first_at: UnixSeconds,
    /// When the last was read.
    pub last_at: UnixSeconds,
    /// The last, in degrees Celsius; of several at once, the one furthest out of the range.
    pub last_c: SignedDecimal,
    /// Who read them, those that read last first.
    pub sensors: Vec<Sensor>,
    /// Whether older ones were left out.
    pub cut: bool,
}

/// How warm it was on this way, by what people measured and by what sensors read; none if nothing was.
pub(super) fn course(
    reader: &mut Reader<'_>,
    way: &Way,
    about: &Following,
    now: UnixSeconds,
) -> Result<Option<Course>, AppError> {
    let mut read = Read::new();
    let mut take = |name: &str, (at, temp_c): Measured| {
        if way.covers(at, now) {
            let known = read.entry(name.to_owned()).or_default();
            known.push((at, temp_c));
        }
    };
    way.by_hand.iter().for_each(|one| take(BY_HAND, *one));
    let mut keys = about.readings.clone();
    keys.reverse();
    let (mut is_cut, mut seen) = (about.cut, way.by_hand.len());
    read_each(reader, &keys, |_, _, record| {
        if let Body::Observe(body) = &record.body
            && body.dispatch == Some(way.dispatch)
        {
            for sensor in body.sensors.iter() {
                seen = seen.saturating_add(sensor.readings.len());
                for one in sensor.readings.iter() {
                    take(sensor.device.as_str(), (one.at, one.temp_c));
                }
            }
        }
        is_cut |= seen >= TEMPERATURES_MAX;
        seen < TEMPERATURES_MAX
    })?;
    Ok(summary(read, way, is_cut))
}

fn silences(series: &[UnixSeconds], longest_s: u64) -> Vec<(UnixSeconds, UnixSeconds)> {
    let pairs = series.iter().zip(series.iter().skip(1));
    let silent = pairs.filter(|(before, after)| after.since(**before) > longest_s);
    silent.map(|(before, after)| (*before, *after)).collect()
}

/// A sensor, and how often it fell silent and spoke again if it is a recorder.
fn sensor(name: String, read: &[Measured], longest_s: u64) -> Option<(Sensor, usize)> {
    let (first_at, _) = *read.first()?;
    let (last_at, last_c) = *read.last()?;
    let times: Vec<UnixSeconds> = read.iter().map(|(at, _)| *at).collect();
    let gaps = silences(&times, longest_s).len();
    let close = times.len().saturating_sub(1).saturating_sub(gaps);
    let is_recorder = name != BY_HAND && close >= CLOSE_PAIRS_MIN;
    let one = Sensor {
        name,
        first_at,
        last_at,
        last_c,
        is_recorder,
    };
    Some((one, if is_recorder { gaps } else { 0 }))
}

/// How warm it was by readings of the leg; none if there are none.
pub(super) fn summary(read: Read, way: &Way, cut: bool) -> Option<Course> {
    let far = |temp_c: SignedDecimal| way.range.over_micro(temp_c).unsigned_abs();
    let longest_s = way.silence_s();
    let (mut sensors, mut gaps, mut all) = (Vec::new(), 0_usize, Vec::new());
    for (name, mut series) in read {
        series.sort_by_key(|(at, temp_c)| (*at, far(*temp_c), *temp_c));
        // A file that was recorded twice was read once.
        series.dedup();
        let Some((one, silent)) = sensor(name, &series, longest_s) else {
            continue;
        };
        gaps = gaps.saturating_add(silent);
        sensors.push(one);
        all.extend(series);
    }
    sensors.sort_by_key(|one| std::cmp::Reverse(one.last_at));
    sensors.truncate(SENSORS_MAX);
    all.sort_by_key(|(at, temp_c)| (*at, far(*temp_c)));
    let (first_at, _) = *all.first()?;
    let (last_at, last_c) = *all.last()?;
    let mut times = vec![way.from()];
    times.extend(all.iter().map(|(at, _)| *at));
    times.extend(way.to);
    // What a recorder kept silent about and then spoke again is counted with that recorder.
    let counted = |from: UnixSeconds, to: UnixSeconds| {
        let spans = |one: &Sensor| one.is_recorder && one.first_at <= from && one.last_at >= to;
        sensors.iter().any(spans)
    };
    let nobody = silences(&times, longest_s).into_iter();
    let nobody = nobody.filter(|(from, to)| !counted(*from, *to)).count();
    let temps = || all.iter().map(|(_, temp_c)| *temp_c);
    Some(Course {
        readings: all.len(),
        outside: temps().filter(|temp_c| far(*temp_c) > 0).count(),
        gaps: gaps.saturating_add(nobody),
        min_c: temps().min()?,
        max_c: temps().max()?,
        first_at,
        last_at,
        last_c,
        sensors,
        cut,
    })
}

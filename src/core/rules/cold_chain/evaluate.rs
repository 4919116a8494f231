//! The evaluation of a leg's readings.

use super::{
    ColdError, ColdProfile, ColdReport, ColdVerdict, Excursion, Gap, Leg, READINGS_MAX, Range,
    Reading, SENSORS_MAX, SensorSeries,
};
use crate::core::quantity::SignedDecimal;
use crate::core::time::UnixSeconds;

/// Seconds in a minute.
const MINUTE_S: u64 = 60;

/// Judges what the sensors measured between the ends of `leg` by `profile`.
///
/// A silence of more than `max_interval_s` is a gap, also at either end of the leg; nothing is
/// read into it. A run out of range that a gap cuts off is never forgiven as short, because
/// nobody knows how long it was. The worst sensor decides. Readings out of order are sorted and
/// counted.
///
/// # Errors
/// The leg is reversed, or there are more sensors or readings than an evaluation takes.
pub fn evaluate(
    profile: &ColdProfile,
    sensors: &[SensorSeries],
    leg: Leg,
    max_interval_s: u64,
) -> Result<ColdReport, ColdError> {
    if leg.to < leg.from {
        return Err(ColdError::LegReversed);
    }
    if sensors.len() > SENSORS_MAX {
        return Err(ColdError::TooManySensors);
    }
    let count = |sum: usize, sensor: &SensorSeries| sum.saturating_add(sensor.readings.len());
    if sensors.iter().fold(0, count) > READINGS_MAX {
        return Err(ColdError::TooManyReadings);
    }
    let tracks: Vec<Track> = sensors
        .iter()
        .map(|sensor| Track::new(sensor, leg))
        .collect();
    let mut report = empty_report(profile);
    for track in &tracks {
        take_in(&mut report, profile, track, leg, max_interval_s);
    }
    report.sensors_disagree = disagree(&tracks, profile.sensors_disagree_c, max_interval_s);
    report
        .excursions
        .sort_by(|a, b| (a.from, a.reference, &a.sensor).cmp(&(b.from, b.reference, &b.sensor)));
    report
        .gaps
        .sort_by(|a, b| (a.from, &a.sensor).cmp(&(b.from, &b.sensor)));
    report.verdict = verdict(&report);
    Ok(report)
}

fn empty_report(profile: &ColdProfile) -> ColdReport {
    ColdReport {
        min_c: None,
        max_c: None,
        minutes_out_of_range: 0,
        excursions: Vec::new(),
        gaps: Vec::new(),
        disordered: 0,
        outside_leg: 0,
        sensors_disagree: false,
        unproven_sensors: Vec::new(),
        verdict: ColdVerdict::NoReadings,
        reference_only: profile.is_reference_only(),
    }
}

/// One sensor's readings in the leg, in order of time.
struct Track<'a> {
    device: &'a str,
    proven: bool,
    readings: Vec<Reading>,
    disordered: usize,
    outside_leg: usize,
}

impl<'a> Track<'a> {
    fn new(sensor: &'a SensorSeries, leg: Leg) -> Self {
        let in_leg = |reading: &&Reading| leg.from <= reading.at && reading.at <= leg.to;
        let mut readings: Vec<Reading> = sensor.readings.iter().filter(in_leg).copied().collect();
        let mut latest: Option<UnixSeconds> = None;
        let mut disordered: usize = 0;
        for reading in &sensor.readings {
            if latest.is_some_and(|latest| reading.at <= latest) {
                disordered = disordered.saturating_add(1);
            }
            latest = latest.max(Some(reading.at));
        }
        readings.sort_by_key(|reading| reading.at);
        let last_day = leg.to.china_date();
        Self {
            device: &sensor.device,
            proven: sensor
                .calibrated_until
                .is_some_and(|until| last_day <= until),
            outside_leg: sensor.readings.len().saturating_sub(readings.len()),
            readings,
            disordered,
        }
    }
}

fn take_in(
    report: &mut ColdReport,
    profile: &ColdProfile,
    track: &Track<'_>,
    leg: Leg,
    max_interval_s: u64,
) {
    for reading in &track.readings {
        let temp_c = reading.temp_c;
        report.min_c = Some(report.min_c.map_or(temp_c, |min| min.min(temp_c)));
        report.max_c = Some(report.max_c.map_or(temp_c, |max| max.max(temp_c)));
    }
    report.disordered = report.disordered.saturating_add(track.disordered);
    report.outside_leg = report.outside_leg.saturating_add(track.outside_leg);
    if !track.proven {
        report.unproven_sensors.push(track.device.to_owned());
    }
    report.gaps.extend(gaps(track, leg, max_interval_s));
    let all = runs(&track.readings, profile.range(), leg, max_interval_s);
    let out_s = all
        .iter()
        .fold(0_u64, |sum, run| sum.saturating_add(run.lasted_s()));
    let minutes = out_s.checked_div(MINUTE_S).unwrap_or(0);
    report.minutes_out_of_range = report.minutes_out_of_range.max(minutes);

    let hard = runs(&track.readings, profile.limits, leg, max_interval_s);
    let soft = runs(&track.readings, profile.reference, leg, max_interval_s);
    for (found, reference) in [(hard, false), (soft, true)] {
        let kept = found.into_iter().filter(|run| !run.is_forgiven(profile));
        report
            .excursions
            .extend(kept.map(|run| run.into_excursion(track, reference)));
    }
}

fn gaps(track: &Track<'_>, leg: Leg, max_interval_s: u64) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut before = leg.from;
    let ends = track.readings.iter().map(|reading| reading.at);
    for at in ends.chain(std::iter::once(leg.to)) {
        if at.since(before) > max_interval_s {
            gaps.push(Gap {
                from: before,
                to: at,
                sensor: track.device.to_owned(),
            });
        }
        before = at;
    }
    // A leg shorter than the interval with no reading at all is silence too.
    if track.readings.is_empty() && gaps.is_empty() {
        gaps.push(Gap {
            from: leg.from,
            to: leg.to,
            sensor: track.device.to_owned(),
        });
    }
    gaps
}

/// Consecutive readings on one side of a range.
struct Run {
    from: UnixSeconds,
    to: UnixSeconds,
    peak_micro: i64,
    peak_over_micro: i64,
    /// Millionths of a degree times seconds.
    area: i128,
    door_open: bool,
    cut_off: bool,
}

impl Run {
    fn begin(reading: &Reading, over_micro: i64) -> Self {
        Self {
            from: reading.at,
            to: reading.at,
            peak_micro: reading.temp_c.micro(),
            peak_over_micro: over_micro,
            area: 0,
            door_open: reading.door_open,
            cut_off: false,
        }
    }

    fn take(&mut self, reading: &Reading, over_micro: i64) {
        if over_micro.unsigned_abs() > self.peak_over_micro.unsigned_abs() {
            self.peak_over_micro = over_micro;
            self.peak_micro = reading.temp_c.micro();
        }
        self.door_open &= reading.door_open;
    }

    /// The last reading held until `until`.
    fn hold(&mut self, over_micro: i64, until: UnixSeconds) {
        let lasted_s = until.since(self.to);
        let area = i128::from(over_micro.unsigned_abs()).saturating_mul(i128::from(lasted_s));
        self.area = self.area.saturating_add(area);
        self.to = self.to.max(until);
    }

    const fn lasted_s(&self) -> u64 {
        self.to.since(self.from)
    }

    fn is_forgiven(&self, profile: &ColdProfile) -> bool {
        let lasted_s = self.lasted_s();
        !self.cut_off
            && (lasted_s < profile.grace_s || (self.door_open && lasted_s < profile.door_grace_s))
    }

    fn into_excursion(self, track: &Track<'_>, reference: bool) -> Excursion {
        let per_minute = self.area.checked_div(i128::from(MINUTE_S)).unwrap_or(0);
        let degree_minutes = i64::try_from(per_minute).unwrap_or(i64::MAX);
        Excursion {
            from: self.from,
            to: self.to,
            peak_c: SignedDecimal::from_micro(self.peak_micro),
            degree_minutes: SignedDecimal::from_micro(degree_minutes),
            too_cold: self.peak_over_micro < 0,
            sensor: track.device.to_owned(),
            reference,
            proven: track.proven,
        }
    }
}

/// The runs out of `range`. A run ends where the range is regained, the side changes, a gap
/// begins or the leg ends.
fn runs(readings: &[Reading], range: Range, leg: Leg, max_interval_s: u64) -> Vec<Run> {
    let mut done = Vec::new();
    if range.is_open() {
        return done;
    }
    let mut open: Option<(Run, i64)> = None;
    for reading in readings {
        let over_micro = range.over_micro(reading.temp_c);
        if let Some((mut run, before_micro)) = open.take() {
            if reading.at.since(run.to) > max_interval_s {
                run.cut_off = true;
                done.push(run);
            } else {
                run.hold(before_micro, reading.at);
                if over_micro.signum() == before_micro.signum() {
                    run.take(reading, over_micro);
                    open = Some((run, over_micro));
                    continue;
                }
                done.push(run);
            }
        }
        if over_micro != 0 {
            open = Some((Run::begin(reading, over_micro), over_micro));
        }
    }
    if let Some((mut run, before_micro)) = open {
        if leg.to.since(run.to) > max_interval_s {
            run.cut_off = true;
        } else {
            run.hold(before_micro, leg.to);
        }
        done.push(run);
    }
    done
}

/// Whether at any reading the sensors' last readings, none older than the interval, lay further
/// apart than `limit_c`.
fn disagree(tracks: &[Track<'_>], limit_c: SignedDecimal, max_interval_s: u64) -> bool {
    let mut all: Vec<(UnixSeconds, usize, i64)> = Vec::new();
    for (place, track) in tracks.iter().enumerate() {
        let rows = track.readings.iter();
        all.extend(rows.map(|reading| (reading.at, place, reading.temp_c.micro())));
    }
    all.sort_unstable();
    let mut last: Vec<Option<(UnixSeconds, i64)>> = vec![None; tracks.len()];
    let mut rows = all.into_iter().peekable();
    while let Some((at, place, micro)) = rows.next() {
        if let Some(slot) = last.get_mut(place) {
            *slot = Some((at, micro));
        }
        // Readings of one moment are compared together, not one by one as they are sorted.
        if rows.peek().is_some_and(|(next, _, _)| *next == at) {
            continue;
        }
        let fresh = last
            .iter()
            .flatten()
            .filter(|(seen, _)| at.since(*seen) <= max_interval_s);
        let temps = fresh.map(|(_, micro)| *micro);
        let (low, high) = temps.fold((i64::MAX, i64::MIN), |(low, high), micro| {
            (low.min(micro), high.max(micro))
        });
        if high.saturating_sub(low) > limit_c.micro() {
            return true;
        }
    }
    false
}

fn verdict(report: &ColdReport) -> ColdVerdict {
    let has = |reference: bool, proven: bool| {
        let mut all = report.excursions.iter();
        all.any(|found| found.reference == reference && found.proven == proven)
    };
    if report.min_c.is_none() {
        return ColdVerdict::NoReadings;
    }
    if has(false, true) {
        return ColdVerdict::Excursion;
    }
    if !report.gaps.is_empty() {
        return ColdVerdict::Gap;
    }
    if !report.unproven_sensors.is_empty() || report.sensors_disagree {
        return ColdVerdict::Unproven;
    }
    if has(true, true) {
        return ColdVerdict::ReferenceExcursion;
    }
    ColdVerdict::InRange
}

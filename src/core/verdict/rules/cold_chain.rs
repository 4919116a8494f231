//! Temperatures on the way 冷链: the readings of every shipment against what label, class and
//! dispatch ask for. Figures without a source are for reference and accuse nobody.

use crate::core::quantity::SignedDecimal;
use crate::core::record::body::{Dispatch, Observe};
use crate::core::record::{Body, RecordId, RecordType};
use crate::core::rules::cold_chain::{
    ColdProfile, ColdReport, ColdVerdict, Leg, Monitored, Range, Reading, SensorSeries, evaluate,
    max_interval, profile_for,
};
use crate::core::text::{Bilingual, Explain};
use crate::core::time::{ChinaDate, UnixSeconds};
use crate::core::trace::{LotKey, Step, TraceEntry};
use crate::core::verdict::case::Case;
use crate::core::verdict::{ColdLeg, Weight};

pub(in crate::core::verdict) fn judge(case: &mut Case<'_>) {
    let mut judged = 0_usize;
    for (step, entry) in case.steps_of(RecordType::Dispatch) {
        let Body::Dispatch(body) = &entry.record.body else {
            continue;
        };
        let leg = leg(case, step, entry);
        let (sensors, observed) = sensors(case, step);
        for lot in case.lots(step) {
            let Some(profile) = profile(case, lot, body, entry) else {
                continue;
            };
            judged = judged.saturating_add(1);
            let shipment = Shipment {
                step,
                lot,
                leg,
                profile,
                sensors: &sensors,
                observed: &observed,
            };
            shipment.judge(case);
        }
    }
    if judged > 0 {
        case.checked.push(Bilingual::new(
            format!("运输温度：{judged} 段"),
            format!("temperatures on the way: {judged} legs"),
        ));
    }
}

/// The longest silence of a recorder that is no gap, in seconds, and whether that is for reference only.
pub(super) fn silence(place: Monitored, date: ChinaDate) -> (u64, bool) {
    let rule = max_interval(place, date);
    let interval_s = rule.map_or(u64::MAX, |rule| rule.max_interval_s);
    (interval_s, rule.is_some_and(|rule| rule.basis.reference))
}

/// From when the goods were taken over until they were handed over; until now if they were not.
fn leg(case: &Case<'_>, step: &Step, dispatch: &TraceEntry) -> Leg {
    let legs = step.legs.iter().filter_map(|id| case.graph.entry_of(id));
    let (mut from, mut to): (Option<UnixSeconds>, Option<UnixSeconds>) = (None, None);
    for leg in legs {
        match &leg.record.body {
            Body::PickUp(body) => from = Some(from.map_or(body.at, |from| from.min(body.at))),
            Body::Deliver(body) => to = to.max(Some(body.at)),
            _ => {}
        }
    }
    for receipt in case.receipts(step) {
        if let Body::Receive(body) = &receipt.record.body {
            to = to.max(Some(body.at));
        }
    }
    Leg {
        from: from.unwrap_or(dispatch.record.claims.iat),
        to: to.unwrap_or_else(|| case.this_moment()),
    }
}

/// The readings of a shipment by sensor, and the records that hold them.
fn sensors(case: &Case<'_>, step: &Step) -> (Vec<SensorSeries>, Vec<RecordId>) {
    let mut series: Vec<SensorSeries> = Vec::new();
    let mut records = Vec::new();
    for id in &step.legs {
        let entry = case.graph.entry_of(id);
        if let Some(Body::Observe(body)) = entry.map(|entry| &entry.record.body) {
            records.push(*id);
            take_readings(&mut series, body);
        }
    }
    (series, records)
}

/// One device may send its readings in several records; its earliest calibration counts.
pub(super) fn take_readings(series: &mut Vec<SensorSeries>, body: &Observe) {
    for sensor in body.sensors.iter() {
        let readings = sensor.readings.iter().map(|line| Reading {
            at: line.at,
            temp_c: line.temp_c,
            rh_pct: line.rh_pct,
            door_open: line.door_open,
        });
        let known = series
            .iter_mut()
            .find(|known| known.device == sensor.device.as_str());
        match known {
            Some(known) => {
                // `None < Some`: a record without calibration takes the proof from the others.
                known.calibrated_until = known.calibrated_until.min(sensor.calibrated_until);
                known.readings.extend(readings);
            }
            None => series.push(SensorSeries {
                device: sensor.device.to_string(),
                calibrated_until: sensor.calibrated_until,
                readings: readings.collect(),
            }),
        }
    }
}

/// What label, class and dispatch together ask for; none if nobody asks for anything.
fn profile(
    case: &mut Case<'_>,
    lot: &LotKey,
    dispatch: &Dispatch,
    entry: &TraceEntry,
) -> Option<ColdProfile> {
    let info = case.graph.lot_info(&lot.origin)?;
    let label = Range {
        min_c: info.temp_min_c,
        max_c: info.temp_max_c,
    };
    let asked = label.and(Range {
        min_c: dispatch.temp_min_c,
        max_c: dispatch.temp_max_c,
    });
    let date = entry.admitted_at.china_date();
    match profile_for(info.class, asked.min_c, asked.max_c, date) {
        Ok(profile) => profile,
        Err(error) => {
            let evidence = [lot.origin.0, entry.record.id];
            case.find(Weight::Unproven, error.code(), error.explain(), &evidence);
            None
        }
    }
}

/// One lot of one shipment.
struct Shipment<'a> {
    step: &'a Step,
    lot: &'a LotKey,
    leg: Leg,
    profile: ColdProfile,
    sensors: &'a [SensorSeries],
    observed: &'a [RecordId],
}

impl Shipment<'_> {
    fn judge(&self, case: &mut Case<'_>) {
        self.on_arrival(case);
        let date = self.leg.from.china_date();
        let (interval_s, gap_is_reference) = silence(Monitored::Transport, date);
        let report = match evaluate(&self.profile, self.sensors, self.leg, interval_s) {
            Ok(report) => report,
            Err(error) => {
                let evidence = self.evidence();
                case.find(Weight::Unproven, error.code(), error.explain(), &evidence);
                return;
            }
        };
        if let Some((weight, code)) = weigh(&report, gap_is_reference) {
            case.find(
                weight,
                code,
                self.words(&report, report.verdict),
                &self.evidence(),
            );
        }
        // The gravest thing does not hide that nobody measured for a while.
        let is_hidden = matches!(
            report.verdict,
            ColdVerdict::Excursion | ColdVerdict::ReferenceExcursion
        );
        if is_hidden && !report.gaps.is_empty() {
            let weight = if gap_is_reference || report.reference_only {
                Weight::Reference
            } else {
                Weight::Missing
            };
            case.find(
                weight,
                "cold_gap",
                self.words(&report, ColdVerdict::Gap),
                &self.evidence(),
            );
        }
        case.cold.push(ColdLeg {
            dispatch: self.step.id,
            lot: self.lot.code.clone(),
            profile: Bilingual::new(&self.profile.zh, &self.profile.en),
            limits: self.profile.limits,
            reference: self.profile.reference,
            words: report.verdict.words(),
            report,
        });
    }

    fn evidence(&self) -> Vec<RecordId> {
        let mut evidence = vec![self.step.id];
        evidence.extend(self.observed);
        evidence
    }

    fn words(&self, report: &ColdReport, verdict: ColdVerdict) -> Bilingual {
        let verdict = verdict.words();
        let (lot, profile) = (&self.lot.code, &self.profile);
        let measured = match (report.min_c, report.max_c) {
            (Some(min), Some(max)) => format!(" {min}…{max} °C"),
            _ => String::new(),
        };
        Bilingual::new(
            format!("{}（{lot}）运输：{}{measured}", profile.zh, verdict.zh),
            format!(
                "{} ({lot}) on the way: {}{measured}",
                profile.en, verdict.en
            ),
        )
    }

    /// Temperatures that somebody measured by hand when the goods were handed over.
    fn on_arrival(&self, case: &mut Case<'_>) {
        let mut measured: Vec<(RecordId, SignedDecimal)> = Vec::new();
        for receipt in case.receipts(self.step) {
            if let Body::Receive(body) = &receipt.record.body {
                measured.extend(body.temp_c.map(|temp_c| (receipt.record.id, temp_c)));
            }
        }
        for (id, temp_c) in measured {
            let text = Bilingual::new(
                format!("收货实测 {temp_c} °C，超出范围"),
                format!("measured {temp_c} °C at the receipt, out of range"),
            );
            let evidence = [id, self.step.id];
            if self.profile.limits.over_micro(temp_c) != 0 {
                case.find(Weight::Anomaly, "arrival_temperature", text, &evidence);
            } else if self.profile.reference.over_micro(temp_c) != 0 {
                let text = Bilingual::new(
                    format!("{}（仅供参考）", text.zh),
                    format!("{} (for reference)", text.en),
                );
                case.find(Weight::Reference, "arrival_temperature", text, &evidence);
            }
        }
    }
}

/// How much the readings weigh. A profile without any sourced limit accuses nobody, whatever the
/// readings show or fail to show.
fn weigh(report: &ColdReport, gap_is_reference: bool) -> Option<(Weight, &'static str)> {
    let (weight, code) = match report.verdict {
        ColdVerdict::InRange => return None,
        ColdVerdict::ReferenceExcursion => (Weight::Reference, "cold_reference_excursion"),
        ColdVerdict::Excursion => (Weight::Anomaly, "cold_excursion"),
        ColdVerdict::NoReadings => (Weight::Missing, "cold_no_readings"),
        ColdVerdict::Gap if gap_is_reference => (Weight::Reference, "cold_gap"),
        ColdVerdict::Gap => (Weight::Missing, "cold_gap"),
        ColdVerdict::Unproven => (Weight::Unproven, "cold_unproven"),
    };
    let weight = if report.reference_only {
        Weight::Reference
    } else {
        weight
    };
    Some((weight, code))
}

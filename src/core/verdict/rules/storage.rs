//! Temperatures while goods were kept 贮存温度: the readings of a site's zones in the time a lot lay
//! there, against what label and class ask for.
//!
//! No record says in which zone a lot lay. Zones that are run at temperatures at which the lot is not
//! kept are left out; of the others the one with the best readings is believed, so that nobody is
//! accused of what happened in another room.

use super::cold_chain::{silence, take_readings};
use crate::core::ids::SiteId;
use crate::core::record::body::Zone;
use crate::core::record::{Body, LineRef, RecordId};
use crate::core::rules::cold_chain::{
    ColdProfile, ColdReport, ColdVerdict, Leg, Monitored, Range, SensorSeries, evaluate,
    profile_for,
};
use crate::core::text::{Bilingual, Explain};
use crate::core::time::UnixSeconds;
use crate::core::trace::{Line, TraceEntry};
use crate::core::verdict::Weight;
use crate::core::verdict::case::Case;
use std::collections::{BTreeMap, BTreeSet};

pub(in crate::core::verdict) fn judge(case: &mut Case<'_>) {
    // Most goods come by no store that measures, and a verdict is asked for often.
    let stays = match case.graph.attached().has_zone_readings() {
        true => stays(case),
        false => Vec::new(),
    };
    let asked = stays.len();
    let mut judged = 0_usize;
    for stay in &stays {
        judged = judged.saturating_add(usize::from(stay.judge(case)));
    }
    if judged > 0 {
        case.checked.push(Bilingual::new(
            format!("仓库与门店内的贮存温度：{judged} 处有读数"),
            format!("temperatures in stores and shops: {judged} with readings"),
        ));
    }
    if judged < asked || asked == 0 {
        let (zh, en) = match judged {
            0 => ("仓库与门店内的贮存温度", "temperatures in stores and shops"),
            _ => (
                "其他仓库与门店内的贮存温度",
                "temperatures in other stores and shops",
            ),
        };
        case.not_checked.push(Bilingual::new(zh, en));
    }
}

/// A lot at premises, from when it came until it went; for goods that are still there, as far as
/// there are readings.
struct Stay<'a> {
    line: &'a Line,
    entry: &'a TraceEntry,
    site: SiteId,
    profile: ColdProfile,
    from: UnixSeconds,
    to: Option<UnixSeconds>,
}

/// Stays of goods for which anything is asked.
fn stays<'a>(case: &mut Case<'a>) -> Vec<Stay<'a>> {
    let graph = case.graph;
    let steps = case.steps();
    let on_the_way: BTreeSet<LineRef> =
        steps.iter().flat_map(|step| &step.lines).copied().collect();
    let mut stays = Vec::new();
    for line in steps.iter().flat_map(|step| case.lines(step)) {
        let (Some(site), Some(entry)) = (line.site, graph.entry(line.entry)) else {
            continue;
        };
        if !line.role.is_credit() {
            continue;
        }
        let Some(profile) = profile(case, line, entry) else {
            continue;
        };
        let place = graph.position(&line.at);
        let gone = place.into_iter().flat_map(|place| graph.down(place));
        let gone = gone
            .filter_map(|link| graph.line(link.line))
            .filter(|line| on_the_way.contains(&line.at))
            .filter_map(|line| Some(graph.entry(line.entry)?.record.claims.iat));
        stays.push(Stay {
            line,
            entry,
            site,
            profile,
            from: begun(entry),
            to: gone.max(),
        });
    }
    stays
}

/// When goods came: what the receipt says, else when it was recorded.
fn begun(entry: &TraceEntry) -> UnixSeconds {
    match &entry.record.body {
        Body::Receive(body) => body.at,
        _ => entry.record.claims.iat,
    }
}

/// What label and class ask for. That they contradict each other is said where goods are sent.
fn profile(case: &Case<'_>, line: &Line, entry: &TraceEntry) -> Option<ColdProfile> {
    let info = case.graph.lot_info(&line.lot.origin)?;
    let date = entry.admitted_at.china_date();
    let profile = profile_for(info.class, info.temp_min_c, info.temp_max_c, date);
    profile.ok().flatten()
}

/// What the sensors of one zone said, and the records that hold it.
#[derive(Default)]
struct Heard {
    series: Vec<SensorSeries>,
    records: Vec<RecordId>,
}

impl Heard {
    /// The last reading up to the end of a stay; none if there is none in it.
    fn last(&self, from: UnixSeconds, to: Option<UnixSeconds>) -> Option<UnixSeconds> {
        let all = self.series.iter().flat_map(|sensor| &sensor.readings);
        let within = all
            .map(|reading| reading.at)
            .filter(|at| *at >= from && to.is_none_or(|to| *at <= to));
        within.max()
    }
}

/// What one zone showed in a stay.
struct Shown<'a> {
    zone: &'a str,
    report: ColdReport,
    records: &'a [RecordId],
}

impl Stay<'_> {
    /// Adds what is found, and says whether anybody measured.
    fn judge(&self, case: &mut Case<'_>) -> bool {
        let heard = self.heard(case);
        let zones = self.registered(case);
        let fits = |name: &str| {
            let zone = zones.iter().find(|zone| zone.zone.as_str() == name);
            zone.is_none_or(|zone| self.fits(zone))
        };
        // A zone that fits and says nothing may be the one in which the goods lay.
        let is_silent = zones.iter().any(|zone| {
            let name = zone.zone.as_str();
            let last = heard
                .get(name)
                .and_then(|heard| heard.last(self.from, self.to));
            self.fits(zone) && last.is_none()
        });
        let mut shown = Vec::new();
        for (name, heard) in heard.iter().filter(|(name, _)| fits(name)) {
            shown.extend(self.shown(case, name, heard));
        }
        let best = shown.iter().max_by_key(|shown| shown.report.verdict);
        if let Some(best) = best {
            self.tell(case, best, is_silent);
        }
        best.is_some()
    }

    /// Whether goods like these are kept in a zone that is run like this.
    fn fits(&self, zone: &Zone) -> bool {
        let run_at = Range {
            min_c: zone.temp_min_c,
            max_c: zone.temp_max_c,
        };
        !self.profile.range().and(run_at).is_empty()
    }

    /// The zones as the site last registered them.
    fn registered<'c>(&self, case: &Case<'c>) -> &'c [Zone] {
        let entries = case.graph.attached().registered_at(&self.site).iter();
        let newest = entries
            .filter_map(|place| case.graph.entry(*place))
            .max_by_key(|entry| entry.key);
        match newest.map(|entry| &entry.record.body) {
            Some(Body::RegisterSite(body)) => &body.zones,
            _ => &[],
        }
    }

    fn heard<'c>(&self, case: &Case<'c>) -> BTreeMap<&'c str, Heard> {
        let mut zones: BTreeMap<&str, Heard> = BTreeMap::new();
        for place in case.graph.attached().zones_at(&self.site) {
            let Some(entry) = case.graph.entry(*place) else {
                continue;
            };
            let Body::Observe(body) = &entry.record.body else {
                continue;
            };
            let Some(zone) = &body.zone else { continue };
            let is_within = body.sensors.iter().any(|sensor| {
                let mut readings = sensor.readings.iter();
                readings.any(|line| line.at >= self.from && self.to.is_none_or(|to| line.at <= to))
            });
            if is_within {
                let heard = zones.entry(zone.as_str()).or_default();
                heard.records.push(entry.record.id);
                take_readings(&mut heard.series, body);
            }
        }
        zones
    }

    fn shown<'h>(&self, case: &mut Case<'_>, zone: &'h str, heard: &'h Heard) -> Option<Shown<'h>> {
        // What was not measured yet of a stay that goes on is no gap.
        let to = match self.to {
            Some(to) => to,
            None => heard.last(self.from, None)?,
        };
        let leg = Leg {
            from: self.from,
            to,
        };
        let (interval_s, _) = silence(Monitored::Storage, self.from.china_date());
        match evaluate(&self.profile, &heard.series, leg, interval_s) {
            Ok(report) => Some(Shown {
                zone,
                report,
                records: &heard.records,
            }),
            Err(error) => {
                let evidence: Vec<_> = std::iter::once(self.entry.record.id)
                    .chain(heard.records.iter().copied())
                    .collect();
                case.find(Weight::Unproven, error.code(), error.explain(), &evidence);
                None
            }
        }
    }

    fn tell(&self, case: &mut Case<'_>, shown: &Shown<'_>, is_silent: bool) {
        let report = &shown.report;
        let (_, gap_is_reference) = silence(Monitored::Storage, self.from.china_date());
        let (weight, code) = match report.verdict {
            ColdVerdict::InRange | ColdVerdict::NoReadings => return,
            ColdVerdict::Excursion if is_silent => (Weight::Unproven, "storage_excursion"),
            ColdVerdict::Excursion => (Weight::Anomaly, "storage_excursion"),
            ColdVerdict::ReferenceExcursion => (Weight::Reference, "storage_reference_excursion"),
            ColdVerdict::Gap if gap_is_reference => (Weight::Reference, "storage_gap"),
            ColdVerdict::Gap => (Weight::Missing, "storage_gap"),
            ColdVerdict::Unproven => (Weight::Unproven, "storage_unproven"),
        };
        let weight = if report.reference_only {
            Weight::Reference
        } else {
            weight
        };
        let mut evidence = vec![self.entry.record.id];
        evidence.extend(shown.records);
        let text = self.words(shown);
        case.find(weight, code, text, &evidence);
    }

    /// The zone is named, the premises are not: the public is not told every middleman.
    fn words(&self, shown: &Shown<'_>) -> Bilingual {
        let (lot, profile, zone) = (&self.line.lot.code, &self.profile, shown.zone);
        let verdict = shown.report.verdict.words();
        let measured = match (shown.report.min_c, shown.report.max_c) {
            (Some(min), Some(max)) => format!(" {min}…{max} °C"),
            _ => String::new(),
        };
        Bilingual::new(
            format!(
                "{}（{lot}）贮存于“{zone}”：{}{measured}",
                profile.zh, verdict.zh
            ),
            format!(
                "{} ({lot}) kept in “{zone}”: {}{measured}",
                profile.en, verdict.en
            ),
        )
    }
}

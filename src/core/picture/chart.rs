//! The temperatures of a shipment, thinned out to be drawn: the lowest and the highest of every
//! stretch of time, never a mean, and gaps left open.

use crate::core::ids::LotCode;
use crate::core::quantity::SignedDecimal;
use crate::core::record::{Body, RecordId, RecordType};
use crate::core::rules::cold_chain::{Bucket, ColdReport, Range, Reading, decimate};
use crate::core::text::Bilingual;
use crate::core::time::UnixSeconds;
use crate::core::trace::Graph;
use crate::core::verdict::{ColdLeg, Verdict};

/// Charts of one picture at most.
pub const CHARTS_MAX: usize = 4;

/// Stretches of time into which readings are sorted.
const BUCKETS: u32 = 30;

/// The temperatures of a shipment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// The dispatch.
    pub dispatch: RecordId,
    /// The lots it is about.
    pub lots: Vec<LotCode>,
    /// Name of the temperature profile.
    pub profile: Bilingual,
    /// Limits with a source.
    pub limits: Range,
    /// Usual figures, for reference.
    pub reference: Range,
    /// What the readings show.
    pub report: ColdReport,
    /// The result in words.
    pub words: Bilingual,
    /// The earliest moment drawn.
    pub from: UnixSeconds,
    /// The latest.
    pub to: UnixSeconds,
    /// One line for each sensor.
    pub lines: Vec<ChartLine>,
}

/// What one sensor measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartLine {
    /// Code of the device.
    pub device: String,
    /// Readings it sent.
    pub readings: usize,
    /// The lowest and highest of each stretch of time.
    pub buckets: Vec<Bucket>,
}

impl ChartLine {
    /// The lowest reading.
    #[must_use]
    pub fn min_c(&self) -> Option<SignedDecimal> {
        self.buckets.iter().map(|bucket| bucket.min_c).min()
    }

    /// The highest reading.
    #[must_use]
    pub fn max_c(&self) -> Option<SignedDecimal> {
        self.buckets.iter().map(|bucket| bucket.max_c).max()
    }
}

/// The charts of a verdict. Lots of one shipment that have the same limits share a chart.
pub(super) fn charts(graph: &Graph<'_>, verdict: &Verdict) -> Vec<Chart> {
    let mut charts: Vec<Chart> = Vec::new();
    for leg in &verdict.cold {
        if charts.len() >= CHARTS_MAX {
            break;
        }
        let same = |chart: &&mut Chart| {
            chart.dispatch == leg.dispatch
                && chart.limits == leg.limits
                && chart.reference == leg.reference
                && chart.report == leg.report
        };
        match charts.iter_mut().find(same) {
            Some(known) => known.lots.push(leg.lot.clone()),
            None => charts.push(chart(graph, leg)),
        }
    }
    charts
}

fn chart(graph: &Graph<'_>, leg: &ColdLeg) -> Chart {
    let sensors = sensors(graph, &leg.dispatch);
    let lines: Vec<ChartLine> = sensors
        .into_iter()
        .map(|(device, readings)| ChartLine {
            device,
            readings: readings.len(),
            buckets: decimate(&readings, BUCKETS),
        })
        .collect();
    let buckets = || lines.iter().flat_map(|line| &line.buckets);
    let gaps = || leg.report.gaps.iter();
    let from = buckets().map(|bucket| bucket.from);
    let to = buckets().map(|bucket| bucket.to);
    Chart {
        dispatch: leg.dispatch,
        lots: vec![leg.lot.clone()],
        profile: leg.profile.clone(),
        limits: leg.limits,
        reference: leg.reference,
        report: leg.report.clone(),
        words: leg.words.clone(),
        from: from
            .chain(gaps().map(|gap| gap.from))
            .min()
            .unwrap_or_default(),
        to: to.chain(gaps().map(|gap| gap.to)).max().unwrap_or_default(),
        lines,
    }
}

/// Readings of a shipment by sensor.
fn sensors(graph: &Graph<'_>, dispatch: &RecordId) -> Vec<(String, Vec<Reading>)> {
    let mut sensors: Vec<(String, Vec<Reading>)> = Vec::new();
    let naming = graph
        .attached()
        .naming_as(graph.input(), dispatch, RecordType::Observe);
    for place in naming {
        let Some(Body::Observe(body)) = graph.entry(place).map(|entry| &entry.record.body) else {
            continue;
        };
        for sensor in body.sensors.iter() {
            let readings = sensor.readings.iter().map(|line| Reading {
                at: line.at,
                temp_c: line.temp_c,
                rh_pct: line.rh_pct,
                door_open: line.door_open,
            });
            let device = sensor.device.as_str();
            match sensors.iter_mut().find(|(known, _)| known == device) {
                Some((_, known)) => known.extend(readings),
                None => sensors.push((device.to_owned(), readings.collect())),
            }
        }
    }
    sensors
}

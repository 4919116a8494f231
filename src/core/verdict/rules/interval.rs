//! Safety interval 安全间隔期 and withdrawal period 休药期: inputs used on the plot, pond or house a
//! lot comes from, before it was harvested (农产品质量安全法 art. 27).

use crate::core::ids::PartyId;
use crate::core::record::body::{Create, InputKind as Said, UseInput};
use crate::core::record::{Body, RecordId, RecordType};
use crate::core::rules::interval::{InputKind, InputUse, IntervalFinding, harvest_allowed};
use crate::core::text::{Bilingual, Explain};
use crate::core::time::ChinaDate;
use crate::core::trace::{Step, TraceEntry};
use crate::core::verdict::Weight;
use crate::core::verdict::case::Case;

pub(in crate::core::verdict) fn judge(case: &mut Case<'_>) {
    let mut judged = 0_usize;
    for (step, entry) in case.steps_of(RecordType::Create) {
        let Body::Create(body) = &entry.record.body else {
            continue;
        };
        let harvest = harvested_on(step, entry, body);
        let used = used_before(case, entry, harvest);
        judged = judged.saturating_add(used.len());
        let Some(plot) = &body.plot else {
            if !used.is_empty() {
                let evidence: Vec<_> = used.iter().map(|(id, _)| *id).chain([step.id]).collect();
                let text = Bilingual::new(
                    "未写明地块或圈舍，无法与投入品使用记录对应",
                    "plot or house is not named, so the inputs used cannot be matched",
                );
                case.find(Weight::Unproven, "plot_unknown", text, &evidence);
            }
            continue;
        };
        let producer = body.on_behalf_of.unwrap_or(entry.record.claims.iss);
        let same = |input: &UseInput| input.plot == *plot && may_be_of(input, &producer);
        for (id, input) in used.iter().filter(|(_, input)| same(input)) {
            for finding in harvest_allowed(&[as_use(input)], harvest) {
                let weight = match finding {
                    IntervalFinding::Unproven { .. } => Weight::Unproven,
                    IntervalFinding::TooEarly { .. } | IntervalFinding::UsedAfterHarvest { .. } => {
                        Weight::Anomaly
                    }
                };
                case.find(weight, finding.code(), finding.explain(), &[*id, step.id]);
            }
        }
    }
    let (list, zh, en) = if judged > 0 {
        (
            &mut case.checked,
            format!("安全间隔期、休药期：{judged} 条投入品记录"),
            format!("safety intervals: {judged} records of inputs"),
        )
    } else {
        (
            &mut case.not_checked,
            "安全间隔期、休药期：没有投入品使用记录".to_owned(),
            "safety intervals: there is no record of inputs used".to_owned(),
        )
    };
    list.push(Bilingual::new(zh, en));
}

/// The day of harvest: the earliest the record names for the lines on the way, else its own day.
fn harvested_on(step: &Step, entry: &TraceEntry, body: &Create) -> ChinaDate {
    let named = body
        .lots
        .iter()
        .filter(|info| step.lines.iter().any(|line| line.1 == info.n));
    named
        .map(|info| info.made_on)
        .min()
        .unwrap_or_else(|| entry.record.claims.iat.china_date())
}

/// Inputs whose use at the site began by the day of harvest; later ones are for the next crop.
fn used_before<'a>(
    case: &Case<'a>,
    entry: &TraceEntry,
    harvest: ChinaDate,
) -> Vec<(RecordId, &'a UseInput)> {
    let Some(site) = entry.record.claims.site else {
        return Vec::new();
    };
    let places = case.graph.attached().inputs_at(&site).iter();
    let inputs = places.filter_map(|place| {
        let entry = case.graph.entry(*place)?;
        match &entry.record.body {
            Body::UseInput(body) => Some((entry.record.id, &**body)),
            _ => None,
        }
    });
    inputs.filter(|(_, input)| input.from <= harvest).collect()
}

/// Whether an input may have been used on this producer's plot: an agent's site has plots of several
/// smallholders, who may call them by the same name. Where nobody said for whom, it may.
fn may_be_of(input: &UseInput, producer: &PartyId) -> bool {
    input.on_behalf_of.is_none_or(|party| party == *producer)
}

fn as_use(input: &UseInput) -> InputUse {
    InputUse {
        name: input.name.to_string(),
        until: input.until,
        interval_days: input.interval_days,
        kind: match input.kind {
            Said::Pesticide => InputKind::Pesticide,
            Said::VeterinaryDrug => InputKind::VeterinaryDrug,
            Said::Feed => InputKind::Feed,
            Said::Fertiliser => InputKind::Fertiliser,
        },
    }
}

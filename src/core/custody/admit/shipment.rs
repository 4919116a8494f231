//! Shipments: a dispatch takes goods out, legs carry them, a receipt closes each of its lines once.

use super::custody::{check_lot, check_unit, cited, debits, set_left};
use super::{Case, papers};
use crate::core::custody::effects::{Effects, MoveFacts, MoveRole, ShipmentFacts};
use crate::core::custody::finding::FindingCode;
use crate::core::custody::refusal::Refusal;
use crate::core::quantity::Amount;
use crate::core::record::body::{
    BulkSheet, Dispatch, EntryCheck, HandOn, Observe, Receive, SiteKind, Transport,
};
use crate::core::record::limits::READINGS_MAX;
use crate::core::record::sealed::{Difference, SealedValue};
use crate::core::record::{BlobHash, Body, MoveLine, RecordError, RecordId, RecordType};
use crate::core::rules::bulk_liquid::{self, PreviousCargo};
use crate::core::rules::clocks;

/// Former carriers of one shipment that are remembered as such.
const CARRIED_BEFORE_MAX: usize = 16;

/// The dispatch this record answers, if it is a receipt whose dispatch is not here yet.
pub(super) fn awaits(case: &Case<'_>) -> Option<RecordId> {
    match &case.record.body {
        Body::Receive(body) if !case.state.entries.knows(&body.dispatch) => Some(body.dispatch),
        _ => None,
    }
}

pub(super) fn dispatch(
    case: &Case<'_>,
    body: &Dispatch,
    effects: &mut Effects,
) -> Result<(), Refusal> {
    let from = case.premises()?.id;
    let to = case.state.sites.get(&body.consignee);
    let to = to.ok_or(Refusal::UnknownSite)?;
    // Nothing can be received there, so the goods would stay on the way.
    if !to.open {
        return Err(Refusal::ConsigneeClosed);
    }
    if body.consignee == from {
        return Err(Refusal::Contradiction {
            what: "consignee / site",
        });
    }
    if (body.transport == Transport::Carrier) != body.carrier.is_some() {
        return Err(Refusal::Contradiction {
            what: "transport / carrier",
        });
    }
    if let Some(carrier) = &body.carrier
        && !case.state.parties.knows(carrier)
    {
        return Err(Refusal::UnknownParty);
    }
    if let Some(sheet) = &body.bulk {
        check_tank(case, sheet, effects)?;
    }
    let lines = debits(case, MoveRole::Sent, effects)?;
    papers::judge_cited(case, &lines, papers::Use::Transport, effects);
    effects.shipment = Some(ShipmentFacts {
        key: case.at,
        waybill: body.waybill.to_string(),
        from,
        sender: case.party.id,
        to: body.consignee,
        carrier: body.carrier,
        carried_before: Vec::new(),
        sent_at: case.record.claims.iat,
    });
    Ok(())
}

/// A tank that carried anything but food may not carry food; what else is wrong is found.
fn check_tank(case: &Case<'_>, sheet: &BulkSheet, effects: &mut Effects) -> Result<(), Refusal> {
    for cargo in sheet.previous_cargoes.iter() {
        match bulk_liquid::judge_previous_cargo(cargo.as_str()) {
            PreviousCargo::Food => {}
            PreviousCargo::Unknown => {
                case.find(
                    effects,
                    FindingCode::UnknownPreviousCargo {
                        cargo: cargo.to_string(),
                    },
                );
            }
            PreviousCargo::NonFood => {
                return Err(Refusal::ExpressBan {
                    zh: "食品罐体曾装载非食品",
                    en: "food in a tank that carried something other than food",
                    basis: "国市监食监发〔2026〕22号",
                });
            }
        }
    }
    let permit_runs = sheet.permit.is_some()
        && sheet
            .permit_valid_to
            .is_none_or(|last| last >= case.today());
    if bulk_liquid::permit_needed(case.today()) && !permit_runs {
        case.find(effects, FindingCode::BulkPermit);
    }
    if sheet.cleaning.is_none() || sheet.previous_cargoes.is_empty() {
        case.find(effects, FindingCode::TankNotCleaned);
    }
    if !sheet.mark_checked {
        case.find(effects, FindingCode::TankMark);
    }
    Ok(())
}

/// A pick-up or delivery: by who carries, sends or receives the shipment.
pub(super) fn leg(case: &Case<'_>, dispatch: RecordId) -> Result<(), Refusal> {
    let shipment = shipment(case, dispatch)?;
    let to = case.state.sites.get(&shipment.to).map(|site| &site.party);
    let author = &case.party.id;
    if shipment.carrier.as_ref() == Some(author) || shipment.sender == *author || to == Some(author)
    {
        return Ok(());
    }
    Err(Refusal::NotEntitled {
        zh: "为该运输签名",
        en: "sign for this shipment",
    })
}

/// Whether the author carried the shipment and handed it on: the readings of that leg are theirs to
/// send, also afterwards.
fn carried_before(case: &Case<'_>, dispatch: RecordId) -> Result<bool, Refusal> {
    let shipment = shipment(case, dispatch)?;
    Ok(shipment.carried_before.contains(&case.party.id))
}

pub(super) fn hand_on(
    case: &Case<'_>,
    body: &HandOn,
    effects: &mut Effects,
) -> Result<(), Refusal> {
    leg(case, body.dispatch)?;
    if let Some(to) = &body.to {
        if !case.state.parties.knows(to) {
            return Err(Refusal::UnknownParty);
        }
        let mut shipment = shipment(case, body.dispatch)?.clone();
        shipment.carried_before.extend(shipment.carrier);
        shipment.carrier = Some(*to);
        // Each once, as who last handed on; the first of a very long row is still in its records.
        let mut before = std::mem::take(&mut shipment.carried_before);
        before.reverse();
        for party in before {
            let known = shipment.carried_before.contains(&party) || party == *to;
            if !known && shipment.carried_before.len() < CARRIED_BEFORE_MAX {
                shipment.carried_before.insert(0, party);
            }
        }
        effects.shipment = Some(shipment);
    }
    Ok(())
}

pub(super) fn observe(
    case: &Case<'_>,
    body: &Observe,
    effects: &mut Effects,
) -> Result<(), Refusal> {
    match (body.dispatch, &body.zone) {
        (Some(dispatch), None) if carried_before(case, dispatch)? => {}
        (Some(dispatch), None) => leg(case, dispatch)?,
        (None, Some(_)) => case.premises().map(|_| ())?,
        _ => {
            return Err(Refusal::Contradiction {
                what: "dispatch / zone",
            });
        }
    }
    let readings: usize = body
        .sensors
        .iter()
        .map(|sensor| sensor.readings.len())
        .sum();
    if readings > READINGS_MAX {
        return Err(Refusal::Record(RecordError::TooMany {
            part: "readings",
            cause: format!("too many elements, at most {READINGS_MAX} of all sensors"),
        }));
    }
    let oldest = case.now.minus(clocks::late_entry_allowance_s());
    let mut disordered = 0_u32;
    for sensor in body.sensors.iter() {
        let mut last = None;
        for reading in sensor.readings.iter() {
            let in_order = last.is_none_or(|last| reading.at > last);
            if !in_order || reading.at > case.record.claims.iat || reading.at < oldest {
                disordered = disordered.saturating_add(1);
            }
            last = last.max(Some(reading.at));
        }
    }
    if disordered > 0 {
        case.find(
            effects,
            FindingCode::DisorderedReadings { count: disordered },
        );
    }
    Ok(())
}

pub(super) fn receive(
    case: &Case<'_>,
    body: &Receive,
    effects: &mut Effects,
) -> Result<(), Refusal> {
    let shipment = shipment(case, body.dispatch)?;
    let site = case.premises()?;
    if shipment.to != site.id {
        return Err(Refusal::LineOfOtherSite);
    }
    if site.kind == SiteKind::Warehouse && !site.filed {
        case.find(effects, FindingCode::StorageNotFiled);
    }
    let Some(SealedValue::Differences(differences)) = case.record.sealed("differences") else {
        return Err(Refusal::Contradiction {
            what: "differences",
        });
    };
    let lines = &case.record.claims.moves;
    let blobs = &case.record.claims.blobs;
    let is_named = |hash: &BlobHash| blobs.iter().any(|blob| blob.hash == *hash);
    if !differences
        .iter()
        .all(|one| one.photos.iter().all(is_named))
    {
        return Err(Refusal::Contradiction {
            what: "photos / blobs",
        });
    }
    let known = |difference: &Difference| lines.iter().any(|line| line.n == difference.n);
    let unique = differences.iter().enumerate().all(|(i, a)| {
        !differences
            .iter()
            .skip(i.saturating_add(1))
            .any(|b| a.n == b.n)
    });
    if !unique || !differences.iter().all(known) {
        return Err(Refusal::Contradiction {
            what: "differences",
        });
    }
    let is_refused = body.check == EntryCheck::Refuse;
    for line in lines.iter() {
        let difference = differences.iter().find(|difference| difference.n == line.n);
        close_line(case, line, difference, shipment, is_refused, effects)?;
    }
    Ok(())
}

/// Closes one dispatch line: accepted + short + damaged + refused = sent.
fn close_line(
    case: &Case<'_>,
    line: &MoveLine,
    difference: Option<&Difference>,
    shipment: &ShipmentFacts,
    is_refused: bool,
    effects: &mut Effects,
) -> Result<(), Refusal> {
    let sent = cited(case, line)?;
    if sent.role != MoveRole::Sent || sent.key.entry() != shipment.key {
        return Err(Refusal::CreditUnknown);
    }
    check_lot(case, line, sent)?;
    check_unit(line, sent)?;
    if sent.left.is_zero() || effects.left.iter().any(|(key, _)| *key == sent.key) {
        return Err(Refusal::LineClosed);
    }
    let accepted = case.record.quantity(line.n).ok_or(Refusal::NothingMoved)?;
    if is_refused && !accepted.is_zero() {
        return Err(Refusal::Contradiction {
            what: "check / moves",
        });
    }
    let disputed = match difference {
        Some(difference) => difference
            .short
            .checked_add(difference.damaged)
            .and_then(|sum| sum.checked_add(difference.refused))
            .ok_or(Refusal::Overflow)?,
        None => Amount::ZERO,
    };
    let answered = accepted.checked_add(disputed).ok_or(Refusal::Overflow)?;
    if answered != sent.amount {
        return Err(Refusal::LineSum {
            sent: sent.amount,
            answered,
            uom: line.uom,
        });
    }
    set_left(effects, sent.key, Amount::ZERO);
    effects.moves.push(MoveFacts {
        key: case.at.line(line.n),
        role: MoveRole::Received,
        lot: sent.lot,
        site: case.premises()?.entry,
        uom: line.uom,
        amount: accepted,
        of: Some(sent.key),
        left: accepted,
        disputed,
    });
    if !disputed.is_zero() {
        case.find(
            effects,
            FindingCode::DisputedQuantity {
                n: line.n,
                amount: disputed,
                uom: line.uom,
            },
        );
    }
    Ok(())
}

pub(super) fn shipment<'a>(
    case: &'a Case<'_>,
    dispatch: RecordId,
) -> Result<&'a ShipmentFacts, Refusal> {
    let entry = case
        .state
        .entries
        .get(&dispatch)
        .ok_or(Refusal::CitationUnknown { id: dispatch })?;
    if entry.kind != RecordType::Dispatch {
        return Err(Refusal::CitationKind { id: dispatch });
    }
    case.state
        .shipments
        .get(&entry.key)
        .ok_or(Refusal::CitationUnknown { id: dispatch })
}

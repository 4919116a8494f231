//! Handovers 交接: goods that change hands are signed for by who sends and by who receives.

use crate::core::record::body::{Dispatch, EntryCheck, Transport};
use crate::core::record::{Body, RecordId, RecordType};
use crate::core::text::Bilingual;
use crate::core::trace::{Step, TraceEntry};
use crate::core::verdict::case::Case;
use crate::core::verdict::{Handovers, Weight};

pub(in crate::core::verdict) fn handovers(case: &mut Case<'_>) -> Handovers {
    let dispatches = case.steps_of(RecordType::Dispatch);
    let total = dispatches.len();
    let mut signed_by_both = 0_usize;
    for (step, entry) in dispatches {
        let Body::Dispatch(body) = &entry.record.body else {
            continue;
        };
        let receipts = case.receipts(step);
        if receipts.is_empty() {
            unreceived(case, step);
        } else {
            signed_by_both = signed_by_both.saturating_add(1);
        }
        carried(case, step, body, entry);
        for receipt in receipts {
            received(case, receipt);
        }
    }
    let text = if total == 0 {
        Bilingual::new("没有交接环节", "no handovers")
    } else {
        Bilingual::new(
            format!("{total} 个交接环节中 {signed_by_both} 个由双方签收"),
            format!("{signed_by_both} of {total} handovers were signed by both sides"),
        )
    };
    Handovers {
        total,
        signed_by_both,
        text,
    }
}

/// A dispatch that nobody received: still on the way, or settled by the sender or an authority.
fn unreceived(case: &mut Case<'_>, step: &Step) {
    let places = case
        .graph
        .attached()
        .naming_as(case.graph.input(), &step.id, RecordType::Settle);
    let mut settled: Vec<RecordId> = places
        .filter_map(|place| case.graph.entry(place))
        .filter(|entry| matches!(&entry.record.body, Body::Settle(body) if body.receipt == step.id))
        .map(|entry| entry.record.id)
        .collect();
    if settled.is_empty() {
        let text = Bilingual::new(
            "已发货，收货方尚未签收",
            "sent, but nobody has signed for it yet",
        );
        case.find(Weight::Missing, "not_received", text, &[step.id]);
        return;
    }
    settled.push(step.id);
    let text = Bilingual::new(
        "已发货，无人收货，已由发货方或监管部门处理",
        "sent and never received; the sender or an authority has settled it",
    );
    case.find(Weight::Note, "settled_unreceived", text, &settled);
}

/// What the carrier signed, and whether the seals held.
fn carried(case: &mut Case<'_>, step: &Step, body: &Dispatch, entry: &TraceEntry) {
    let mut signed = false;
    for id in &step.legs {
        let Some(leg) = case.graph.entry_of(id) else {
            continue;
        };
        signed |= leg.record.claims.iss != entry.record.claims.iss;
        let intact = match &leg.record.body {
            Body::PickUp(body) => body.seals_intact,
            Body::Deliver(body) => body.seals_intact,
            _ => true,
        };
        if !intact {
            broken_seal(case, leg);
        }
    }
    if body.transport == Transport::Carrier && !signed {
        let text = Bilingual::new("承运人没有签名", "the carrier has signed nothing");
        case.find(Weight::Missing, "carrier_not_signed", text, &[step.id]);
    }
}

fn received(case: &mut Case<'_>, receipt: &TraceEntry) {
    let Body::Receive(body) = &receipt.record.body else {
        return;
    };
    let id = receipt.record.id;
    if body.seals_intact == Some(false) {
        broken_seal(case, receipt);
    }
    match body.check {
        EntryCheck::Accept => {}
        EntryCheck::AcceptWithNote => {
            let text = Bilingual::new("收货方备注接收", "accepted with a note");
            case.find(Weight::Note, "accepted_with_note", text, &[id]);
        }
        EntryCheck::Hold => {
            let text = Bilingual::new(
                "收货方暂存待查",
                "the receiver keeps it aside until it is checked",
            );
            case.find(Weight::Unproven, "entry_check_pending", text, &[id]);
        }
    }
}

fn broken_seal(case: &mut Case<'_>, entry: &TraceEntry) {
    let text = Bilingual::new("封签不完好", "a seal was not intact");
    case.find(Weight::Anomaly, "seal_broken", text, &[entry.record.id]);
}

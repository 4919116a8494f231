//! Handovers 交接: goods that change hands are signed for by who sends and by who receives.

use crate::core::arrival::recorded_words;
use crate::core::record::body::{Dispatch, EntryCheck, Receive, Transport};
use crate::core::record::{Body, RecordId, RecordType};
use crate::core::text::Bilingual;
use crate::core::trace::{Step, TraceEntry};
use crate::core::verdict::case::Case;
use crate::core::verdict::{Handovers, Weight};

/// The code of goods that their receiver keeps aside.
pub const ENTRY_CHECK_PENDING: &str = "entry_check_pending";

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
            _ => None,
        };
        if intact == Some(false) {
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
            let text = because(body, "收货方备注接收", "accepted with a note");
            case.find(Weight::Note, "accepted_with_note", text, &[id]);
        }
        EntryCheck::Hold => held_back(case, receipt, body),
        EntryCheck::Refuse => {
            let text = because(body, "收货方拒收", "the receiver refused it");
            case.find(Weight::Note, "entry_refused", text, &[id]);
        }
    }
}

/// Goods that the receiver kept aside, until it says that they pass.
fn held_back(case: &mut Case<'_>, receipt: &TraceEntry, body: &Receive) {
    let id = receipt.record.id;
    if let Some(cleared) = cleared(case, receipt) {
        let text = because(
            body,
            "收货方曾暂存待查，已查清放行",
            "the receiver kept it aside, and has cleared it",
        );
        case.find(Weight::Note, "entry_check_cleared", text, &[id, cleared]);
        return;
    }
    let text = because(
        body,
        "收货方暂存待查",
        "the receiver keeps it aside until it is checked",
    );
    case.find(Weight::Unproven, ENTRY_CHECK_PENDING, text, &[id]);
}

/// The receiver's own check afterwards, of the receipt, which says that the goods pass.
fn cleared(case: &Case<'_>, receipt: &TraceEntry) -> Option<RecordId> {
    let about = case.graph.attached().about_record(&receipt.record.id);
    let entries = about.iter().filter_map(|place| case.graph.entry(*place));
    let is_own = |entry: &&TraceEntry| {
        let passed = matches!(&entry.record.body, Body::Inspect(body) if body.passed);
        passed && entry.record.claims.iss == receipt.record.claims.iss
    };
    let first = entries.filter(is_own).min_by_key(|entry| entry.key)?;
    Some(first.record.id)
}

/// What was concluded, with the reasons that the receipt gives.
fn because(body: &Receive, zh: &str, en: &str) -> Bilingual {
    let mut said: Vec<Bilingual> = Vec::new();
    for reason in body.reasons.iter().map(recorded_words) {
        if !said.contains(&reason) {
            said.push(reason);
        }
    }
    if said.is_empty() {
        return Bilingual::new(zh, en);
    }
    let list = |word: fn(&Bilingual) -> &str, between: &str| {
        let words: Vec<&str> = said.iter().map(word).collect();
        words.join(between)
    };
    Bilingual::new(
        format!("{zh}:{}", list(|one| &one.zh, "、")),
        format!("{en}: {}", list(|one| &one.en, ", ")),
    )
}

fn broken_seal(case: &mut Case<'_>, entry: &TraceEntry) {
    let text = Bilingual::new("封签不完好", "a seal was not intact");
    case.find(Weight::Anomaly, "seal_broken", text, &[entry.record.id]);
}

//! Bundles of one journey: as they are made, with parts left out, damaged and forged.

mod forgery;

use super::*;
use crate::core::custody::Refusal;
use crate::core::log::{Policy, TreeEdge};
use crate::core::record::body::KeyRole;
use crate::core::record::sealed::Class;
use crate::core::record::{RecordId, RecordType};
use crate::core::testing::{CUTS, Changes, HOUR, Journey, Ledger, log_signer, moment, pork};
use crate::core::time::UnixSeconds;
use crate::core::trace::Subject;
use crate::core::verdict::{Scope, State};
use serde_json::{Value, json};

fn bundle_of(journey: &Journey, scope: Scope, may_see: fn(Class) -> bool) -> Bundle {
    bundle_without(journey, scope, may_see, |_| false)
}

fn bundle_without(
    journey: &Journey,
    scope: Scope,
    may_see: fn(Class) -> bool,
    left_out: impl Fn(&crate::core::trace::TraceEntry) -> bool,
) -> Bundle {
    let ledger = &journey.ledger;
    let (tree, head) = ledger.head();
    let kept = ledger.entries.iter().filter(|entry| !left_out(entry));
    let proof = |tree: &TreeEdge, index| tree.prove_recent(index).unwrap();
    let records =
        kept.map(|entry| BundleRecord::new(entry, proof(&tree, entry.key.index()), may_see));
    let parts = Parts {
        subject: Subject {
            lot: CUTS.parse().unwrap(),
            origin: None,
            at: Some(ledger.site("shop")),
        },
        checkpoint: head,
        records: records.collect(),
        cut: None,
    };
    Bundle::assemble(parts, scope, now(ledger)).unwrap()
}

fn now(ledger: &Ledger) -> UnixSeconds {
    moment(ledger.now())
}

fn public(_: Class) -> bool {
    false
}

fn everything(_: Class) -> bool {
    true
}

fn policy() -> Policy {
    let key = log_signer().verifier_key().to_string();
    Policy::parse(&format!("log {key}\nquorum none\n")).unwrap()
}

fn code(report: &Report) -> &'static str {
    report.first_error.as_ref().map_or("ok", |fault| fault.code)
}

/// Writes the bundle anew with a changed member, as a forger would: with a fitting digest.
fn forged(bundle: &Bundle, change: impl Fn(&mut Value)) -> Bundle {
    let mut value = serde_json::to_value(bundle).unwrap();
    change(&mut value);
    value["digest"] = json!("");
    let bare: Bundle = serde_json::from_value(value.clone()).unwrap();
    let digest: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(bare.to_json().as_bytes()).into();
    value["digest"] = json!(crate::core::log::Hash(digest).to_base64url());
    Bundle::parse(&value.to_string()).unwrap()
}

fn at(bundle: &Bundle, id: RecordId) -> usize {
    let is = |record: &BundleRecord| {
        let jwt = record.sd_jwt.split('~').next().unwrap();
        let hash: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(jwt.as_bytes()).into();
        RecordId::from_bytes(hash) == id
    };
    bundle.records.iter().position(is).unwrap()
}

#[test]
fn a_public_bundle_is_checked_offline_and_gives_the_verdict_it_claims() {
    let journey = pork();
    let text = bundle_of(&journey, Scope::Public, public).to_json();
    let bundle = Bundle::parse(&text).unwrap();
    assert_eq!(bundle.to_json(), text);
    let report = verify(&bundle, Some(&policy()), now(&journey.ledger));
    assert_eq!(report.first_error, None);
    assert!(report.ok);
    assert_eq!(report.verdict.unwrap().state, State::Complete);
    assert_eq!(report.checked.signatures, journey.ledger.entries.len());
    assert!(
        report
            .not_checked
            .iter()
            .any(|text| text.zh.contains("数量未公开"))
    );
    let node = report
        .trusted_keys
        .iter()
        .find(|key| key.role == KeyRole::Node)
        .unwrap();
    assert_eq!(node.registered_at, 0);
    assert!(report.trusted_keys.len() >= 7);
}

#[test]
fn a_full_bundle_is_admitted_record_by_record_balances_included() {
    let journey = pork();
    let bundle = bundle_of(&journey, Scope::Full, everything);
    let report = verify(&bundle, Some(&policy()), now(&journey.ledger));
    assert!(report.ok, "{:?}", report.first_error);
    assert_eq!(
        report.checked.admitted_in_full,
        journey.ledger.entries.len()
    );
    assert_eq!(report.checked.citations_not_included, 0);
}

#[test]
fn a_bundle_may_leave_out_what_does_not_concern_the_lot_and_says_what_it_cites() {
    let mut journey = pork();
    journey
        .ledger
        .enrol("stranger", "retailer", "shop", "310118");
    journey.ledger.wait(HOUR);
    let keep = journey.quarantine;
    let unrelated = |entry: &crate::core::trace::TraceEntry| {
        entry.record.kind() == RecordType::Certify && entry.record.id != keep
    };
    let bundle = bundle_without(&journey, Scope::Public, public, unrelated);
    let report = verify(&bundle, None, now(&journey.ledger));
    assert!(report.ok, "{:?}", report.first_error);
    assert_eq!(
        report.verdict.unwrap().state,
        State::Missing,
        "papers left out are missing papers"
    );
    assert!(
        report.checked.citations_not_included > 0,
        "prev of the next record of the feed"
    );
    assert!(
        report
            .not_checked
            .iter()
            .any(|text| text.zh.contains("没有信任策略"))
    );
}

#[test]
fn leaving_out_a_record_on_the_way_is_never_complete() {
    let journey = pork();
    for id in [
        journey.slaughter,
        journey.farm_dispatch,
        journey.herd,
        journey.slaughter_receipt,
    ] {
        let bundle = bundle_without(&journey, Scope::Public, public, |entry| {
            entry.record.id == id
        });
        let report = verify(&bundle, None, now(&journey.ledger));
        assert!(
            report
                .verdict
                .is_none_or(|verdict| verdict.state < State::Complete)
        );
    }
}

#[test]
fn a_registration_left_out_is_noticed_at_the_first_record_that_needs_it() {
    let journey = pork();
    let farm = journey.ledger.party("farm");
    let grants_farm = |entry: &crate::core::trace::TraceEntry| match &entry.record.body {
        crate::core::record::Body::AddKey(body) => body.party == farm,
        _ => false,
    };
    let ledger = &journey.ledger;
    let (tree, head) = ledger.head();
    let kept = ledger.entries.iter().filter(|entry| !grants_farm(entry));
    let records = kept.map(|entry| {
        BundleRecord::new(entry, tree.prove_recent(entry.key.index()).unwrap(), public)
    });
    let subject = Subject {
        lot: CUTS.parse().unwrap(),
        origin: None,
        at: None,
    };
    let parts = Parts {
        subject,
        checkpoint: head,
        records: records.collect(),
        cut: None,
    };
    let refused = Bundle::assemble(parts, Scope::Public, now(ledger));
    assert_eq!(refused, Err(ReportError::KeyUnregistered));
}

#[test]
fn a_record_signed_by_a_key_that_was_revoked_before_is_refused() {
    let journey = pork();
    let mut ledger = journey.ledger;
    let kid = crate::core::record::Jwk::of(&ledger.signer("shop").key).kid();
    ledger.say(
        "registrar",
        "revoke_key",
        json!({"body": {"key": kid, "reason": "lost"}}),
    );
    // A dishonest node could still write it into its log.
    let record = ledger.sign(
        "shop",
        "sell",
        json!({
            "moves": [crate::core::testing::line(1, "out", CUTS, Some((journey.receipt, 1)), "1")],
            "body": {"channel": "consumer", "sold_on": "2026-11-20"},
        }),
    );
    let last = ledger.entries.last().unwrap().clone();
    let key = crate::core::custody::EntryKey::new(last.key.log(), last.key.index() + 1).unwrap();
    ledger.entries.push(crate::core::trace::TraceEntry {
        key,
        record,
        ..last
    });
    let (tree, head) = ledger.head();
    let records = ledger.entries.iter().map(|entry| {
        BundleRecord::new(entry, tree.prove_recent(entry.key.index()).unwrap(), public)
    });
    let subject = Subject {
        lot: CUTS.parse().unwrap(),
        origin: None,
        at: None,
    };
    let parts = Parts {
        subject,
        checkpoint: head,
        records: records.collect(),
        cut: None,
    };
    let refused = Bundle::assemble(parts, Scope::Public, now(&ledger));
    assert_eq!(refused, Err(ReportError::Refused(Refusal::KeyRevoked)));
}

#[test]
fn another_log_key_than_the_policys_is_not_trusted() {
    let journey = pork();
    let bundle = bundle_of(&journey, Scope::Public, public);
    let other = crate::core::log::testing::log_signer()
        .verifier_key()
        .to_string();
    let policy = Policy::parse(&format!("log {other}\nquorum none\n")).unwrap();
    assert_eq!(
        code(&verify(&bundle, Some(&policy), now(&journey.ledger))),
        "bundle_not_trusted"
    );
}

#[test]
fn what_is_no_bundle_is_refused_with_a_reason() {
    let bundle = bundle_of(&pork(), Scope::Public, public);
    let code = |text: &str| crate::core::text::Explain::code(&Bundle::parse(text).unwrap_err());
    assert_eq!(code("{}"), "bundle_malformed");
    assert_eq!(
        code(&bundle.to_json().replacen("bundle/v1", "bundle/v2", 1)),
        "bundle_format"
    );
    assert_eq!(
        code(&bundle.to_json().replacen('{', r#"{"more":1,"#, 1)),
        "bundle_malformed"
    );
    assert_eq!(code(&" ".repeat(BUNDLE_BYTES_MAX + 1)), "bundle_too_large");
    assert_eq!(
        code(&bundle.to_json().replacen("complete", "recalled", 1)),
        "bundle_damaged"
    );
}

#[test]
fn findings_in_a_public_bundle_tell_no_quantity() {
    let journey = Journey::with(&Changes {
        short_kg: 13,
        ..Changes::default()
    });
    let bundle = bundle_of(&journey, Scope::Public, public);
    let receipt = &bundle.records[at(&bundle, journey.receipt)];
    let told = serde_json::to_string(&receipt.findings).unwrap();
    assert!(
        told.contains("disputed_quantity") && !told.contains("13"),
        "{told}"
    );
    assert!(verify(&bundle, None, now(&journey.ledger)).ok);
}

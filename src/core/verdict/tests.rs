use super::*;
use crate::core::ids::SiteId;
use crate::core::record::RecordId;
use crate::core::record::sealed::Class;
use crate::core::testing::{
    CARCASS, CUTS, Changes, HOUR, Journey, Ledger, PIGS, info, line, moment, pork,
};
use crate::core::trace::{Direction, Limits, Subject, trace};
use serde_json::json;

fn judged(ledger: &Ledger, lot: &str, at: Option<SiteId>, scope: Scope) -> Verdict {
    judged_input(&ledger.input(), lot, at, scope, ledger.now())
}

fn judged_input(
    input: &crate::core::trace::TraceInput,
    lot: &str,
    at: Option<SiteId>,
    scope: Scope,
    now: u64,
) -> Verdict {
    let graph = Graph::build(input);
    let subject = Subject {
        lot: lot.parse().unwrap(),
        origin: None,
        at,
    };
    let trace = trace(&graph, &subject, Direction::Back, &Limits::default());
    judge(&trace, &graph, moment(now), scope)
}

fn at_shop(journey: &Journey) -> Verdict {
    let site = journey.ledger.site("shop");
    judged(&journey.ledger, CUTS, Some(site), Scope::Full)
}

fn codes(verdict: &Verdict) -> Vec<(&str, Weight)> {
    let findings = verdict.findings.iter();
    findings.map(|f| (f.code.as_str(), f.gravity)).collect()
}

/// The finding with this code, which must be there.
fn found<'a>(verdict: &'a Verdict, code: &str) -> &'a Finding {
    let mut findings = verdict.findings.iter();
    findings
        .find(|f| f.code == code)
        .unwrap_or_else(|| panic!("{code} not in {:?}", codes(verdict)))
}

#[test]
fn a_journey_with_every_paper_and_reading_is_complete_and_says_what_was_not_checked() {
    let verdict = at_shop(&pork());
    assert!(
        codes(&verdict)
            .iter()
            .all(|(_, weight)| *weight <= Weight::Reference),
        "{:?}",
        codes(&verdict)
    );
    assert_eq!(
        (verdict.state, verdict.headline.zh.as_str()),
        (State::Complete, "记录完整")
    );
    assert_eq!(verdict.handovers.text.zh, "2 环节中 2 环节由双方签收");
    assert_eq!(
        (verdict.steps, verdict.papers.len(), verdict.cold.len()),
        (7, 4, 1)
    );
    assert!(!verdict.not_checked.is_empty());
}

#[test]
fn a_verdict_reads_the_same_as_json_every_time() {
    let mut verdict = at_shop(&pork());
    verdict.rules = "[version]".into();
    insta::assert_json_snapshot!(verdict);
}

#[test]
fn a_code_nobody_brought_in_is_unknown() {
    let verdict = judged(&pork().ledger, "t/NEVER-SEEN", None, Scope::Public);
    assert_eq!(
        (verdict.state, verdict.headline.zh.as_str()),
        (State::Unknown, "查无此码")
    );
}

#[test]
fn a_recall_of_an_ancestor_beats_everything_until_it_is_closed() {
    let mut journey = pork();
    let recall = journey.ledger.say("regulator", "recall", json!({
        "about": [format!("lot/{PIGS}")],
        "body": {"number": "R-1", "level": "1", "policy": "recall_2015", "form": "ordered", "known_at": journey.ledger.now(),
                 "product": "猪肉", "hazard": "兽药残留超标", "advice": "请勿食用"},
    }));
    journey.ledger.wait(30 * 24 * HOUR);
    let verdict = at_shop(&journey);
    assert_eq!(
        verdict.state,
        State::Recalled,
        "although it has expired too"
    );
    assert_eq!(verdict.headline.zh, "已召回，请勿食用");
    assert_eq!(found(&verdict, "recalled").evidence, [recall]);
    found(&verdict, "expired");
    journey.ledger.say(
        "regulator",
        "close_recall",
        json!({"body": {"recall": recall, "summary": "已召回完毕"}}),
    );
    let verdict = at_shop(&journey);
    assert_eq!(verdict.state, State::Expired);
    assert_eq!(found(&verdict, "recall_closed").gravity, Weight::Note);
}

#[test]
fn a_recall_of_other_goods_does_not_concern_the_lot() {
    let mut journey = pork();
    journey.ledger.say("farm", "create", json!({
        "moves": [line(1, "in", "t/OTHER-1", None, "1")],
        "body": {"how": "herd", "plot": "4号舍", "lots": [info(1, "live_pig", "生猪", json!({}))]},
    }));
    journey.ledger.say("regulator", "recall", json!({
        "about": ["lot/t/OTHER-1"],
        "body": {"number": "R-2", "level": "2", "policy": "recall_2015", "form": "ordered", "known_at": journey.ledger.now(),
                 "product": "猪肉", "hazard": "某", "advice": "某"},
    }));
    assert_eq!(at_shop(&journey).state, State::Complete);
}

#[test]
fn a_hold_on_what_the_lot_was_made_from_holds_it_until_released() {
    let mut journey = pork();
    let hold = journey.ledger.say(
        "regulator",
        "hold",
        json!({
            "about": [format!("lot/{CARCASS}")], "body": {"reason": "awaiting_test"},
        }),
    );
    assert_eq!(at_shop(&journey).state, State::Held);
    journey
        .ledger
        .say("regulator", "release", json!({"body": {"hold": hold}}));
    let verdict = at_shop(&journey);
    assert_eq!(verdict.state, State::Complete);
    found(&verdict, "hold_released");
}

#[test]
fn the_last_day_of_shelf_life_is_not_yet_past() {
    let mut journey = pork();
    journey.ledger.wait(7 * 24 * HOUR);
    assert_eq!(
        journey.ledger.now(),
        crate::core::testing::DAWN + 7 * 24 * HOUR + 6 * HOUR
    );
    assert_eq!(
        at_shop(&journey).state,
        State::Complete,
        "27 November in China"
    );
    journey.ledger.wait(24 * HOUR);
    assert_eq!(at_shop(&journey).state, State::Expired);
}

#[test]
fn a_missing_quarantine_certificate_is_a_gap_told_once_with_every_step_that_asked_for_it() {
    let changes = Changes {
        papers: &["farm_certificate", "animal_quarantine", "meat_inspection"],
        ..Changes::default()
    };
    let verdict = at_shop(&Journey::with(&changes));
    assert_eq!(verdict.state, State::Missing);
    let finding = found(&verdict, "paper_missing");
    assert!(
        finding.text.zh.contains("动物产品检疫合格证明"),
        "{}",
        finding.text.zh
    );
    assert_eq!(
        finding.evidence.len(),
        2,
        "dispatch and receipt; the sale is the receipt"
    );
}

#[test]
fn papers_that_were_only_typed_in_prove_nothing() {
    let changes = Changes {
        standing: "transcribed",
        ..Changes::default()
    };
    let verdict = at_shop(&Journey::with(&changes));
    assert_eq!(verdict.state, State::Unproven);
    assert_eq!(
        found(&verdict, "paper_only_transcribed").gravity,
        Weight::Unproven
    );
    assert_eq!(verdict.papers[0].standing_words.zh, "持有人抄录");
}

#[test]
fn a_test_that_failed_is_an_anomaly_whether_or_not_a_rule_asks_for_it() {
    let mut journey = pork();
    journey.ledger.enrol("lab", "lab", "laboratory", "330106");
    journey.ledger.say("lab", "certify", json!({"about": [format!("lot/{PIGS}")], "body": {
        "kind": "test_report", "standing": "issued", "number": "T-1", "issuer": "某检验机构",
        "issuer_party": journey.ledger.party("lab"), "issued_in": "330000", "issued_on": "2026-11-20", "passed": false,
    }}));
    let verdict = at_shop(&journey);
    assert_eq!(verdict.state, State::Anomaly);
    found(&verdict, "paper_not_passed");
}

fn with_temps(temps_c: Option<Vec<&str>>, calibrated_until: Option<&'static str>) -> Verdict {
    let temps_c = temps_c.map(|temps| temps.into_iter().map(str::to_owned).collect());
    at_shop(&Journey::with(&Changes {
        temps_c,
        calibrated_until,
        ..Changes::default()
    }))
}

#[test]
fn readings_above_a_sourced_limit_are_an_anomaly_and_say_how_warm_it_was() {
    let mut temps = vec!["3"; 25];
    temps[5..10].fill("9.5");
    let verdict = with_temps(Some(temps), Some("2027-01-01"));
    assert_eq!(verdict.state, State::Anomaly);
    assert!(found(&verdict, "cold_excursion").text.zh.contains("9.5 °C"));
    assert_eq!(verdict.cold[0].report.excursions.len(), 1, "of 50 minutes");
}

#[test]
fn readings_outside_a_reference_figure_accuse_nobody() {
    let temps_c = Some(vec!["6".to_owned(); 25]);
    let verdict = at_shop(&Journey::with(&Changes {
        temps_c,
        label_max_c: None,
        ..Changes::default()
    }));
    assert_eq!(verdict.state, State::Complete);
    assert!(found(&verdict, "cold_reference_excursion").reference);
}

#[test]
fn no_readings_a_gap_and_an_uncalibrated_sensor_are_told_apart() {
    let none = with_temps(None, None);
    assert_eq!(
        (none.state, found(&none, "cold_no_readings").gravity),
        (State::Missing, Weight::Missing)
    );
    let gap = with_temps(Some(vec!["3"; 12]), Some("2027-01-01"));
    found(&gap, "cold_gap");
    let unproven = with_temps(Some(vec!["3"; 25]), None);
    assert_eq!(
        (unproven.state, found(&unproven, "cold_unproven").gravity),
        (State::Unproven, Weight::Unproven)
    );
}

#[test]
fn an_interval_that_was_not_over_is_an_anomaly_and_an_unknown_one_unproven() {
    let drug = |until, days| {
        at_shop(&Journey::with(&Changes {
            drug: Some((until, days)),
            ..Changes::default()
        }))
    };
    assert_eq!(drug("2026-10-20", Some(28)).state, State::Complete);
    let early = drug("2026-11-10", Some(28));
    assert_eq!(
        (early.state, found(&early, "interval_too_early").gravity),
        (State::Anomaly, Weight::Anomaly)
    );
    let unknown = drug("2026-10-20", None);
    assert_eq!(
        (unknown.state, found(&unknown, "interval_unproven").gravity),
        (State::Unproven, Weight::Unproven)
    );
}

#[test]
fn disputed_goods_are_an_anomaly_until_the_sender_answers_for_all_of_them() {
    let mut journey = Journey::with(&Changes {
        short_kg: 10,
        ..Changes::default()
    });
    assert_eq!(
        found(&at_shop(&journey), "disputed_quantity").gravity,
        Weight::Anomaly
    );
    let (dispatch, receipt) = (journey.dispatch, journey.receipt);
    for (amount, state) in [("4", State::Anomaly), ("6", State::Complete)] {
        journey.ledger.say("slaughter", "settle", json!({
            "moves": [line(1, "out", CUTS, Some((receipt, 1)), amount)],
            "body": {"dispatch": dispatch, "receipt": receipt, "lines": [{"n": 1, "outcome": "lost"}]},
        }));
        assert_eq!(at_shop(&journey).state, state, "{amount} answered");
    }
    found(&at_shop(&journey), "dispute_settled");
}

#[test]
fn goods_on_their_way_are_a_gap_and_goods_that_never_came_are_said_not_to_have() {
    let mut journey = pork();
    let (cutting, shop) = (journey.cutting, journey.ledger.site("shop"));
    journey
        .ledger
        .enrol("kitchen", "canteen", "kitchen", "310118");
    let kitchen = journey.ledger.site("kitchen");
    let never = judged(&journey.ledger, CUTS, Some(kitchen), Scope::Full);
    assert_eq!(
        (never.state, found(&never, "not_at_site").gravity),
        (State::Missing, Weight::Missing)
    );
    journey.ledger.say("slaughter", "dispatch", json!({
        "moves": [line(1, "out", CUTS, Some((cutting, 2)), "5")],
        "body": {"waybill": "W3", "consignee": kitchen, "transport": "own", "load_county": "330421", "unload_county": "310118"},
    }));
    let coming = judged(&journey.ledger, CUTS, Some(kitchen), Scope::Full);
    found(&coming, "not_received");
    assert_eq!(coming.handovers.text.zh, "2 环节中 1 环节由双方签收");
    assert_eq!(
        judged(&journey.ledger, CUTS, Some(shop), Scope::Full).state,
        State::Complete,
        "other goods of the lot"
    );
}

#[test]
fn goods_entered_from_an_unenrolled_supplier_begin_with_a_gap() {
    let mut ledger = Ledger::new();
    ledger.enrol("shop", "retailer", "shop", "310118");
    let enter = ledger.say("shop", "enter", json!({
        "moves": [line(1, "in", "t/EGGS-1", None, "10")],
        "body": {"received_on": "2026-11-20", "checked": ["voucher"], "lots": [info(1, "egg", "鸡蛋", json!({}))]},
    }));
    let verdict = judged(
        &ledger,
        "t/EGGS-1",
        Some(ledger.site("shop")),
        Scope::Public,
    );
    assert_eq!(verdict.state, State::Missing);
    assert_eq!(found(&verdict, "entered_unenrolled").evidence, [enter]);
}

#[test]
fn a_code_with_two_origins_is_an_anomaly_unless_the_origin_is_named() {
    let mut journey = pork();
    let second = journey.ledger.say("farm", "create", json!({
        "moves": [line(1, "in", PIGS, None, "1")],
        "body": {"how": "herd", "plot": "3号舍", "lots": [info(1, "live_pig", "生猪", json!({}))]},
    }));
    let verdict = judged(&journey.ledger, PIGS, None, Scope::Full);
    let finding = found(&verdict, "code_with_two_origins");
    assert!(finding.evidence.contains(&second) && finding.evidence.contains(&journey.herd));
}

#[test]
fn what_a_suspect_key_signed_is_unproven_from_the_day_it_is_suspect() {
    let mut journey = pork();
    let kid = crate::core::record::Jwk::of(&journey.ledger.signer("farm").key).kid();
    let since = crate::core::testing::DAWN;
    journey.ledger.say(
        "registrar",
        "revoke_key",
        json!({"body": {"key": kid, "reason": "compromised", "suspect_since": since}}),
    );
    let verdict = at_shop(&journey);
    assert_eq!(verdict.state, State::Unproven);
    assert!(
        found(&verdict, "suspect_key")
            .evidence
            .contains(&journey.herd)
    );
    let mut journey = pork();
    let kid = crate::core::record::Jwk::of(&journey.ledger.signer("farm").key).kid();
    journey.ledger.say(
        "registrar",
        "revoke_key",
        json!({"body": {"key": kid, "reason": "left"}}),
    );
    assert_eq!(
        at_shop(&journey).state,
        State::Complete,
        "a revocation undoes nothing"
    );
}

#[test]
fn closed_quantities_are_unproven_for_holders_and_out_of_scope_for_the_public() {
    let journey = pork();
    let (shop, now) = (Some(journey.ledger.site("shop")), journey.ledger.now());
    let closed = journey.ledger.input_with(|class| class != Class::Balance);
    let full = judged_input(&closed, CUTS, shop, Scope::Full, now);
    assert_eq!(
        (full.state, found(&full, "quantities_closed").gravity),
        (State::Unproven, Weight::Unproven)
    );
    let none_open = judged_input(
        &journey.ledger.input_with(|_| false),
        CUTS,
        shop,
        Scope::Public,
        now,
    );
    assert_eq!(none_open.state, State::Complete);
    assert_eq!(
        none_open,
        judged_input(&journey.ledger.input(), CUTS, shop, Scope::Public, now)
    );
    assert!(
        none_open
            .not_checked
            .iter()
            .any(|text| text.zh.contains("数量平衡"))
    );
}

#[test]
fn a_public_verdict_tells_no_quantity_also_when_goods_are_disputed() {
    let journey = Journey::with(&Changes {
        short_kg: 10,
        ..Changes::default()
    });
    let (shop, now) = (Some(journey.ledger.site("shop")), journey.ledger.now());
    let verdict = judged_input(&journey.ledger.input(), CUTS, shop, Scope::Public, now);
    assert_eq!(verdict.state, State::Anomaly);
    assert!(!found(&verdict, "disputed_quantity").text.zh.contains("10"));
}

#[test]
fn a_trace_that_was_cut_is_unproven() {
    let journey = pork();
    let mut input = journey.ledger.input();
    input
        .entries
        .retain(|entry| entry.record.id != journey.farm_dispatch);
    let verdict = judged_input(
        &input,
        CUTS,
        Some(journey.ledger.site("shop")),
        Scope::Full,
        journey.ledger.now(),
    );
    assert!(verdict.state <= State::Unproven, "{:?}", codes(&verdict));
    found(&verdict, "trace_cut");
}

#[test]
fn records_that_came_late_are_marked() {
    let mut journey = pork();
    journey.ledger.wait(1);
    let mut late = journey.ledger.input();
    let hours = crate::core::custody::FindingCode::LateEntry { hours: 80 };
    late.entries
        .iter_mut()
        .find(|entry| entry.record.id == journey.receipt)
        .unwrap()
        .findings
        .push(hours);
    let verdict = judged_input(
        &late,
        CUTS,
        Some(journey.ledger.site("shop")),
        Scope::Full,
        journey.ledger.now(),
    );
    assert_eq!(verdict.state, State::Unproven);
    assert_eq!(
        found(&verdict, "late_entry").text.zh,
        "补录:事后 80 小时才提交"
    );
}

#[test]
fn corrections_are_shown_and_one_that_denies_the_event_is_an_anomaly() {
    let mut journey = pork();
    let (cutting, dispatch): (RecordId, RecordId) = (journey.cutting, journey.dispatch);
    journey.ledger.say(
        "slaughter",
        "correct",
        json!({"body": {"record": cutting, "reason": "typing"}}),
    );
    let verdict = at_shop(&journey);
    assert_eq!(
        (verdict.state, found(&verdict, "corrected").gravity),
        (State::Complete, Weight::Note)
    );
    journey.ledger.say(
        "slaughter",
        "correct",
        json!({"body": {"record": dispatch, "reason": "did_not_happen"}}),
    );
    assert_eq!(at_shop(&journey).state, State::Anomaly);
}

#[test]
fn a_failed_inspection_of_an_ancestor_is_an_anomaly() {
    let mut journey = pork();
    journey.ledger.say(
        "regulator",
        "inspect",
        json!({
            "about": [format!("lot/{CARCASS}")],
            "body": {"mode": "routine", "at": journey.ledger.now(), "passed": false},
        }),
    );
    found(&at_shop(&journey), "inspection_failed");
}

#[test]
fn findings_come_the_gravest_first_and_then_by_time() {
    let mut journey = Journey::with(&Changes {
        papers: &[],
        short_kg: 1,
        ..Changes::default()
    });
    journey.ledger.wait(40 * 24 * HOUR);
    let verdict = at_shop(&journey);
    let ranks: Vec<_> = verdict
        .findings
        .iter()
        .map(|f| (std::cmp::Reverse(f.gravity), f.at))
        .collect();
    assert!(ranks.len() > 4 && ranks.is_sorted());
}

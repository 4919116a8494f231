use super::*;

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
fn a_dispatch_that_was_settled_without_a_receipt_is_no_gap_and_is_told() {
    let mut journey = pork();
    let cutting = journey.cutting;
    let shop = journey.ledger.site("shop");
    let send = |journey: &mut Journey, of: (RecordId, u16), waybill: &str| {
        journey.ledger.say("slaughter", "dispatch", json!({
            "moves": [line(1, "out", CUTS, Some(of), "5")],
            "body": {"waybill": waybill, "consignee": shop, "transport": "own", "load_county": "330421", "unload_county": "310118"},
        }))
    };
    let lost = send(&mut journey, (cutting, 2), "W8");
    journey.ledger.wait(31 * 24 * HOUR);
    let back = journey.ledger.say("slaughter", "settle", json!({
        "moves": [line(1, "in", CUTS, Some((lost, 1)), "5")],
        "body": {"dispatch": lost, "receipt": lost, "lines": [{"n": 1, "outcome": "taken_back"}]},
    }));
    let again = send(&mut journey, (back, 1), "W9");
    let at = journey.ledger.now();
    journey.ledger.say(
        "shop",
        "receive",
        json!({
            "moves": [line(1, "in", CUTS, Some((again, 1)), "5")],
            "body": {"dispatch": again, "at": at, "check": "accept", "differences": []},
        }),
    );
    let verdict = at_shop(&journey);
    assert_eq!(found(&verdict, "settled_unreceived").gravity, Weight::Note);
    assert_eq!(found(&verdict, "never_received").gravity, Weight::Unproven);
    assert!(
        codes(&verdict)
            .iter()
            .all(|(code, _)| *code != "not_received")
    );
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
    assert_eq!(coming.handovers.text.zh, "2 个交接环节中 1 个由双方签收");
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
